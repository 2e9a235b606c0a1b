'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { ActionStatus } from '#components/policies/action-status.tsx'
import { type PartName, partNames, usePartText } from '#components/policies/health-parts.tsx'
import { Card } from '#components/ui/card.tsx'
import { RelativeTime } from '#components/ui/time.tsx'
import type { TableHealth } from '#lib/api/catalog-schemas.ts'
import type { WhyAnswer } from '#lib/api/maintenance-health.ts'
import { cn } from '#lib/client/cn.ts'
import { useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { maintenanceApi, type TablePath, type TableTab, tableHref } from './table-path.ts'

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

/** Where each part of the score is looked at. */
const partTab: Record<PartName, TableTab> = {
  smallFiles: 'files',
  deletes: 'partitions',
  manifests: 'snapshots',
  snapshots: 'snapshots',
  skew: 'partitions',
}

/** The score with what takes points away, and what starts by itself or what keeps it; all of it is in the maintenance tab. */
export function HealthCard({
  health,
  path,
  refetchInterval,
}: {
  health: TableHealth | null
  path: TablePath
  refetchInterval: number
}) {
  const t = useTranslations('catalog.health')
  const why = useApi<WhyAnswer>(`${maintenanceApi(path)}/why`, { refetchInterval })
  return (
    <Card
      title={t('title')}
      actions={
        <Link className="text-accent text-sm hover:underline" href={tableHref(path, 'maintenance')}>
          {t('details')}
        </Link>
      }
    >
      {health ? <Score health={health} path={path} /> : <p className="text-soft text-sm">{t('notYet')}</p>}
      {why.data && (
        <section className="mt-4">
          <h3 className="mb-1 font-semibold text-sm">{t('byItself')}</h3>
          <ul className="divide-y divide-line text-sm">
            {why.data.actions.filter(isWanted).map((explained) => (
              <ActionLine key={explained.action} explained={explained} />
            ))}
          </ul>
        </section>
      )}
      {health && (
        <p className="mt-3 text-faint text-xs">
          {t('evaluated')} <RelativeTime value={health.evaluatedAt} />
        </p>
      )}
    </Card>
  )
}

/** Tags and retention are for those who ask for them; to the others they are no answer to how the table fares. */
const isWanted = ({ conditions }: WhyAnswer['actions'][number]): boolean =>
  conditions.every(({ name, passed }) => passed || (name !== 'tags-kept' && name !== 'retention-set'))

function Score({ health, path }: { health: TableHealth; path: TablePath }) {
  const t = useTranslations('catalog.health')
  const format = useFormat()
  const text = usePartText(health)
  const losses = partNames
    .filter((name) => health.parts[name].points > 0)
    .sort((one, other) => health.parts[other].points - health.parts[one].points)
  const hrefOf = (name: PartName) =>
    tableHref(path, partTab[name], name === 'smallFiles' ? `bytes:<${health.smallFileBytes}` : undefined)
  return (
    <>
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
      {losses.length > 0 && (
        <ul className="mt-3 divide-y divide-line text-sm">
          {losses.map((name) => (
            <li key={name} className="py-1.5">
              <p className="flex items-baseline justify-between gap-3">
                <Link className="text-accent hover:underline" href={hrefOf(name)}>
                  {text.label(name)}
                </Link>
                <span className="font-medium tabular-nums">{text.points(name)}</span>
              </p>
              <p className="text-soft text-xs">{text.now(name)}</p>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function ActionLine({ explained }: { explained: WhyAnswer['actions'][number] }) {
  const t = useTranslations('policies.why')
  return (
    <li className="py-1.5">
      <p>{t(`action.${explained.action}`)}</p>
      <p className="flex flex-wrap gap-x-2 text-soft text-xs">
        <ActionStatus explained={explained} />
        {explained.nextAt !== null && (
          <span>
            {t('next')} <RelativeTime value={explained.nextAt} />
          </span>
        )}
      </p>
    </li>
  )
}
