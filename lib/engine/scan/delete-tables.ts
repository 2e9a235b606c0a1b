import { open } from 'node:fs/promises'
import { BIGINT, type DuckDBConnection, DuckDBDataChunk, INTEGER } from '@duckdb/node-api'
import { AppError } from '../../errors.ts'
import { decodeFile } from '../../iceberg/corrupt-file.ts'
import { decodeDeletionVector } from '../../iceberg/spec/deletion-vector.ts'
import { deletedFilePathId, deletedPositionId } from '../../iceberg/spec/reserved-fields.ts'
import { findFieldById, type Schema } from '../../iceberg/spec/schema.ts'
import { isPrimitive, type NestedField } from '../../iceberg/spec/types.ts'
import { sqlIdentifier, sqlString } from '../../mappings/sql-text.ts'
import { readLayouts } from './parquet-layouts.ts'
import { pathList } from './path-list.ts'
import { projectColumn } from './project-columns.ts'
import type { ScanDelete, TableScan } from './table-scan.ts'

/** Deletes of a scan as temporary tables, to be anti-joined with its rows. */

type Kind<Name extends ScanDelete['kind']> = Extract<ScanDelete, { kind: Name }>

/** Rows handed to DuckDB at a time: its vector size. */
const chunkRows = 2048

const fieldOf = (id: number, name: string, type: NestedField['type']): NestedField => ({
  id,
  name,
  type,
  required: true,
})
const positionFields = [
  fieldOf(deletedFilePathId, 'file_path', 'string'),
  fieldOf(deletedPositionId, 'pos', 'long'),
]

/**
 * Fills the table `<name>(file_index INTEGER, pos BIGINT)` with the positions of deleted rows, by the file's index in
 * `scan.files`.
 * @throws AppError `corrupt` for a damaged deletion vector
 */
export async function createPositions(
  connection: DuckDBConnection,
  scan: TableScan,
  name: string,
): Promise<void> {
  await connection.run(`CREATE TEMP TABLE ${name} (file_index INTEGER, pos BIGINT)`)
  const files = new Map<number, number[]>()
  for (const [fileIndex, file] of scan.files.entries()) {
    for (const index of file.deletes) {
      const vector = scan.deletes[index]
      if (vector?.kind === 'deletion-vector') await appendVector(connection, name, fileIndex, vector)
      else if (vector?.kind === 'position-deletes') files.set(index, [...(files.get(index) ?? []), fileIndex])
    }
  }
  const paths = [...files.keys()].map((index) => scan.deletes[index]?.path ?? '')
  if (paths.length === 0) return
  const applying = [...files].flatMap(([index, fileIndexes]) =>
    fileIndexes.map((fileIndex) => {
      const [path, location] = [scan.deletes[index]?.path ?? '', scan.files[fileIndex]?.location ?? '']
      return `(${sqlString(path)}, ${sqlString(location)}, ${fileIndex})`
    }),
  )
  await connection.run(
    `CREATE TEMP TABLE ${name}_applying (path VARCHAR, location VARCHAR, file_index INTEGER)`,
  )
  for (let start = 0; start < applying.length; start += chunkRows) {
    await connection.run(
      `INSERT INTO ${name}_applying VALUES ${applying.slice(start, start + chunkRows).join(', ')}`,
    )
  }
  for (const layout of await readLayouts(connection, paths)) {
    const [filePath, position] = positionFields.map((field) => projectColumn(field, layout, undefined))
    await connection.run(`
      INSERT INTO ${name} SELECT DISTINCT a.file_index, d.pos
      FROM (SELECT ${filePath} AS file_path, ${position} AS pos, __firn_file
        FROM read_parquet(${pathList(layout.paths)}, hive_partitioning = false, filename = '__firn_file')) d
      JOIN ${name}_applying a ON a.path = d.__firn_file AND a.location = d.file_path`)
  }
}

async function appendVector(
  connection: DuckDBConnection,
  table: string,
  fileIndex: number,
  vector: Kind<'deletion-vector'>,
): Promise<void> {
  const bytes = Buffer.alloc(vector.length)
  const file = await open(vector.path)
  try {
    await file.read(bytes, 0, vector.length, vector.offset)
  } finally {
    await file.close()
  }
  const positions = decodeFile(vector.path, () => decodeDeletionVector(bytes, vector.recordCount))
  const appender = await connection.createAppender(table)
  for (let start = 0; start < positions.length; start += chunkRows) {
    const values = Array.from(positions.subarray(start, start + chunkRows), BigInt)
    const chunk = DuckDBDataChunk.create([INTEGER, BIGINT])
    chunk.setColumns([values.map(() => fileIndex), values])
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
}

/** Equality deletes of the same columns and scope, as one table. */
export interface EqualityTable {
  name: string
  /** Indexes into `scan.deletes`. */
  deletes: ReadonlySet<number>
  scope: 'partition' | 'global'
  keys: EqualityKey[]
}

/** A column that decides: the top-level column it is (part of), which scans have to read, and its name there. */
export interface EqualityKey {
  column: NestedField
  /** The key out of the column named `sql`. */
  value: (sql: string) => string
}

/** The column with an id, in the newest schema that has it. */
function equalityKey(schemas: readonly Schema[], id: number): EqualityKey {
  for (const schema of schemas.toReversed()) {
    if (!findFieldById(schema, id)) continue
    for (const column of schema.fields) {
      const path = pathTo(column, id)
      if (path) return { column, value: (sql) => insideStructs(sql, path) }
    }
  }
  throw new AppError(
    'corrupt',
    `An equality delete file decides by the column id ${id}, which no schema of the table has as a column or as a field of structs.`,
  )
}

/** A field by the names down to it. That a struct is null is another value than that it holds a null. */
function insideStructs(sql: string, [name, ...path]: readonly string[]): string {
  if (name === undefined) return sql
  const inner = insideStructs(`struct_extract(${sql}, ${sqlString(name)})`, path)
  return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(inner_value := ${inner}) END`
}

/** Names from a column down to the field with an id; empty for the column itself, undefined when it is not in there. */
function pathTo(column: NestedField, id: number): string[] | undefined {
  if (column.id === id) return []
  if (isPrimitive(column.type) || column.type.type !== 'struct') return undefined
  for (const field of column.type.fields) {
    const path = pathTo(field, id)
    if (path) return [field.name, ...path]
  }
  return undefined
}

/**
 * Makes a table `(k0, k1, …, part, seq)` for each set of columns and scope, with the highest sequence number of each key:
 * a row is deleted by a higher one than its file's.
 */
export async function createEqualityTables(
  connection: DuckDBConnection,
  scan: TableScan,
  prefix: string,
): Promise<EqualityTable[]> {
  const groups = new Map<string, { ids: number[]; deletes: [number, Kind<'equality-deletes'>][] }>()
  for (const [index, one] of scan.deletes.entries()) {
    if (one.kind !== 'equality-deletes') continue
    const ids = one.equalityIds.toSorted((a, b) => a - b)
    const key = `${one.partitionKey === null ? 'global' : 'partition'} ${ids.join(' ')}`
    const group = groups.get(key) ?? { ids, deletes: [] }
    group.deletes.push([index, one])
    groups.set(key, group)
  }
  const tables: EqualityTable[] = []
  for (const { ids, deletes } of groups.values()) {
    const name = `${prefix}_${tables.length}`
    const keys = ids.map((id) => equalityKey(scan.schemas, id))
    const scope = deletes[0]?.[1].partitionKey === null ? 'global' : 'partition'
    const byPath = new Map(deletes.map(([, one]) => [one.path, one]))
    await connection.run(`CREATE TEMP TABLE ${name}_files (path VARCHAR, part VARCHAR, seq BIGINT)`)
    const rows = [...byPath.values()].map(
      (one) => `(${sqlString(one.path)}, ${sqlString(one.partitionKey ?? '')}, ${one.sequenceNumber})`,
    )
    for (let start = 0; start < rows.length; start += chunkRows) {
      await connection.run(
        `INSERT INTO ${name}_files VALUES ${rows.slice(start, start + chunkRows).join(', ')}`,
      )
    }
    const selects = (await readLayouts(connection, [...byPath.keys()])).map((layout) => {
      const columns = keys.map(
        ({ column, value }, index) =>
          `${value(`(${projectColumn(column, layout, scan.nameMapping)})`)} AS k${index}`,
      )
      return `SELECT ${columns.join(', ')}, __firn_file FROM read_parquet(${pathList(layout.paths)}, hive_partitioning = false, filename = '__firn_file')`
    })
    const names = keys.map((_, index) => `k${index}`).join(', ')
    await connection.run(`
      CREATE TEMP TABLE ${name} AS SELECT ${names}, part, max(seq) AS seq
      FROM (${selects.join(' UNION ALL ')}) d JOIN ${name}_files f ON f.path = d.__firn_file GROUP BY ALL`)
    tables.push({ name, deletes: new Set(deletes.map(([index]) => index)), scope, keys })
  }
  return tables
}

/** The name under which a scan's inner relation has the key `index` of an equality table. */
export const keyColumn = (table: EqualityTable, index: number): string =>
  sqlIdentifier(`__firn_${table.name}_${index}`)
