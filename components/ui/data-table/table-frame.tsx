'use client'

import { Download, SearchX } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { toast } from 'sonner'
import { type ApiProblem, problemOf } from '#lib/client/api.ts'
import { cn } from '#lib/client/cn.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { Button } from '../button.tsx'
import { EmptyState } from '../empty-state.tsx'
import { ErrorState, ProblemNote } from '../error-state.tsx'
import { Tooltip } from '../tooltip.tsx'
import type { DataColumn } from './column.ts'
import { FilterBox } from './filter-box.tsx'
import { TableRows } from './table-rows.tsx'
import { TableSkeleton } from './table-skeleton.tsx'

export interface TableFrameProps<Row> {
  columns: readonly DataColumn<Row>[]
  /** undefined while the first ones are read */
  rows: readonly Row[] | undefined
  rowId: (row: Row) => string
  name: string
  filter: string
  setFilter: (filter: string) => void
  sort: string
  setSort: (sort: string) => void
  /** Rows there are, when known. */
  total: number | null
  hasMore: boolean
  loadingMore?: boolean
  /** Rows of the question before, while the new answer is on its way. */
  stale?: boolean
  error: unknown
  /** A refresh or a filter that failed while older rows are shown. */
  filterProblem?: ApiProblem | null
  onRetry?: () => void
  onLoadMore?: () => void
  onExport: () => Promise<void>
  href?: (row: Row) => string
  onOpen?: (row: Row) => void
  empty: ReactNode
  toolbar?: ReactNode
  filterPlaceholder?: string
  filterFields?: readonly string[]
  rowActions?: (row: Row) => ReactNode
  rowActionsWidth?: number
  maxHeight?: string
  bare?: boolean
  plain?: boolean
}

/** Toolbar, rows and the states around them; where rows come from is the caller's. */
export function TableFrame<Row>(props: TableFrameProps<Row>) {
  const { columns, rows, filter, error, filterProblem, bare = false, plain = false } = props
  const fields =
    props.filterFields ?? columns.filter(({ filterable }) => filterable !== false).map(({ id }) => id)
  const untouched = rows?.length === 0 && filter === '' && !filterProblem
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {!plain && !(untouched && !props.toolbar) && (
        <Toolbar {...props} fields={fields} className={bare ? 'px-4 pt-3' : ''} />
      )}
      {filterProblem && <ProblemNote problem={filterProblem} />}
      <div
        className={cn('min-w-0 overflow-hidden bg-surface', !bare && 'rounded-md border border-line')}
        data-stale={props.stale || undefined}
      >
        {error !== null && error !== undefined ? (
          <ErrorState error={error} {...(props.onRetry ? { onRetry: props.onRetry } : {})} />
        ) : rows === undefined ? (
          <TableSkeleton columns={columns} />
        ) : rows.length === 0 ? (
          filter === '' ? (
            props.empty
          ) : (
            <NoMatch filter={filter} clear={() => props.setFilter('')} />
          )
        ) : (
          <TableRows {...props} rows={rows} />
        )}
      </div>
    </div>
  )
}

function Toolbar<Row>({
  fields,
  className,
  ...props
}: TableFrameProps<Row> & { fields: readonly string[]; className: string }) {
  const t = useTranslations('ui.table')
  const format = useFormat()
  const [exporting, setExporting] = useState(false)
  const { rows, total, hasMore } = props
  const count =
    rows === undefined
      ? ''
      : total !== null && total > rows.length
        ? t('rowsOf', { shown: format.number(rows.length), total: format.number(total) })
        : hasMore
          ? t('rowsMore', { shown: format.number(rows.length) })
          : t('rows', { count: rows.length })
  const download = () => {
    setExporting(true)
    props
      .onExport()
      .catch((error: unknown) => toast.error(problemOf(error).message))
      .finally(() => setExporting(false))
  }
  return (
    <div className={cn('flex flex-wrap items-center gap-2', className)}>
      <FilterBox
        value={props.filter}
        onChange={props.setFilter}
        fields={fields}
        {...(props.filterPlaceholder ? { placeholder: props.filterPlaceholder } : {})}
      />
      {props.toolbar}
      <div className="ml-auto flex items-center gap-2">
        <span className="whitespace-nowrap text-faint text-xs" aria-live="polite">
          {count}
        </span>
        <Tooltip content={t('csvHint')}>
          <Button
            size="sm"
            icon={Download}
            loading={exporting}
            disabled={!rows || rows.length === 0}
            onClick={download}
          >
            {t('csv')}
          </Button>
        </Tooltip>
      </div>
    </div>
  )
}

function NoMatch({ filter, clear }: { filter: string; clear: () => void }) {
  const t = useTranslations('ui.table')
  return (
    <EmptyState
      icon={SearchX}
      title={t('noMatch')}
      action={<Button onClick={clear}>{t('clearFilter')}</Button>}
    >
      {t('noMatchHint', { filter })}
    </EmptyState>
  )
}
