import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createEngine } from '#lib/engine/create-engine.ts'
import type { TableScan } from '#lib/engine/scan/table-scan.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import type { BuiltInCatalog, BuiltInTable } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import type { Expression } from '#lib/iceberg/scan/expression.ts'
import type { Snapshot } from '#lib/iceberg/spec/snapshot.ts'
import { parseTableName } from '#lib/ingest/parse-table-name.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'
import { type DeleteMode, deleteRows } from '#lib/row-level/delete-rows.ts'
import { scanTable } from '#lib/row-level/local-table-scan.ts'
import { overwriteRows } from '#lib/row-level/overwrite-rows.ts'
import type { RowChangeOutcome } from '#lib/row-level/row-change.ts'
import { createRestWorkspace, type RestWorkspace } from '../harness/rest-workspace.ts'
import { digestRows, type RowDigest, withRowLineage } from './row-digest.ts'
import { type NewRows, writeRows } from './write-rows.ts'

export interface DigestOptions {
  snapshotId?: bigint
  filter?: Expression
  where?: string
  /** With the columns `_row_id` and `_last_updated_sequence_number`. */
  rowLineage?: boolean
}

/** Firn as one of the engines that share the catalog. Tables are given by name: `namespace.table`. */
export interface EngineWorkspace {
  rest: RestWorkspace
  catalog: BuiltInCatalog
  load(name: string): Promise<BuiltInTable>
  /** The table's live rows as Firn reads them: now or at a snapshot, all or those for which a filter (also as SQL) holds. */
  digest(name: string, options?: DigestOptions): Promise<RowDigest>
  /** A statement over scans, by the names it calls them. */
  query(sql: string, tables: Record<string, TableScan>): Promise<Record<string, unknown>[]>
  append(name: string, ...rows: NewRows[]): Promise<Snapshot>
  delete(name: string, filter: Expression, mode: DeleteMode): Promise<RowChangeOutcome>
  overwrite(name: string, filter: Expression, ...rows: NewRows[]): Promise<RowChangeOutcome>
  close(): Promise<void>
}

/** Postgres, the catalog behind HTTP and an engine of one process, all of one test file. */
export async function createEngineWorkspace(): Promise<EngineWorkspace> {
  const rest = await createRestWorkspace()
  const directory = await mkdtemp(path.join(tmpdir(), 'firn-engines-'))
  const catalog = await openCatalog()
  const engine = createEngine({
    processes: 1,
    threads: 1,
    memoryLimit: '500MB',
    spillDirectory: path.join(directory, 'spill'),
  })
  const load = (name: string) => catalog.loadTable(parseTableName(name))
  const newDirectory = () => path.join(directory, randomUUID())

  const write = async (name: string, rows: readonly NewRows[]) =>
    writeRows(engine, await load(name), directory, rows)
  const context = () => ({ engine, catalog, workDirectory: newDirectory() })

  const query: EngineWorkspace['query'] = async (sql, tables) =>
    (await engine.run('query', { sql, tables })).rows

  return {
    rest,
    catalog,
    load,
    query,
    digest: async (name, { where = 'TRUE', ...options } = {}) => {
      const scan = await scanTable(await load(name), options)
      const rows = await query(`SELECT * FROM t WHERE ${where}`, { t: scan })
      return digestRows(options.rowLineage ? withRowLineage(scan.schema) : scan.schema, rows)
    },
    append: async (name, ...rows) => {
      const action = appendFiles({ files: await write(name, rows) })
      return (await commitWithRetry(catalog, parseTableName(name), action)).snapshot
    },
    delete: (name, filter, mode) => deleteRows(context(), { identifier: parseTableName(name), filter, mode }),
    overwrite: async (name, filter, ...rows) =>
      overwriteRows(context(), { identifier: parseTableName(name), filter, add: await write(name, rows) }),
    close: async () => {
      await engine.close({ force: true })
      await rest.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
