import type { SortField } from '#lib/engine/tasks.ts'
import { AppError } from '#lib/errors.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'
import { currentSchema, type TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import type { CompactionPolicy } from './compaction-policy.ts'

/** How rows are laid out in files that are written again. */
export interface RewriteOrder {
  sortBy?: SortField[]
  zOrderBy?: string[]
  /** The table's sort order that such files follow, if any. */
  sortOrderId?: number
}

/**
 * The order of rows by the table's sort order: its leading columns that are sorted as they are. A transformed column ends
 * the list, since what follows it would be sorted within the wrong groups.
 */
export function tableOrder(metadata: TableMetadata): RewriteOrder {
  const order = metadata.sortOrders.find(({ orderId }) => orderId === metadata.defaultSortOrderId)
  const { fields } = currentSchema(metadata)
  const columns: SortField[] = []
  for (const { sourceId, transform, direction, nullOrder } of order?.fields ?? []) {
    const column = fields.find((field) => field.id === sourceId)
    if (!column || transform !== 'identity') break
    columns.push({ name: column.name, direction, nullOrder })
  }
  return sorted(metadata, columns)
}

const columnsOf = ({ strategy, sortColumns, zOrderColumns }: ColumnWords): readonly string[] =>
  strategy === 'z-order'
    ? (zOrderColumns ?? [])
    : strategy === 'sort'
      ? (sortColumns ?? []).map((text) => sortColumn(text).name)
      : []

type ColumnWords = Pick<CompactionPolicy, 'strategy' | 'sortColumns' | 'zOrderColumns'>

const unsortable = /^(variant|geometry|geography|unknown)/

/** Why rows of a table can't be put in the order that a policy names; null: they can. */
export function orderProblem(schema: Schema, words: ColumnWords): string | null {
  if (words.strategy === 'z-order' && words.zOrderColumns === null) {
    return 'The strategy z-order needs columns: set compaction.zOrderColumns to two to four of them.'
  }
  for (const name of columnsOf(words)) {
    const field = schema.fields.find((one) => one.name === name)
    if (!field) {
      const known = schema.fields.map((one) => one.name).join(', ')
      return `The table has no column "${name}" to put rows in order by (any more). Its columns: ${known}.`
    }
    if (typeof field.type !== 'string' || unsortable.test(field.type)) {
      return `The column "${name}" can't be sorted by: its type is ${typeof field.type === 'string' ? field.type : field.type.type}.`
    }
  }
  return null
}

/**
 * The order of rows by a policy.
 * @throws AppError `bad-input` when the table lacks a column the policy names
 */
export function rewriteOrder(metadata: TableMetadata, words: ColumnWords): RewriteOrder {
  const problem = orderProblem(currentSchema(metadata), words)
  if (problem !== null) throw new AppError('bad-input', problem)
  const { strategy, sortColumns, zOrderColumns } = words
  if (strategy === 'z-order') return { zOrderBy: zOrderColumns ?? [] }
  if (strategy === 'binpack') return {}
  return sortColumns === null ? tableOrder(metadata) : sorted(metadata, sortColumns.map(sortColumn))
}

/** `name`, `name asc` or `name desc`. */
function sortColumn(text: string): Required<SortField> {
  const [, name = text, direction] = /^(.+?)\s+(asc|desc)$/i.exec(text) ?? []
  return direction?.toLowerCase() === 'desc'
    ? { name, direction: 'desc', nullOrder: 'nulls-last' }
    : { name, direction: 'asc', nullOrder: 'nulls-first' }
}

/** Files sorted by columns follow each of the table's sort orders that says exactly these; the current one is preferred. */
function sorted(metadata: TableMetadata, sortBy: SortField[]): RewriteOrder {
  if (sortBy.length === 0) return {}
  const { fields } = currentSchema(metadata)
  const idOf = (name: string) => fields.find((field) => field.name === name)?.id
  const followed = metadata.sortOrders
    .filter(
      (order) =>
        order.fields.length === sortBy.length &&
        order.fields.every(({ sourceId, transform, direction, nullOrder }, index) => {
          const one = sortBy[index]
          return (
            one !== undefined &&
            transform === 'identity' &&
            sourceId === idOf(one.name) &&
            direction === one.direction &&
            nullOrder === one.nullOrder
          )
        }),
    )
    .map(({ orderId }) => orderId)
  const sortOrderId = followed.find((id) => id === metadata.defaultSortOrderId) ?? followed[0]
  return sortOrderId === undefined ? { sortBy } : { sortBy, sortOrderId }
}
