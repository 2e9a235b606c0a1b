import { z } from 'zod'
import type { LedgerEntry } from '#lib/api/sources.ts'
import type { Database } from '#lib/db.ts'
import { decodeCursor, type Page, page } from '#lib/http/page.ts'

const PositionSchema = z.object({ id: z.uuid() })

/** The ledger of a source, newest ranges first: ids are UUIDv7, so their order is the order of recording. */
export async function listLedger(
  db: Database,
  sourceId: string,
  query: { cursor?: string | undefined; limit: number; partition?: string | undefined },
): Promise<Page<LedgerEntry>> {
  const after = decodeCursor(query.cursor, PositionSchema)
  const rows = await db.offsetRange.findMany({
    where: {
      sourceId,
      ...(query.partition === undefined ? {} : { partitionName: query.partition }),
      ...(after ? { id: { lt: after.id } } : {}),
    },
    orderBy: { id: 'desc' },
    take: query.limit + 1,
    include: { batch: { select: { createdAt: true, committedAt: true } } },
  })
  const batchIds = [...new Set(rows.map(({ batchId }) => batchId))]
  const snapshots = await db.stagedFile.groupBy({
    by: ['batchId', 'snapshotId'],
    where: { batchId: { in: batchIds }, snapshotId: { not: null } },
  })
  return page(
    rows,
    query.limit,
    ({ id }) => ({ id }),
    (row) => ({
      id: row.id,
      partition: row.partitionName,
      from: row.fromOffset.toString(),
      to: row.toOffset.toString(),
      rows: Number(row.rows),
      batchId: row.batchId,
      recordedAt: row.batch.createdAt.toISOString(),
      committedAt: row.batch.committedAt?.toISOString() ?? null,
      snapshotIds: snapshots
        .filter(({ batchId }) => batchId === row.batchId)
        .flatMap(({ snapshotId }) => (snapshotId === null ? [] : [snapshotId.toString()])),
    }),
  )
}
