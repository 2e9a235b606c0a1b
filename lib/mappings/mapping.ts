import type { PartitionSpec } from '../iceberg/spec/partition-spec.ts'
import type { Schema } from '../iceberg/spec/schema.ts'

/** No clock means a time outside of these, from 1970 to 2099, half-open, milliseconds since 1970: it was never set. */
export const eventTimeRange = { from: Date.UTC(1970, 0, 1), to: Date.UTC(2100, 0, 1) }

/** What must hold for a line, as SQL over the parsed columns. `holds` is never NULL, so that a line passes or fails. */
export interface LineCheck {
  holds: string
  /** SQL text expression: what was expected and what was found. Only evaluated for lines that fail. */
  reason: string
}

/** Values that are the same for all rows of a batch. */
export interface BatchValues {
  /** ISO 8601 instant. */
  processedAt: string
  dataSource: string
  pipelineVersion: string
}

/** How lines of JSON become rows of a table: one SQL projection, guarded by checks, run by the engine. */
export interface Mapping {
  name: string
  /** The table as it is created; a live table may have evolved since, columns are then matched by field id, or else by name. */
  schema: Schema
  spec: PartitionSpec
  /** Top-level keys to read and how DuckDB hands them over: JSON keeps the kind of value visible, VARCHAR unpacks text. */
  bronzeColumns: Record<string, 'JSON' | 'VARCHAR'>
  /**
   * Columns computed once from the bronze columns before the checks look at them. With `wellFormed` nested documents are
   * taken to be JSON text without asking, which saves parsing them twice; the engine fails on the first that is not.
   */
  parsed: (wellFormed: boolean) => Record<string, string>
  /** Columns computed from the parsed ones. */
  derived: Record<string, string>
  checks: LineCheck[]
  /** Value of each target column, in the schema's order. */
  columns: (values: BatchValues) => Record<string, string>
}
