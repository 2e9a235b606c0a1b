import type { z } from 'zod'
import type { SortOrderSchema } from '#lib/api/catalog-schemas.ts'
import { OrderChangesSchema, type OrderPreview } from '#lib/api/evolution.ts'
import type { Actor } from '#lib/auth/actor.ts'
import { AppError } from '#lib/errors.ts'
import { replaceSortOrder, type SortColumn } from '#lib/iceberg/actions/replace-sort-order.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { type SortOrder, unsorted } from '#lib/iceberg/spec/sort-order.ts'
import { parseTransform } from '#lib/iceberg/spec/transform.ts'
import { changeTable } from './change-table.ts'
import { expectSame } from './expect-same.ts'
import { parseSteps } from './parse-steps.ts'
import { sortOrderItem } from './table-detail.ts'
import type { TableReference } from './table-reference.ts'

/** A table's sort order, changed as people describe it. */

interface SortColumnText {
  column: string
  transform: string
  direction: 'asc' | 'desc'
  nullOrder?: 'nulls-first' | 'nulls-last' | undefined
}

const toColumn = ({ column, transform, direction, nullOrder }: SortColumnText): SortColumn => ({
  column,
  transform: parseTransform(transform),
  direction,
  ...(nullOrder ? { nullOrder } : {}),
})

/** The columns of a table's order after some steps, the first one first. @throws AppError `bad-input` */
function columnsAfter({ metadata }: Table, text: string): SortColumnText[] {
  let columns = sortOrderItem(metadata).fields.map(
    ({ sourceName, transform, direction, nullOrder }): SortColumnText => ({
      column: sourceName ?? '',
      transform,
      direction,
      nullOrder,
    }),
  )
  for (const step of parseSteps(text, OrderChangesSchema)) {
    const isSame = (one: SortColumnText) => one.column === step.column && one.transform === step.transform
    const there = columns.some(isSame)
    if (step.change === 'add-field') {
      if (there) {
        throw new AppError(
          'bad-input',
          `The order has ${step.column} by ${step.transform} already. Drop it first to put it elsewhere.`,
        )
      }
      columns = [...columns, step]
    } else {
      if (!there) throw new AppError('bad-input', `The order has no ${step.column} by ${step.transform}.`)
      columns = columns.filter((one) => !isSame(one))
    }
  }
  return columns
}

/**
 * What steps would make of a table's sort order.
 * @throws AppError `bad-input` with the reason why it is refused
 */
export async function previewOrderChange(table: Table, text: string): Promise<OrderPreview> {
  const { metadata } = table
  const { updates } = await replaceSortOrder(columnsAfter(table, text).map(toColumn))(table)
  let after: SortOrder | undefined
  let knownOrderId: number | null = null
  for (const update of updates) {
    if (update.action === 'add-sort-order') after = update.sortOrder
    if (update.action === 'set-default-sort-order' && update.sortOrderId >= 0) {
      knownOrderId = update.sortOrderId
      after = metadata.sortOrders.find(({ orderId }) => orderId === knownOrderId) ?? unsorted
    }
  }
  const sortOrders = after ? [after] : metadata.sortOrders
  const defaultSortOrderId = after?.orderId ?? metadata.defaultSortOrderId
  return {
    orderId: metadata.defaultSortOrderId,
    after: sortOrderItem({ ...metadata, sortOrders, defaultSortOrderId }).fields,
    knownOrderId,
  }
}

/** Replaces a table's sort order, if it still is the expected one. @throws AppError as `changeTable`, `bad-input` */
export async function replaceTableOrder(
  reference: TableReference,
  actor: Actor,
  { expectedOrderId, columns }: { expectedOrderId: number; columns: readonly SortColumnText[] },
): Promise<z.infer<typeof SortOrderSchema> & { previousOrderId: number }> {
  const order = columns.map(toColumn)
  const { metadata } = await changeTable(reference, actor, (table) => {
    expectSame('sort order', table.metadata.defaultSortOrderId, expectedOrderId)
    return replaceSortOrder(order)(table)
  })
  return { ...sortOrderItem(metadata), previousOrderId: expectedOrderId }
}
