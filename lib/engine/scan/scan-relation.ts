import type { DuckDBConnection } from '@duckdb/node-api'
import { lastUpdatedField, rowIdField } from '../../iceberg/spec/reserved-fields.ts'
import { sqlIdentifier, sqlString } from '../../mappings/sql-text.ts'
import { duckdbType } from '../duckdb-types.ts'
import { createEqualityTables, createPositions, type EqualityTable, keyColumn } from './delete-tables.ts'
import { literalSql } from './literal-sql.ts'
import { type ParquetLayout, readLayouts } from './parquet-layouts.ts'
import { pathList } from './path-list.ts'
import { hasColumn, projectColumn } from './project-columns.ts'
import { scanColumns, type TableScan } from './table-scan.ts'

/** A scan that is ready to be read: its deletes are in temporary tables of the session. */
export interface PreparedScan {
  /** SQL that gives the live rows of some files (default: all), by their indexes in `scan.files`. */
  select(files?: readonly number[]): string
  /** Temporary table `(file_index, pos)` of the rows that position deletes and deletion vectors delete. */
  positionsTable: string
}

/** Files that one SELECT can read: same columns, same constants, same kinds of deletes. */
interface Group {
  layout: ParquetLayout
  /** Indexes into `scan.files`; the first one's constants are those of all. */
  files: number[]
  hasPositions: boolean
  equality: EqualityTable[]
}

/** Rows handed to DuckDB in one INSERT. */
const insertRows = 2000

/**
 * Reads footers and deletes of a scan (spec: "Scan Planning", "Column Projection", "Row-level Deletes", "Row Lineage").
 * @param name prefix of the temporary tables it makes, unique in the session
 * @param options `places` adds each row's file index (`file_index`) and position (`pos`)
 * @throws AppError `corrupt`, `not-found` for damaged and missing files; `bad-input` for files whose columns cannot be told
 */
export async function prepareScan(
  connection: DuckDBConnection,
  scan: TableScan,
  name: string,
  { places = false }: { places?: boolean } = {},
): Promise<PreparedScan> {
  // Footers are looked at for the columns and read again with the rows.
  await connection.run('SET parquet_metadata_cache = true')
  const positionsTable = `${name}_positions`
  const filesTable = `${name}_files`
  await createPositions(connection, scan, positionsTable)
  const equalityTables = await createEqualityTables(connection, scan, `${name}_equality`)
  // Thousands of plain files need no table of their places.
  if (places || scan.rowLineage || scan.files.some(({ deletes }) => deletes.length > 0)) {
    await createFiles(connection, scan, filesTable)
  }
  const layouts = new Map<string, ParquetLayout>()
  for (const layout of await readLayouts(connection, [...new Set(scan.files.map(({ path }) => path))])) {
    for (const path of layout.paths) layouts.set(path, layout)
  }

  const groupsOf = (files: readonly number[]): Group[] => {
    const groups = new Map<string, Group>()
    const numbers = new Map<ParquetLayout, number>()
    for (const index of files) {
      const file = scan.files[index]
      const layout = file && layouts.get(file.path)
      if (!layout) continue
      if (!numbers.has(layout)) numbers.set(layout, numbers.size)
      const constants = constantsOf(scan, index, layout)
      const equality = equalityTables.filter(({ deletes }) => file.deletes.some((one) => deletes.has(one)))
      const hasPositions = file.deletes.some((one) => scan.deletes[one]?.kind !== 'equality-deletes')
      const key = JSON.stringify([
        numbers.get(layout),
        [...constants],
        hasPositions,
        equality.map((table) => table.name),
      ])
      const group = groups.get(key)
      if (group) group.files.push(index)
      else groups.set(key, { layout, files: [index], hasPositions, equality })
    }
    return [...groups.values()]
  }

  const selectGroup = ({ layout, files, hasPositions, equality }: Group): string => {
    const constants = constantsOf(scan, files[0] ?? 0, layout)
    const inner = scan.schema.fields.map(
      (field) =>
        `${constants.get(field.id) ?? projectColumn(field, layout, scan.nameMapping)} AS ${sqlIdentifier(field.name)}`,
    )
    for (const table of equality) {
      for (const [index, { column, value }] of table.keys.entries()) {
        const whole = constants.get(column.id) ?? projectColumn(column, layout, scan.nameMapping)
        inner.push(`${value(`(${whole})`)} AS ${keyColumn(table, index)}`)
      }
    }
    const outer = scan.schema.fields.map((field) => `d.${sqlIdentifier(field.name)}`)
    if (scan.rowLineage) {
      for (const field of [rowIdField, lastUpdatedField]) {
        const stored = hasColumn(field, layout, scan.nameMapping)
          ? projectColumn(field, layout, scan.nameMapping)
          : 'CAST(NULL AS BIGINT)'
        inner.push(`${stored} AS __firn${field.name}`)
      }
      outer.push(
        `coalesce(d.__firn${rowIdField.name}, f.first_row_id + d.${scanColumns.position}) AS ${rowIdField.name}`,
        // A file without row ids has no lineage at all.
        `CASE WHEN f.first_row_id IS NULL AND d.__firn${rowIdField.name} IS NULL THEN NULL ELSE coalesce(d.__firn${lastUpdatedField.name}, f.seq) END AS ${lastUpdatedField.name}`,
      )
    }
    if (places) outer.push('f.file_index', `d.${scanColumns.position} AS pos`)
    const paths = pathList(files.map((index) => scan.files[index]?.path ?? ''))
    const needsFiles = hasPositions || equality.length > 0 || scan.rowLineage || places
    const added = needsFiles ? `, filename = '${scanColumns.file}', ${scanColumns.position} = true` : ''
    const system = needsFiles ? `, ${scanColumns.file}, ${scanColumns.position}` : ''
    let sql = `SELECT ${outer.join(', ')} FROM (SELECT ${inner.join(', ')}${system} FROM read_parquet(${paths}, hive_partitioning = false, union_by_name = false${added})) d`
    if (needsFiles) sql += ` JOIN ${filesTable} f ON f.path = d.${scanColumns.file}`
    if (hasPositions) {
      sql += ` ANTI JOIN ${positionsTable} p ON p.file_index = f.file_index AND p.pos = d.${scanColumns.position}`
    }
    for (const [number, table] of equality.entries()) {
      const x = `x${number}`
      const conditions = table.keys.map(
        (_, index) => `d.${keyColumn(table, index)} IS NOT DISTINCT FROM ${x}.k${index}`,
      )
      if (table.scope === 'partition') conditions.push(`f.part = ${x}.part`)
      sql += ` ANTI JOIN ${table.name} ${x} ON ${conditions.join(' AND ')} AND f.seq < ${x}.seq`
    }
    return sql
  }

  const allFiles = scan.files.map((_, index) => index)
  return {
    positionsTable,
    select(files = allFiles) {
      const groups = groupsOf(files)
      if (groups.length > 0) return groups.map(selectGroup).join(' UNION ALL ')
      const columns = scan.schema.fields.map(
        (field) => `CAST(NULL AS ${duckdbType(field.type)}) AS ${sqlIdentifier(field.name)}`,
      )
      if (scan.rowLineage) {
        for (const { name: column } of [rowIdField, lastUpdatedField])
          columns.push(`CAST(NULL AS BIGINT) AS ${column}`)
      }
      if (places) columns.push('CAST(NULL AS INTEGER) AS file_index', 'CAST(NULL AS BIGINT) AS pos')
      return `SELECT ${columns.join(', ')} WHERE FALSE`
    },
  }
}

/** Fills the table `name` with what rows need to know of their file: its index, age, partition and first row id. */
async function createFiles(connection: DuckDBConnection, scan: TableScan, name: string): Promise<void> {
  await connection.run(
    `CREATE TEMP TABLE ${name} (path VARCHAR, file_index INTEGER, seq BIGINT, part VARCHAR, first_row_id BIGINT)`,
  )
  const rows = scan.files.map(
    (file, index) =>
      `(${sqlString(file.path)}, ${index}, ${file.sequenceNumber}, ${sqlString(file.partitionKey)}, ${file.firstRowId ?? 'NULL'})`,
  )
  for (let start = 0; start < rows.length; start += insertRows) {
    await connection.run(`INSERT INTO ${name} VALUES ${rows.slice(start, start + insertRows).join(', ')}`)
  }
}

/** SQL of columns that are missing in a file whose partition knows their value, by column id. */
function constantsOf(scan: TableScan, file: number, layout: ParquetLayout): Map<number, string> {
  const constants = new Map<number, string>()
  for (const { fieldId, type, value } of scan.files[file]?.identityValues ?? []) {
    for (const schema of [scan.schema, ...scan.schemas]) {
      const field = schema.fields.find((candidate) => candidate.id === fieldId)
      if (!field) continue
      if (!hasColumn(field, layout, scan.nameMapping)) {
        const literal = literalSql(type, value)
        const target = duckdbType(field.type)
        constants.set(fieldId, target === duckdbType(type) ? literal : `CAST(${literal} AS ${target})`)
      }
      break
    }
  }
  return constants
}
