import type { SourceFlow } from '#lib/api/sources.ts'
import type { Database } from '#lib/db.ts'

interface BatchNumbers {
  sourceId: string
  rows: number
  bytes: number
  errorRows: number
  uncommittedRows: number
  recentRows: number
  recentBytes: number
  lastBatchAt: Date | null
  latestEvent: Date | null
}

interface PartitionNumbers {
  sourceId: string
  partitions: number
  open: number
  failed: number
  behind: number
}

const recentSeconds = 60

/** The flow numbers of sources, by id: two statements for all of them. */
export async function sourceFlows(
  db: Database,
  sources: readonly { id: string; kind: string }[],
): Promise<Map<string, SourceFlow>> {
  const ids = sources.map(({ id }) => id)
  const [batches, partitions] = await Promise.all([
    db.$queryRaw<BatchNumbers[]>`
      SELECT "sourceId", sum(rows)::float8 AS rows, sum(bytes)::float8 AS bytes,
        sum("errorRows")::float8 AS "errorRows",
        coalesce(sum(rows) FILTER (WHERE "committedAt" IS NULL), 0)::float8 AS "uncommittedRows",
        coalesce(sum(rows) FILTER (WHERE "createdAt" > now() - make_interval(secs => ${recentSeconds})), 0)::float8 AS "recentRows",
        coalesce(sum(bytes) FILTER (WHERE "createdAt" > now() - make_interval(secs => ${recentSeconds})), 0)::float8 AS "recentBytes",
        max("createdAt") AS "lastBatchAt", max("latestEvent") AS "latestEvent"
      FROM "Batch" WHERE "sourceId" = ANY(${ids}::uuid[]) GROUP BY "sourceId"`,
    db.$queryRaw<PartitionNumbers[]>`
      SELECT "sourceId", count(*)::int AS partitions, (count(*) FILTER (WHERE state = 'open'))::int AS open,
        (count(*) FILTER (WHERE state = 'failed'))::int AS failed,
        coalesce(sum("end" - position) FILTER (WHERE state = 'open' AND "end" > position), 0)::float8 AS behind
      FROM "SourcePartition" WHERE "sourceId" = ANY(${ids}::uuid[]) GROUP BY "sourceId"`,
  ])
  const now = Date.now()
  return new Map(
    sources.map(({ id, kind }) => {
      const batch = batches.find(({ sourceId }) => sourceId === id)
      const partition = partitions.find(({ sourceId }) => sourceId === id)
      const behind = partition?.behind ?? 0
      const lastBatchAt = batch?.lastBatchAt ?? null
      return [
        id,
        {
          rows: batch?.rows ?? 0,
          bytes: batch?.bytes ?? 0,
          errorRows: batch?.errorRows ?? 0,
          uncommittedRows: batch?.uncommittedRows ?? 0,
          rowsPerSecond: (batch?.recentRows ?? 0) / recentSeconds,
          bytesPerSecond: (batch?.recentBytes ?? 0) / recentSeconds,
          lagRows: kind === 'kafka' ? behind : null,
          lagBytes: kind === 'landing' ? behind : null,
          lagSeconds: behind === 0 ? 0 : lastBatchAt && Math.round((now - lastBatchAt.getTime()) / 1000),
          lastBatchAt: lastBatchAt?.toISOString() ?? null,
          latestEvent: batch?.latestEvent?.toISOString() ?? null,
          partitions: partition?.partitions ?? 0,
          openPartitions: partition?.open ?? 0,
          failedPartitions: partition?.failed ?? 0,
        },
      ]
    }),
  )
}
