import type { ListedSnapshot, SnapshotItem } from '#lib/api/catalog-schemas.ts'
import { csv } from '#lib/http/csv.ts'
import { pageOfList } from '#lib/http/page.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { csvRows } from './csv-rows.ts'
import { matchesFilter, parseFilter } from './parse-filter.ts'
import { snapshotGraph } from './snapshot-graph.ts'
import { snapshotItems } from './snapshot-item.ts'

const fields = ['id', 'operation', 'by', 'schema', 'ref', 'current'] as const

function filtered(table: Table, filterText: string | undefined): SnapshotItem[] {
  const filter = parseFilter(filterText, fields)
  const valueByField: Record<string, (item: SnapshotItem) => string | null> = {
    id: (item) => item.snapshotId,
    operation: (item) => item.operation,
    by: (item) => item.committedBy,
    schema: (item) => item.schemaId?.toString() ?? null,
    ref: (item) => item.refs[0] ?? null,
    current: (item) => String(item.current),
  }
  return snapshotItems(table.metadata).filter((item) =>
    matchesFilter(
      filter,
      (field) => valueByField[field]?.(item) ?? null,
      () =>
        [item.snapshotId, item.operation, item.committedBy, ...Object.entries(item.summary).flat()].join(' '),
    ),
  )
}

/** A page of a table's snapshots, newest first. @throws AppError `bad-input` (filter, cursor) */
export function listSnapshots(
  table: Table,
  query: { filter?: string | undefined; cursor?: string | undefined; limit: number },
) {
  const rows = filtered(table, query.filter)
  const graph = query.filter ? undefined : snapshotGraph(rows)
  const listed = (row: SnapshotItem): ListedSnapshot => ({
    ...row,
    graph: graph?.get(row.snapshotId) ?? null,
  })
  return { ...pageOfList(rows, query, listed), total: rows.length }
}

/** The snapshots as a CSV file. */
export function snapshotsCsv(table: Table, query: { filter?: string | undefined }): Response {
  return csv(
    filtered(table, query.filter).slice(0, csvRows),
    [
      { header: 'snapshot_id', value: (item) => item.snapshotId },
      { header: 'parent_snapshot_id', value: (item) => item.parentSnapshotId },
      { header: 'sequence_number', value: (item) => item.sequenceNumber },
      { header: 'committed_at', value: (item) => item.committedAt },
      { header: 'operation', value: (item) => item.operation },
      { header: 'committed_by', value: (item) => item.committedBy },
      { header: 'added_files', value: (item) => item.added.dataFiles },
      { header: 'added_records', value: (item) => item.added.records },
      { header: 'removed_files', value: (item) => item.removed.dataFiles },
      { header: 'removed_records', value: (item) => item.removed.records },
      { header: 'total_files', value: (item) => item.totals.dataFiles },
      { header: 'total_records', value: (item) => item.totals.records },
      { header: 'total_bytes', value: (item) => item.totals.bytes },
      { header: 'schema_id', value: (item) => item.schemaId },
      { header: 'summary', value: (item) => JSON.stringify(item.summary) },
    ],
    `${table.identifier.name}-snapshots.csv`,
  )
}
