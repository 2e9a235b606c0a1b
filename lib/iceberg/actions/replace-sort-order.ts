import { AppError } from '../../errors.ts'
import type { MakeChange } from '../commit/commit-change.ts'
import { validateSortOrder } from '../commit/validate-structure.ts'
import type { Transform } from '../spec/partition-spec.ts'
import { findFieldByName } from '../spec/schema.ts'
import { type SortField, unsorted } from '../spec/sort-order.ts'
import { currentSchema } from '../spec/table-metadata.ts'

export interface SortColumn {
  column: string
  /** Default: identity. */
  transform?: Transform
  /** Default: asc. */
  direction?: SortField['direction']
  /** Default: first when ascending, last when descending. */
  nullOrder?: SortField['nullOrder']
}

/**
 * Gives a table another sort order, for files written from now on; no columns make it unsorted.
 * @throws AppError `bad-input` for a column that is not there or cannot be sorted by
 */
export const replaceSortOrder =
  (columns: readonly SortColumn[]): MakeChange =>
  ({ metadata }) => {
    const schema = currentSchema(metadata)
    const fields = columns.map(
      ({ column, transform = 'identity', direction = 'asc', nullOrder }): SortField => {
        const source = findFieldByName(schema, column)
        if (!source) throw new AppError('bad-input', `There is no column "${column}" to sort by.`)
        return {
          sourceId: source.id,
          transform,
          direction,
          nullOrder: nullOrder ?? (direction === 'asc' ? 'nulls-first' : 'nulls-last'),
        }
      },
    )
    const order = { orderId: fields.length === 0 ? unsorted.orderId : 1, fields }
    validateSortOrder(order, schema)
    const content = JSON.stringify(fields)
    const known = metadata.sortOrders.find((one) => JSON.stringify(one.fields) === content)
    if (known?.orderId === metadata.defaultSortOrderId) return { requirements: [], updates: [] }
    return {
      requirements: [
        { type: 'assert-table-uuid', uuid: metadata.tableUuid },
        { type: 'assert-current-schema-id', currentSchemaId: metadata.currentSchemaId },
        { type: 'assert-default-sort-order-id', defaultSortOrderId: metadata.defaultSortOrderId },
      ],
      updates: known
        ? [{ action: 'set-default-sort-order', sortOrderId: known.orderId }]
        : [
            { action: 'add-sort-order', sortOrder: order },
            { action: 'set-default-sort-order', sortOrderId: -1 },
          ],
    }
  }
