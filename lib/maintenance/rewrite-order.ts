import type { SortField } from '#lib/engine/tasks.ts'
import { currentSchema, type TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'

/**
 * The order of rows in merged files: the leading columns of the table's sort order that are sorted as they are. A
 * transformed column ends the list, since what follows it would be sorted within the wrong groups.
 */
export function rewriteOrder(metadata: TableMetadata): SortField[] {
  const order = metadata.sortOrders.find(({ orderId }) => orderId === metadata.defaultSortOrderId)
  const { fields } = currentSchema(metadata)
  const columns: SortField[] = []
  for (const { sourceId, transform, direction } of order?.fields ?? []) {
    const column = fields.find((field) => field.id === sourceId)
    if (!column || transform !== 'identity') break
    columns.push({ name: column.name, direction })
  }
  return columns
}
