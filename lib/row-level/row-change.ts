import type { Engine } from '#lib/engine/engine.ts'
import { AppError } from '#lib/errors.ts'
import { parentSnapshot } from '#lib/iceberg/actions/parent-snapshot.ts'
import type { IsolationLevel } from '#lib/iceberg/actions/validate-conflicts.ts'
import {
  type Catalog,
  formatIdentifier,
  type Table,
  type TableIdentifier,
} from '#lib/iceberg/catalog/catalog.ts'
import type { CommitOutcome } from '#lib/iceberg/commit/commit-with-retry.ts'
import type { CommitTarget } from '#lib/iceberg/commit/table-action.ts'
import { type BoundExpression, bind } from '#lib/iceberg/scan/bind.ts'
import type { Expression } from '#lib/iceberg/scan/expression.ts'
import { allRowsMatch } from '#lib/iceberg/scan/must-match.ts'
import { type FileScanTask, planFiles } from '#lib/iceberg/scan/plan-files.ts'
import { mainBranch } from '#lib/iceberg/spec/snapshot.ts'
import { currentSchema } from '#lib/iceberg/spec/table-metadata.ts'

/** What changes of rows need. */
export interface RowChangeContext<Tx> {
  engine: Engine
  catalog: Catalog<Tx>
  /** Local folder for this change alone; the caller removes it. */
  workDirectory: string
  signal?: AbortSignal
}

export interface RowChangeOptions {
  identifier: TableIdentifier
  /** The rows to delete, in terms of the current schema. Rows for which it is unknown (null) stay. */
  filter: Expression
  /** Whose rows change. Default: main; a branch that does not exist yet is made by the commit and begins at main. */
  branch?: string
  /** Default: the table's property for the operation, else `serializable`. */
  isolation?: IsolationLevel
  /** Keys of the caller's own for the snapshot summary. */
  summary?: Record<string, string>
}

export interface RowChangeOutcome {
  /** Null: no row matched, nothing was committed. */
  committed: CommitOutcome | null
  /** Data files that were dropped without being read, since all their rows match. */
  droppedFiles: number
  /** Data files with matching rows that were read. */
  changedFiles: number
}

export interface PlannedChange {
  table: Table
  target: CommitTarget
  startingSnapshotId: bigint | undefined
  filter: BoundExpression
  /** Files all of whose rows match. */
  whole: FileScanTask[]
  /** Files that may have matching rows. */
  partly: FileScanTask[]
}

/**
 * Plans a change from the branch as it is now: which files go as a whole, and which have to be read. A branch has the
 * table's current schema, as for other writers.
 * @throws AppError `bad-input` for format version 1, a tag, a filter that does not fit the schema
 */
export async function planRowChange<Tx>(
  { catalog }: RowChangeContext<Tx>,
  { identifier, filter, branch = mainBranch }: RowChangeOptions,
): Promise<PlannedChange> {
  const table = await catalog.loadTable(identifier)
  const { metadata } = table
  if (metadata.formatVersion === 1) {
    throw new AppError(
      'bad-input',
      `Rows of ${formatIdentifier(identifier)} cannot be deleted in format version 1. Upgrade the table to version 2 first.`,
    )
  }
  const target: CommitTarget = { branch }
  const head = parentSnapshot(table, { target })
  const schema = currentSchema(metadata)
  const bound = bind(filter, schema)
  const matches = allRowsMatch(metadata, bound)
  const tasks = head ? await planFiles(table, { snapshotId: head.snapshotId, filter, schema }) : []
  const { true: whole = [], false: partly = [] } = Object.groupBy(tasks, ({ file }) =>
    matches(file) ? 'true' : 'false',
  )
  return {
    table,
    target,
    startingSnapshotId: head?.snapshotId,
    filter: bound,
    whole,
    partly,
  }
}

/** Isolation of an operation as the table's properties say it. */
export function isolationOf(table: Table, operation: 'delete' | 'update'): IsolationLevel {
  const property = table.metadata.properties[`write.${operation}.isolation-level`]
  return property?.toLowerCase() === 'snapshot' ? 'snapshot' : 'serializable'
}
