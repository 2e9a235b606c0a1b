import { AppError } from '../errors.ts'
import { findFieldById, type Schema } from '../iceberg/spec/schema.ts'
import type { NestedField } from '../iceberg/spec/types.ts'
import type { BatchValues, Mapping } from '../mappings/mapping.ts'
import { sqlIdentifier, sqlString } from '../mappings/sql-text.ts'
import { duckdbType } from './duckdb-types.ts'

const selectList = (columns: Record<string, string>): string =>
  Object.entries(columns)
    .map(([name, expression]) => `${expression} AS ${sqlIdentifier(name)}`)
    .join(', ')

/**
 * The lines of prepared files as a relation: bronze columns, parsed columns, `row` (1-based over all files in order) and
 * `ok`. A line that is no JSON object is a row of NULLs (ignore_errors), so rows and lines stay in step. The window is
 * also a barrier: without it the optimizer copies the JSON parsing into the filter once for each check, at three times
 * the cost.
 */
export function guardedLines(mapping: Mapping, paths: readonly string[], wellFormed = false): string {
  const columns = Object.entries(mapping.bronzeColumns).map(
    ([name, type]) => `${sqlIdentifier(name)}: ${sqlString(type)}`,
  )
  const source = `read_json([${paths.map(sqlString).join(', ')}], format = 'newline_delimited', compression = 'uncompressed',
    ignore_errors = true, columns = {${columns.join(', ')}})`
  const parsed = `SELECT *, ${selectList(mapping.parsed(wellFormed))} FROM ${source}`
  const numbered = `SELECT *, row_number() OVER () AS "row" FROM (${parsed})`
  const ok = mapping.checks.map((check) => `(${check.holds})`).join(' AND ')
  return `SELECT *, ${selectList(mapping.derived)}, ${ok} AS ok FROM (${numbered})`
}

/** Columns of the live table and where their values come from: by the mapping's field id, or else by its name, or else NULL. */
export function targetColumns(
  mapping: Mapping,
  target: Schema,
  values: BatchValues,
): { field: NestedField; sql: string }[] {
  const expressions = mapping.columns(values)
  return target.fields.map((field) => {
    const byId = findFieldById(mapping.schema, field.id)
    const byName = mapping.schema.fields.find((candidate) => candidate.name === field.name)
    // A renamed column keeps its id; a column dropped and added again has a new one.
    const renamed = byId !== undefined && !target.fields.some((other) => other.name === byId.name)
    const source = byName?.name ?? (renamed ? byId.name : undefined)
    const expression = source === undefined ? 'NULL' : expressions[source]
    if (expression === undefined) {
      throw new AppError('internal', `The mapping ${mapping.name} has no value for its column ${source}.`)
    }
    return { field, sql: `CAST(${expression} AS ${duckdbType(field.type)})` }
  })
}

/** Rows of the target table: all lines that pass the checks. With `wellFormed` malformed nested documents throw. */
export function goodRows(
  mapping: Mapping,
  target: Schema,
  values: BatchValues,
  paths: readonly string[],
  wellFormed = false,
): string {
  const columns = targetColumns(mapping, target, values).map(
    ({ field, sql }) => `${sql} AS ${sqlIdentifier(field.name)}`,
  )
  return `SELECT ${columns.join(', ')} FROM (${guardedLines(mapping, paths, wellFormed)}) WHERE ok`
}

/** Number and reasons of each line that does not pass, in order. */
export function badRows(mapping: Mapping, paths: readonly string[]): string {
  const reasons = mapping.checks.map((check) => `CASE WHEN NOT (${check.holds}) THEN ${check.reason} END`)
  return `SELECT "row", concat_ws('; ', ${reasons.join(', ')}) AS reason FROM (${guardedLines(mapping, paths)}) WHERE NOT ok`
}
