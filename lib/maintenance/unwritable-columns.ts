import { columnsNotWritten } from '#lib/engine/duckdb-types.ts'
import { AppError } from '#lib/errors.ts'
import { currentSchema, type TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'

/** Why a table's files can't be rewritten: columns that the engine reads but does not write; null: they can. */
export function whyNotRewritten(metadata: TableMetadata): string | null {
  const columns = columnsNotWritten(currentSchema(metadata).fields)
  if (columns.length === 0) return null
  const what = `Firn reads these columns but does not write them: ${columns.join(', ')}.`
  return `${what} The table's files stay as they are. Compact it with another engine, such as Spark.`
}

/** @throws AppError `conflict` for a table whose files can't be rewritten */
export function assertRewritable(metadata: TableMetadata): void {
  const why = whyNotRewritten(metadata)
  if (why !== null) throw new AppError('conflict', why)
}
