import type { Actor } from '#lib/auth/actor.ts'
import { database } from '#lib/db.ts'
import { csv } from '#lib/http/csv.ts'
import { csvRows } from './csv-rows.ts'
import { listTables } from './list-tables.ts'
import { parseSort, type TableSort } from './sorts.ts'

/** The tables of a catalog or a namespace as a page or as a CSV file. */
export async function answerTables(
  scope: { catalog: string; namespace?: string[] },
  query: {
    format: 'json' | 'csv'
    filter?: string | undefined
    sort: string
    limit: number
    cursor?: string | undefined
  },
  actor: Actor,
) {
  const { field, descending } = parseSort<TableSort>(query.sort)
  const { filter, limit, cursor } = query
  if (query.format === 'json') {
    return listTables(database(), scope, { filter, sort: field, descending, limit, cursor }, actor)
  }
  const all = { filter, sort: field, descending, limit: csvRows }
  const { items } = await listTables(database(), scope, all, actor)
  return csv(
    items,
    [
      { header: 'catalog', value: (table) => table.catalog },
      { header: 'namespace', value: (table) => table.namespace },
      { header: 'table', value: (table) => table.name },
      { header: 'records', value: (table) => table.records },
      { header: 'data_files', value: (table) => table.dataFiles },
      { header: 'bytes', value: (table) => table.bytes },
      { header: 'average_file_bytes', value: (table) => table.averageFileBytes },
      { header: 'partitions', value: (table) => table.partitions },
      { header: 'current_snapshot_id', value: (table) => table.currentSnapshotId },
      { header: 'last_commit_at', value: (table) => table.lastCommitAt },
      { header: 'location', value: (table) => table.location },
    ],
    `${[scope.catalog, ...(scope.namespace ?? [])].join('.')}-tables.csv`,
  )
}
