import { overwriteFiles } from '#lib/iceberg/actions/overwrite-files.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import { PlacedFiles } from './placed-files.ts'
import { rewriteWithout } from './rewrite-without.ts'
import {
  isolationOf,
  planRowChange,
  type RowChangeContext,
  type RowChangeOptions,
  type RowChangeOutcome,
} from './row-change.ts'

export interface OverwriteRowsOptions extends RowChangeOptions {
  /** Data files in the table's folder with the rows that take the place of the deleted ones. */
  add: readonly DataFile[]
}

/**
 * Overwrite by filter as copy-on-write: files whose rows all match are dropped by their metadata, those with some matching
 * rows are written again without them, and the new files are added, in one commit.
 * @throws AppError `conflict`, not retryable, when others changed what it was planned from; `bad-input` for a filter that
 *   does not fit the schema; `cancelled`
 */
export async function overwriteRows<Tx>(
  context: RowChangeContext<Tx>,
  options: OverwriteRowsOptions,
): Promise<RowChangeOutcome> {
  const { identifier, filter, add, summary = {} } = options
  const plan = await planRowChange(context, options)
  const { table, target, startingSnapshotId, whole } = plan
  const placed = new PlacedFiles(table.io)
  return placed.guard(async () => {
    const rewritten = await rewriteWithout(context, plan, placed)
    const remove = [...whole.map(({ file }) => file), ...rewritten.remove]
    const counts = { droppedFiles: whole.length, changedFiles: rewritten.remove.length }
    if (remove.length === 0 && add.length === 0) return { committed: null, ...counts }
    const action = overwriteFiles({
      remove,
      add: [...rewritten.add, ...add],
      filter,
      startingSnapshotId,
      isolation: options.isolation ?? isolationOf(table, add.length === 0 ? 'delete' : 'update'),
      summary,
    })
    const { catalog, signal } = context
    return {
      committed: await commitWithRetry(catalog, identifier, action, {
        target,
        ...(signal ? { signal } : {}),
      }),
      ...counts,
    }
  })
}
