import type { Database } from '#lib/db.ts'

/**
 * Thins the history of evaluations: all of the last hour stay, then the last one of each ten minutes for two days, of each
 * hour for thirty days, of each day for good. A table's newest always stays. Only what has just come to an edge is looked
 * at, so that it costs little every minute.
 */
export async function thinEvaluations(db: Database, now = new Date()): Promise<number> {
  let removed = 0
  for (const { olderThan, reach, bucket } of steps) {
    removed += await db.$executeRaw`
      DELETE FROM "TableEvaluation" AS old
      WHERE old.at < ${now}::timestamptz - ${olderThan}::interval
        AND old.at >= ${now}::timestamptz - ${olderThan}::interval - ${reach}::interval
        AND EXISTS (
          SELECT 1 FROM "TableEvaluation" AS later
          WHERE later."tableId" = old."tableId" AND later.at > old.at
            AND date_bin(${bucket}::interval, later.at, 'epoch') = date_bin(${bucket}::interval, old.at, 'epoch'))`
  }
  return removed
}

/** `reach` covers a worker that was away for some days. */
const steps = [
  { olderThan: '1 hour', reach: '3 days', bucket: '10 minutes' },
  { olderThan: '2 days', reach: '7 days', bucket: '1 hour' },
  { olderThan: '30 days', reach: '14 days', bucket: '1 day' },
]
