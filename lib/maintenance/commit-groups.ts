import type { Transaction } from '#lib/db.ts'
import { isAppError } from '#lib/errors.ts'
import { rewriteDataFiles } from '#lib/iceberg/actions/rewrite-data-files.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import type { RewrittenGroup } from './rewrite-group.ts'

export interface CommitGroupsContext {
  catalog: BuiltInCatalog
  table: Table
  runId: string
  signal: AbortSignal
  /** The snapshot the groups were planned from: deletes that arrived since then for their files are a conflict. */
  startingSnapshotId: bigint
}

export interface CommittedPart {
  snapshotId: bigint
  groups: RewrittenGroup[]
  /** The table's metadata files before and after this commit alone. */
  from: string
  to: string
}

export interface CommittedGroups {
  parts: CommittedPart[]
  /** Groups whose files another commit removed or put deletes on; their merged files belong to nobody. */
  lost: RewrittenGroup[]
}

/** Appends commit every few seconds; each race lost to one costs a fraction of a second. */
const maxAttempts = 20

/**
 * Replaces the groups' files by the merged ones in one `replace` snapshot. When some group no longer applies, each is
 * committed by itself, so that one lost race costs one group.
 * @throws AppError other than a conflict with the groups' own files; `commit-state-unknown` when the outcome is unknown.
 */
export async function commitGroups(
  context: CommitGroupsContext,
  groups: RewrittenGroup[],
  within: (tx: Transaction, groups: RewrittenGroup[]) => Promise<void>,
): Promise<CommittedGroups> {
  if (groups.length === 0) return { parts: [], lost: [] }
  const { catalog, table, runId, signal, startingSnapshotId } = context
  const action = rewriteDataFiles({
    remove: groups.flatMap(({ group }) => group.files.map((live) => live.file)),
    add: groups.flatMap(({ files }) => files),
    startingSnapshotId,
    summary: { 'engine-name': 'firn', 'firn.run-id': runId },
  })
  try {
    const { snapshot, table: committed } = await commitWithRetry<Transaction>(
      catalog,
      table.identifier,
      action,
      {
        maxAttempts,
        signal,
        within: (tx) => within(tx, groups),
      },
    )
    const { metadata, metadataLocation: to } = committed
    const from = metadata.metadataLog.at(-1)?.metadataFile ?? table.metadataLocation
    return { parts: [{ snapshotId: snapshot.snapshotId, groups, from, to }], lost: [] }
  } catch (error) {
    if (!isAppError(error, 'conflict') || error.retryable) throw error
    if (groups.length === 1) return { parts: [], lost: groups }
  }
  const outcome: CommittedGroups = { parts: [], lost: [] }
  for (const group of groups) {
    const { parts, lost } = await commitGroups(context, [group], within)
    outcome.parts.push(...parts)
    outcome.lost.push(...lost)
  }
  return outcome
}
