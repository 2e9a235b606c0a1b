'use client'

import { ArrowRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge, type Tone } from '#components/ui/badge.tsx'
import { Card } from '#components/ui/card.tsx'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import type { RunItem } from '#lib/api/runs.ts'
import { useFormat } from '#lib/client/use-format.ts'

type Canary = NonNullable<RunItem['canary']>
type Side = NonNullable<Canary['before']>

const tones: Record<Canary['state'], Tone> = {
  equal: 'ok',
  differs: 'bad',
  failed: 'warn',
  skipped: 'neutral',
}

/** The same query before and after a run of maintenance: how long it took, what it opened, and whether it gave the same. */
export function CanaryCard({ canary }: { canary: Canary }) {
  const t = useTranslations('maintenance.canary')
  const { before, after, sql, rounds, partitions, state, reason } = canary
  return (
    <Card
      title={t('title')}
      description={
        before
          ? t('description', {
              rounds,
              where: partitions.length > 0 ? partitions.join(', ') : t('wholeTable'),
            })
          : undefined
      }
      actions={<Badge tone={tones[state]}>{t(`state.${state}`)}</Badge>}
      flush
    >
      {reason && (
        <p
          role={state === 'differs' ? 'alert' : undefined}
          className={
            state === 'differs' ? 'bg-bad-soft px-4 py-2 text-bad text-sm' : 'px-4 py-3 text-sm text-soft'
          }
        >
          {reason}
        </p>
      )}
      {before && after && <Sides before={before} after={after} />}
      {sql && <CodeBlock code={sql} wrap className="m-4" />}
    </Card>
  )
}

function Sides({ before, after }: { before: Side; after: Side }) {
  const t = useTranslations('maintenance.canary')
  const format = useFormat()
  const lines: { key: string; label: string; of: (side: Side) => string; change?: (side: Side) => number }[] =
    [
      { key: 'ms', label: t('ms'), of: ({ ms }) => format.duration(ms), change: ({ ms }) => ms },
      {
        key: 'planMs',
        label: t('planMs'),
        of: ({ planMs }) => format.duration(planMs),
        change: ({ planMs }) => planMs,
      },
      {
        key: 'scanMs',
        label: t('scanMs'),
        of: ({ scanMs }) => format.duration(scanMs),
        change: ({ scanMs }) => scanMs,
      },
      { key: 'files', label: t('files'), of: ({ files }) => format.number(files) },
      ...(before.deleteFiles + after.deleteFiles > 0
        ? [
            {
              key: 'deleteFiles',
              label: t('deleteFiles'),
              of: ({ deleteFiles }: Side) => format.number(deleteFiles),
            },
          ]
        : []),
      { key: 'bytes', label: t('bytes'), of: ({ bytes }) => format.bytes(bytes) },
      { key: 'rows', label: t('rows'), of: ({ rows }) => format.number(BigInt(rows)) },
    ]
  const differs = (line: (typeof lines)[number]) => line.key === 'rows' && before.rows !== after.rows
  return (
    <table className="w-full text-sm">
      <thead className="sr-only">
        <tr>
          <th scope="col">{t('title')}</th>
          <th scope="col">{t('before')}</th>
          <th scope="col">{t('after')}</th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {lines.map((line) => (
          <tr key={line.key} className={differs(line) ? 'text-bad' : undefined}>
            <th scope="row" className="px-4 py-2 text-left font-normal text-faint">
              {line.label}
            </th>
            <td className="whitespace-nowrap py-2 text-right text-soft">{line.of(before)}</td>
            <td className="whitespace-nowrap py-2 pr-4 pl-2">
              <span className="inline-flex items-baseline gap-2">
                <ArrowRight className="size-3.5 self-center text-faint" aria-hidden />
                <span className={line.key === 'ms' ? 'font-semibold text-base' : 'font-medium'}>
                  {line.of(after)}
                </span>
                {line.change && (
                  <span className="text-faint text-xs">
                    {format.change(line.change(after), line.change(before))}
                  </span>
                )}
              </span>
            </td>
          </tr>
        ))}
        <tr>
          <th scope="row" className="px-4 py-2 text-left font-normal text-faint">
            {t('snapshot')}
          </th>
          <td className="py-2 text-right">
            <SnapshotId id={before.snapshotId} />
          </td>
          <td className="py-2 pr-4 pl-2">
            <span className="inline-flex items-center gap-2">
              <ArrowRight className="size-3.5 text-faint" aria-hidden />
              <SnapshotId id={after.snapshotId} />
            </span>
          </td>
        </tr>
      </tbody>
    </table>
  )
}

/** The end of an id is enough to tell two apart. */
const SnapshotId = ({ id }: { id: string }) => (
  <span className="inline-flex items-center gap-1 font-mono text-xs" title={id}>
    …{id.slice(-6)}
    <CopyButton text={id} />
  </span>
)
