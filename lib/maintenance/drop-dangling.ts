import { isAppError } from '#lib/errors.ts'
import { dropDanglingDeletes } from '#lib/iceberg/actions/drop-dangling-deletes.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { danglingDeletes } from '#lib/iceberg/scan/dangling-deletes.ts'
import { planFiles } from '#lib/iceberg/scan/plan-files.ts'
import { currentSnapshot } from '#lib/iceberg/spec/table-metadata.ts'
import type { CanaryPair } from './canary/canary-types.ts'

export interface DroppedDeletes {
  files: number
  /** The snapshot without them. */
  snapshotId: string
  /** The table's metadata files before and after this commit alone. */
  pair: CanaryPair
}

/** Drops a table's delete files that apply to nothing any more; null where there are none. */
export async function dropDangling(
  catalog: BuiltInCatalog,
  tableId: string,
  { runId, signal }: { runId: string; signal: AbortSignal },
): Promise<DroppedDeletes | null> {
  const table = await catalog.loadTableById(tableId)
  const snapshot = currentSnapshot(table.metadata)
  // Nearly always there are none: no commit is begun for that.
  if (!snapshot || (await danglingDeletes(table, snapshot, await planFiles(table))).length === 0) return null
  try {
    const action = dropDanglingDeletes({ summary: { 'engine-name': 'firn', 'firn.run-id': runId } })
    const committed = await commitWithRetry(catalog, table.identifier, action, { signal })
    const { metadata, metadataLocation: to } = committed.table
    return {
      pair: { from: metadata.metadataLog.at(-1)?.metadataFile ?? table.metadataLocation, to },
      files: Number(committed.snapshot.summary['removed-delete-files'] ?? 0),
      snapshotId: committed.snapshot.snapshotId.toString(),
    }
  } catch (error) {
    // Somebody else dropped them.
    if (isAppError(error, 'conflict') && !error.retryable) return null
    throw error
  }
}
