'use client'

import { ArrowLeftRight, ChevronLeft } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { AbsoluteTime } from '#components/ui/time.tsx'
import type { Comparison } from '#lib/api/compare.ts'
import { useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { OperationBadge } from '../operation-badge.tsx'
import { SnapshotSelect } from '../preview/snapshot-select.tsx'
import { stateText } from '../preview/table-state.ts'
import { type TablePath, tableApi } from '../table-path.ts'
import { ChangedPartitions } from './changed-partitions.tsx'
import { ComparedFiles } from './compared-files.tsx'
import type { ComparedStates } from './compared-states.ts'
import { ComparisonStats } from './comparison-stats.tsx'

/** What changed between two states of a table. */
export function CompareView({
  path,
  states,
  onChange,
  onClose,
}: {
  path: TablePath
  states: ComparedStates
  onChange: (states: ComparedStates) => void
  onClose: () => void
}) {
  const t = useTranslations('snapshots.compare')
  const query = { from: stateText(states.from), to: stateText(states.to) }
  const found = useApi<Comparison>(`${tableApi(path)}/compare`, { query, keepPrevious: true })
  const comparison = found.data
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <Button icon={ChevronLeft} onClick={onClose}>
          {t('back')}
        </Button>
        <SnapshotSelect
          path={path}
          value={states.from}
          label={t('from')}
          onChange={(from) => onChange({ ...states, from })}
        />
        <IconButton
          icon={ArrowLeftRight}
          label={t('swap')}
          variant="secondary"
          onClick={() => onChange({ from: states.to, to: states.from })}
        />
        <SnapshotSelect
          path={path}
          value={states.to}
          label={t('to')}
          onChange={(to) => onChange({ ...states, to })}
        />
      </div>
      {found.error ? (
        <div className="rounded-md border border-line bg-surface">
          <ErrorState error={found.error} title={t('failed')} onRetry={() => void found.refetch()} />
        </div>
      ) : !comparison ? (
        <Skeleton className="h-80" />
      ) : (
        <div className={found.isPlaceholderData ? 'flex flex-col gap-4 opacity-60' : 'flex flex-col gap-4'}>
          <Relation comparison={comparison} />
          <ComparisonStats comparison={comparison} />
          {comparison.relation !== 'same' && (
            <>
              <ComparedFiles path={path} query={query} />
              <div className="grid gap-4 lg:grid-cols-2">
                <ChangedPartitions comparison={comparison} />
                <SummaryCard comparison={comparison} />
              </div>
            </>
          )}
        </div>
      )}
    </div>
  )
}

function Relation({ comparison }: { comparison: Comparison }) {
  const t = useTranslations('snapshots.compare')
  const format = useFormat()
  const { from, to, relation, onlyFrom, onlyTo } = comparison
  return (
    <div className="flex flex-col gap-1 text-soft text-sm">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Side side={from} /> <span aria-hidden>→</span> <Side side={to} />
      </p>
      <p>{t(relation, { onlyFrom: format.number(onlyFrom), onlyTo: format.number(onlyTo) })}</p>
    </div>
  )
}

function Side({ side }: { side: Comparison['from'] }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <span className="font-mono text-xs">{side.snapshotId}</span>
      <OperationBadge operation={side.operation} />
      <AbsoluteTime value={side.committedAt} seconds />
    </span>
  )
}

function SummaryCard({ comparison }: { comparison: Comparison }) {
  const t = useTranslations('snapshots.compare')
  const side = (text: string | null) => (
    <td className="px-3 py-1.5 align-top">
      {text === null ? <span className="text-faint">–</span> : <span className="break-all">{text}</span>}
    </td>
  )
  return (
    <Card title={t('summary')} description={t('summaryHint')} flush>
      <div className="scroll-thin overflow-x-auto">
        <table className="w-full text-xs">
          <thead>
            <tr className="border-line border-b bg-subtle text-left text-faint [&>th]:h-8 [&>th]:px-3 [&>th]:font-medium">
              <th scope="col">{t('key')}</th>
              <th scope="col">{t('from')}</th>
              <th scope="col">{t('to')}</th>
            </tr>
          </thead>
          <tbody className="font-mono">
            {comparison.summary.map(({ key, from, to }) => (
              <tr key={key} className="border-line border-b last:border-0">
                <th scope="row" className="px-3 py-1.5 text-left align-top font-normal text-soft">
                  {key}
                </th>
                {side(from)}
                {side(to)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}
