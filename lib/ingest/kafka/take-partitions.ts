import type { Database } from '#lib/db.ts'
import { type HeldPartition, leaseSeconds } from '../partition-lease.ts'

/**
 * Takes partitions that the consumer group assigned to this worker, whoever held them: raising the epoch makes the
 * former holder's next staging transaction fail. Unknown partitions begin at the offsets given.
 */
export async function takePartitions(
  db: Database,
  options: { sourceId: string; owner: string; begin: ReadonlyMap<number, bigint> },
): Promise<HeldPartition[]> {
  const { sourceId, owner, begin } = options
  await db.sourcePartition.createMany({
    data: Array.from(begin, ([partition, position]) => ({ sourceId, name: String(partition), position })),
    skipDuplicates: true,
  })
  return db.$queryRaw<HeldPartition[]>`
    UPDATE "SourcePartition" AS p
    SET epoch = p.epoch + 1, owner = ${owner}, "leaseUntil" = now() + make_interval(secs => ${leaseSeconds})
    WHERE p."sourceId" = ${sourceId}::uuid AND p.name = ANY(${[...begin.keys()].map(String)}::text[])
    RETURNING p.id, p."sourceId", p.name, p.position, p."end", p.epoch, p.details`
}
