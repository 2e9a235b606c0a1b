'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { type ReactNode, useCallback, useMemo } from 'react'
import { compareCells, filterRows } from '#lib/client/filter-rows.ts'
import { useApiPages } from '#lib/client/use-api.ts'
import type { DataColumn, DataSource } from './column.ts'
import { exportRows, readAllRows } from './table-csv.ts'
import { TableFrame } from './table-frame.tsx'

interface CommonProps<Row> {
  columns: readonly DataColumn<Row>[]
  rowId: (row: Row) => string
  /** Accessible name, and the name of the CSV file. */
  name: string
  /** Where a row leads; the first column becomes the link. */
  href?: (row: Row) => string
  /** What opening a row does when it leads nowhere. */
  onOpen?: (row: Row) => void
  /** Initial order: `bytes`, `-bytes`. */
  defaultSort?: string
  /** Tells the lists of a page apart in the address: `files-filter`, `files-sort`. */
  urlKey?: string
  /** What belongs here and the next step, when there is nothing at all. */
  empty: ReactNode
  /** More controls beside the filter box. */
  toolbar?: ReactNode
  filterPlaceholder?: string
  /** Names for the filter box, when they differ from the columns'. */
  filterFields?: readonly string[]
  /** Controls of a row: a menu, at its right end. */
  rowActions?: (row: Row) => ReactNode
  /** Pixels they take in a long list; 48, for one button, unless told. */
  rowActionsWidth?: number
  /** Highest part of the screen a long list takes, as CSS; 70 % unless told. */
  maxHeight?: string
  /** No line around it, inside a card. */
  bare?: boolean
  /** Without filter box, count and CSV: a short list inside a card. */
  plain?: boolean
}

export type DataTableProps<Row> = CommonProps<Row> &
  (
    | {
        /** Rows that are all here; undefined while they are read. */
        rows: readonly Row[] | undefined
        error?: unknown
        onRetry?: () => void
        source?: undefined
      }
    | {
        /** A list of the API, filtered and sorted there. */
        source: DataSource
        rows?: undefined
      }
  )

function useTableState(urlKey: string | undefined, defaultSort: string | undefined) {
  const prefix = urlKey ? `${urlKey}-` : ''
  const [state, setState] = useQueryStates(
    { filter: parseAsString.withDefault(''), sort: parseAsString.withDefault(defaultSort ?? '') },
    { urlKeys: { filter: `${prefix}filter`, sort: `${prefix}sort` } },
  )
  const setFilter = useCallback((filter: string) => void setState({ filter: filter || null }), [setState])
  const setSort = useCallback((sort: string) => void setState({ sort: sort || null }), [setState])
  return { ...state, setFilter, setSort }
}

/** A list: filter box, sortable columns, count, CSV, keyboard, virtualized beyond 100 rows; its state is in the address. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  return props.source ? <ApiTable {...props} source={props.source} /> : <LocalTable {...props} />
}

function LocalTable<Row>(
  props: CommonProps<Row> & { rows?: readonly Row[] | undefined; error?: unknown; onRetry?: () => void },
) {
  const { columns, rows, error, onRetry, name } = props
  const state = useTableState(props.urlKey, props.defaultSort)
  const shown = useMemo(() => {
    if (!rows) return undefined
    const filtered = filterRows(rows, state.filter, columns)
    const descending = state.sort.startsWith('-')
    const column = columns.find(({ id }) => id === state.sort.replace(/^-/, ''))
    if (!column) return filtered
    const empty = (row: Row) => column.value(row) === null || column.value(row) === undefined
    return filtered.sort((one, other) => {
      const order = compareCells(column.value(one), column.value(other))
      return descending && !empty(one) && !empty(other) ? -order : order
    })
  }, [rows, state.filter, state.sort, columns])
  return (
    <TableFrame
      {...props}
      {...state}
      columns={columns.map((column) => ({ ...column, sortable: column.sortable ?? true }))}
      rows={shown}
      total={rows?.length ?? null}
      hasMore={false}
      error={error ?? null}
      {...(onRetry ? { onRetry } : {})}
      onExport={async () => exportRows(name, columns, shown ?? [])}
    />
  )
}

function ApiTable<Row>(props: CommonProps<Row> & { source: DataSource }) {
  const { columns, source, name } = props
  const state = useTableState(props.urlKey, props.defaultSort)
  const query = { ...source.query, filter: state.filter, sort: state.sort }
  const pages = useApiPages<Row>(source.path, {
    query: { ...query, limit: source.pageSize ?? 100 },
    ...(source.refetchInterval ? { refetchInterval: source.refetchInterval } : {}),
  })
  const loadMore = useCallback(() => void pages.fetchNextPage(), [pages.fetchNextPage])
  return (
    <TableFrame
      {...props}
      {...state}
      rows={pages.items}
      total={pages.data?.pages[0]?.total ?? null}
      hasMore={pages.hasNextPage}
      loadingMore={pages.isFetchingNextPage}
      stale={pages.isPlaceholderData}
      error={pages.items ? null : pages.error}
      filterProblem={pages.items ? pages.error : null}
      onRetry={() => void pages.refetch()}
      onLoadMore={loadMore}
      onExport={async () => exportRows(name, columns, await readAllRows<Row>(source.path, query))}
    />
  )
}
