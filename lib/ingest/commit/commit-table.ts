import { randomUUID } from 'node:crypto'
import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { dataFileFromJson } from '#lib/iceberg/spec/data-file-json.ts'
import { type CommittedRange, offsetSummary } from './offset-summary.ts'

/** A bound on memory and on the size of one commit; what is left goes into the next snapshot right away. */
const filesPerCommit = 20_000

export interface CommittedTable {
  snapshotId: bigint
  files: number
  rows: bigint
  batches: number
  /** True when more staged files wait than fitted into one commit. */
  more: boolean
}

/**
 * Commits the staged files of a table as one snapshot. The catalog's pointer swap and the mark "these files are
 * committed" are one transaction, so a crash at any point leaves either both or neither. Null when nothing waits.
 * @throws AppError `conflict` when another worker committed some of the files meanwhile; of the catalog and the store.
 */
export async function commitTable(
  context: { db: Database; catalog: BuiltInCatalog; worker: string; signal: AbortSignal },
  tableId: string,
): Promise<CommittedTable | null> {
  const { db, catalog, worker, signal } = context
  const staged = await db.stagedFile.findMany({
    where: { tableId, snapshotId: null },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: filesPerCommit,
    select: { id: true, batchId: true, file: true, rows: true },
  })
  if (staged.length === 0) return null
  const ids = staged.map(({ id }) => id)
  const batchIds = [...new Set(staged.map(({ batchId }) => batchId))]
  const ranges = await db.offsetRange.findMany({
    where: { batchId: { in: batchIds.slice(0, 10_000) } },
    select: { partitionName: true, fromOffset: true, toOffset: true, source: { select: { name: true } } },
  })
  const commitId = randomUUID()
  const summary = {
    'engine-name': 'firn',
    'firn.commit-id': commitId,
    'firn.worker': worker,
    'firn.batches': String(batchIds.length),
    'firn.offsets': offsetSummary(
      ranges.map(
        (range): CommittedRange => ({
          source: range.source.name,
          partition: range.partitionName,
          from: range.fromOffset,
          to: range.toOffset,
        }),
      ),
    ),
  }
  const { identifier } = await catalog.loadTableById(tableId)
  const files = staged.map(({ file }) => dataFileFromJson(file))
  const { snapshot } = await commitWithRetry(catalog, identifier, appendFiles({ files, summary }), {
    signal,
    within: async (tx, { metadata }) => {
      const snapshotId = metadata.currentSnapshotId
      const marked = await tx.$executeRaw`
        UPDATE "StagedFile" SET "snapshotId" = ${snapshotId}, "committedAt" = now()
        WHERE id = ANY(${ids}::uuid[]) AND "snapshotId" IS NULL`
      if (marked !== ids.length) {
        throw new AppError(
          'conflict',
          `${ids.length - marked} of ${ids.length} staged files of ${identifier.name} were committed by another worker meanwhile; this commit is dropped.`,
        )
      }
      await tx.$executeRaw`
        UPDATE "Batch" AS b SET "committedAt" = now()
        WHERE b.id = ANY(${batchIds}::uuid[])
          AND NOT EXISTS (SELECT 1 FROM "StagedFile" AS f WHERE f."batchId" = b.id AND f."snapshotId" IS NULL)`
    },
  })
  return {
    snapshotId: snapshot.snapshotId,
    files: files.length,
    rows: staged.reduce((sum, { rows }) => sum + rows, 0n),
    batches: batchIds.length,
    more: staged.length === filesPerCommit,
  }
}
