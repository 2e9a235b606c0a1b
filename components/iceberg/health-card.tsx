'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Card } from '#components/ui/card.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { TableHealth } from '#lib/api/catalog-schemas.ts'
import { cn } from '#lib/client/cn.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { type TablePath, tableHref } from './table-path.ts'

const ringTone: Record<TableHealth['grade'], string> = {
  good: 'text-ok',
  fair: 'text-warn',
  poor: 'text-bad',
}

const radius = 26
const circumference = 2 * Math.PI * radius

/** The score as a ring in the colour of its grade. */
export function ScoreRing({ health }: { health: Pick<TableHealth, 'score' | 'grade'> }) {
  return (
    <svg viewBox="0 0 64 64" className={cn('size-16 shrink-0', ringTone[health.grade])} aria-hidden>
      <circle cx="32" cy="32" r={radius} fill="none" strokeWidth="6" className="stroke-hover" />
      <circle
        cx="32"
        cy="32"
        r={radius}
        fill="none"
        stroke="currentColor"
        strokeWidth="6"
        strokeLinecap="round"
        strokeDasharray={`${(health.score / 100) * circumference} ${circumference}`}
        transform="rotate(-90 32 32)"
      />
      <text
        x="32"
        y="32"
        dominantBaseline="central"
        textAnchor="middle"
        className="fill-ink font-semibold text-lg"
      >
        {health.score}
      </text>
    </svg>
  )
}

function Fact({ label, value }: { label: ReactNode; value: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-3 py-1.5">
      <dt className="text-soft">{label}</dt>
      <dd className="whitespace-nowrap font-medium">{value}</dd>
    </div>
  )
}

/** Why a table is as healthy as it is: the score, what it counts, and when compaction starts by itself. */
export function HealthCard({ health, path }: { health: TableHealth | null; path: TablePath }) {
  const t = useTranslations('catalog.health')
  const format = useFormat()
  if (!health) {
    return (
      <Card title={t('title')}>
        <p className="text-soft text-sm">{t('notYet')}</p>
      </Card>
    )
  }
  return (
    <Card title={t('title')}>
      <div className="flex items-center gap-4">
        <ScoreRing health={health} />
        <div className="min-w-0">
          <p className="font-semibold text-base">{t(health.grade)}</p>
          <p className="text-soft text-sm">
            {health.mergeableFiles > 0
              ? t('mergeable', {
                  files: format.number(health.mergeableFiles),
                  partitions: format.number(health.partitionsToCompact),
                })
              : t('nothingToDo')}
          </p>
        </div>
      </div>
      <dl className="mt-3 divide-y divide-line text-sm">
        <Fact label={t('files')} value={format.number(health.files)} />
        <Fact
          label={t('smallFiles', { size: format.bytes(health.smallFileBytes) })}
          value={
            <Link
              className="text-accent hover:underline"
              href={tableHref(path, 'files', `bytes:<${health.smallFileBytes}`)}
            >
              {format.number(health.smallFiles)}
            </Link>
          }
        />
        <Fact
          label={t('partitionsToCompact')}
          value={
            <Link
              className="text-accent hover:underline"
              href={tableHref(path, 'partitions', `small:>=${health.minInputFiles}`)}
            >
              {format.number(health.partitionsToCompact)}
            </Link>
          }
        />
        <Fact label={t('averageFile')} value={format.bytes(health.averageFileBytes)} />
        {health.deleteFiles > 0 && (
          <Fact label={t('deleteFiles')} value={format.number(health.deleteFiles)} />
        )}
      </dl>
      <p className="mt-3 text-faint text-xs">
        {t('rule', { files: format.number(health.minInputFiles), target: format.bytes(health.targetBytes) })}{' '}
        {t('evaluated')} <RelativeTime value={health.evaluatedAt} />
      </p>
    </Card>
  )
}
