'use client'

import { type ColumnDef, getCoreRowModel, type Row as ModelRow, useReactTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, ChevronsUpDown, LoaderCircle } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type CSSProperties, type ReactNode, useEffect, useMemo, useRef } from 'react'
import { cn } from '#lib/client/cn.ts'
import type { CellValue } from '#lib/client/filter-rows.ts'
import type { Countable } from '#lib/client/format/number.ts'
import { Bytes, Count } from '../amount.tsx'
import { Button } from '../button.tsx'
import { RelativeTime } from '../time.tsx'
import { type DataColumn, isRight } from './column.ts'
import type { TableFrameProps } from './table-frame.tsx'
import { useRowKeys } from './use-row-keys.ts'

/** interface.md: rows of 36 px, virtualized beyond 100. */
const rowHeight = 36
const virtualizeBeyond = 100
const defaultWidth = 160

const widthOf = (columns: readonly { width?: number }[]): number =>
  columns.reduce((sum, { width }) => sum + (width ?? defaultWidth), 0)

/** A cell's value as its kind is drawn. */
function drawn(kind: DataColumn<never>['kind'], value: CellValue): ReactNode {
  if (value === null || value === undefined || value === '') return <span className="text-faint">–</span>
  if (kind === 'time') return <RelativeTime value={value as string | number | Date} />
  if (kind === 'bytes') return <Bytes value={value as Countable} />
  if (kind === 'count') return <Count value={value as Countable} />
  return value instanceof Date ? value.toISOString() : String(value)
}

/** The rows themselves, in a real table. */
export function TableRows<Row>({
  columns,
  rows,
  rowId,
  name,
  sort,
  setSort,
  href,
  onOpen,
  rowActions,
  rowActionsWidth = 48,
  hasMore,
  loadingMore = false,
  stale = false,
  onLoadMore,
  maxHeight = '70dvh',
}: TableFrameProps<Row> & { rows: readonly Row[] }) {
  const t = useTranslations('ui.table')
  const router = useRouter()
  const container = useRef<HTMLElement>(null)
  const long = rows.length > virtualizeBeyond

  const definitions = useMemo<ColumnDef<Row>[]>(
    () => columns.map((column) => ({ id: column.id, accessorFn: column.value, meta: column })),
    [columns],
  )
  const data = useMemo(() => [...rows], [rows])
  // Filtering and sorting happen before: here or in the API.
  const table = useReactTable({
    data,
    columns: definitions,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    manualSorting: true,
    manualFiltering: true,
  })
  const model = table.getRowModel().rows

  const virtualizer = useVirtualizer({
    count: model.length,
    getScrollElement: () => container.current,
    estimateSize: () => rowHeight,
    overscan: 20,
    enabled: long,
    initialRect: { width: 1200, height: 700 },
  })
  const visible = long ? virtualizer.getVirtualItems() : null
  const shown = visible ? visible.flatMap(({ index }) => model[index] ?? []) : model
  const before = visible?.[0]?.start ?? 0
  const after = visible ? virtualizer.getTotalSize() - (visible.at(-1)?.end ?? 0) : 0

  const lastVisible = visible?.at(-1)?.index ?? 0
  useEffect(() => {
    if (long && hasMore && !loadingMore && lastVisible >= model.length - 10) onLoadMore?.()
  }, [long, hasMore, loadingMore, lastVisible, model.length, onLoadMore])

  const open = (row: Row) => (href ? router.push(href(row)) : onOpen?.(row))
  const actionsWidth = rowActions ? rowActionsWidth : 0
  const opens = href !== undefined || onOpen !== undefined
  const active = useRowKeys({
    container,
    count: model.length,
    onOpen: opens
      ? (index) => {
          const row = model[index]
          if (row) open(row.original)
        }
      : undefined,
    scrollTo: (index) => {
      if (long) virtualizer.scrollToIndex(index)
      else container.current?.querySelectorAll('tbody tr')[index]?.scrollIntoView({ block: 'nearest' })
    },
  })

  return (
    <section
      ref={container}
      data-row-list
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
      tabIndex={0}
      aria-label={name}
      className={cn(
        'scroll-thin overflow-auto focus-visible:outline-offset-[-2px]',
        stale && 'opacity-60 transition-opacity',
      )}
      style={long ? { maxHeight } : undefined}
    >
      <table
        className={cn(
          'w-full border-separate border-spacing-0 text-sm',
          long && 'min-w-(--phone) table-fixed sm:min-w-(--all)',
        )}
        aria-rowcount={hasMore ? -1 : rows.length}
        style={
          long
            ? ({
                '--all': `${widthOf(columns) + actionsWidth}px`,
                '--phone': `${widthOf(columns.filter(({ hideOnPhone }) => !hideOnPhone)) + actionsWidth}px`,
              } as CSSProperties)
            : undefined
        }
      >
        {long && (
          <colgroup>
            {columns.map(({ id, width, hideOnPhone }) => (
              <col
                key={id}
                className={hideOnPhone ? 'max-sm:hidden' : ''}
                style={{ width: width ?? defaultWidth }}
              />
            ))}
            {rowActions && <col style={{ width: rowActionsWidth }} />}
          </colgroup>
        )}
        <thead>
          <tr>
            {columns.map((column, index) => (
              <HeaderCell key={column.id} column={column} first={index === 0} sort={sort} setSort={setSort} />
            ))}
            {rowActions && (
              <th className="sticky top-0 z-10 w-12 border-line border-b bg-subtle">
                <span className="sr-only">{t('open')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {before > 0 && (
            <tr aria-hidden>
              {/* One cell: spanning hidden columns would make empty ones on phones. */}
              <td style={{ height: before }} />
            </tr>
          )}
          {shown.map((row) => (
            <BodyRow
              key={row.id}
              row={row}
              active={row.index === active}
              href={href?.(row.original)}
              onOpen={opens ? () => open(row.original) : undefined}
              actions={rowActions?.(row.original)}
            />
          ))}
          {after > 0 && (
            <tr aria-hidden>
              <td style={{ height: after }} />
            </tr>
          )}
        </tbody>
      </table>
      {hasMore && (
        <div className="sticky left-0 flex h-11 items-center justify-center">
          {loadingMore ? (
            <span className="flex items-center gap-2 text-faint text-xs">
              <LoaderCircle className="size-4 animate-spin" aria-hidden />
              {t('loadingMore')}
            </span>
          ) : (
            <Button size="sm" onClick={onLoadMore}>
              {t('loadMore')}
            </Button>
          )}
        </div>
      )}
    </section>
  )
}

function HeaderCell<Row>({
  column,
  first,
  sort,
  setSort,
}: {
  column: DataColumn<Row>
  first: boolean
  sort: string
  setSort: (sort: string) => void
}) {
  const t = useTranslations('ui.table')
  const right = isRight(column)
  const direction = sort === column.id ? 'ascending' : sort === `-${column.id}` ? 'descending' : null
  const Icon = direction === 'ascending' ? ArrowUp : direction === 'descending' ? ArrowDown : ChevronsUpDown
  // Numbers are looked at from the largest first, names from A.
  const firstOrder = right ? `-${column.id}` : column.id
  const otherOrder = right ? column.id : `-${column.id}`
  return (
    <th
      scope="col"
      {...(direction ? { 'aria-sort': direction } : {})}
      className={cn(
        'sticky top-0 h-9 whitespace-nowrap border-line border-b bg-subtle px-3 font-medium text-faint text-xs first:pl-4 last:pr-4',
        right ? 'text-right' : 'text-left',
        first ? 'left-0 z-20' : 'z-10',
        column.hideOnPhone && 'max-sm:hidden',
      )}
    >
      {column.sortable ? (
        <button
          type="button"
          title={t('sortBy', { column: column.header })}
          onClick={() => setSort(sort === firstOrder ? otherOrder : firstOrder)}
          className={cn(
            'group -mx-1 inline-flex h-7 items-center gap-1 rounded-sm px-1 hover:text-ink',
            right && 'flex-row-reverse',
            direction && 'text-ink',
          )}
        >
          {column.header}
          <Icon
            className={cn(
              'size-3.5 shrink-0',
              !direction && 'opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100',
            )}
            aria-hidden
          />
        </button>
      ) : (
        column.header
      )}
    </th>
  )
}

function BodyRow<Row>({
  row,
  active,
  href,
  onOpen,
  actions,
}: {
  row: ModelRow<Row>
  active: boolean
  href: string | undefined
  onOpen: (() => void) | undefined
  actions: ReactNode
}) {
  const background = active ? 'bg-accent-soft' : 'bg-surface group-hover/row:bg-subtle'
  return (
    // The link in the first cell and the list's keys do the same: the row is only a larger target for the mouse.
    <tr
      className={cn('group/row', onOpen && 'cursor-pointer')}
      data-active={active || undefined}
      {...(onOpen
        ? {
            onClick: (event) => {
              const target = event.target as HTMLElement
              const selecting = window.getSelection()?.type === 'Range'
              if (!selecting && !target.closest('a, button, input, label, [role="menu"]')) onOpen()
            },
          }
        : {})}
    >
      {row.getAllCells().map((cell, index) => {
        const column = cell.column.columnDef.meta as DataColumn<Row>
        const content = column.cell
          ? column.cell(row.original)
          : drawn(column.kind, cell.getValue() as CellValue)
        return (
          <td
            key={cell.id}
            className={cn(
              'h-9 border-line border-b px-3 align-middle first:pl-4 last:pr-4 group-last/row:border-b-0',
              background,
              isRight(column) ? 'text-right' : 'text-left',
              index === 0 && 'sticky left-0 z-[5] max-w-[56vw] truncate',
              index > 0 && 'max-w-md truncate',
              column.hideOnPhone && 'max-sm:hidden',
            )}
          >
            {index === 0 && onOpen ? (
              href ? (
                <Link href={href} className="font-medium text-ink hover:text-accent hover:underline">
                  {content}
                </Link>
              ) : (
                <button
                  type="button"
                  onClick={onOpen}
                  className="max-w-full truncate text-left font-medium text-ink hover:text-accent hover:underline"
                >
                  {content}
                </button>
              )
            ) : (
              content
            )}
          </td>
        )
      })}
      {actions !== undefined && (
        <td className={cn('h-9 border-line border-b px-2 text-right group-last/row:border-b-0', background)}>
          {actions}
        </td>
      )}
    </tr>
  )
}
