import type { Database } from '#lib/db.ts'

/** A partition is given to another worker this long after its holder last renewed; a crash seen by a supervisor frees it at once. */
export const leaseSeconds = 12
/** Renewed three times before it runs out. */
export const leaseRenewMs = 4_000

/** A source partition held by one worker. `epoch` fences: a staging transaction names it, and a later holder raised it. */
export interface HeldPartition {
  id: string
  sourceId: string
  name: string
  position: bigint
  end: bigint | null
  epoch: bigint
  details: unknown
}

/**
 * Takes open partitions of a source that nobody holds (or whose holder is gone) and raises their epochs. Those that the same
 * worker holds are taken, too: a lease that could not be given back while the database was away is renewed with the others.
 * Partitions that others hold are left out of the answer.
 */
export async function claimPartitions(
  db: Database,
  options: { sourceId: string; owner: string; names: readonly string[] },
): Promise<HeldPartition[]> {
  if (options.names.length === 0) return []
  return db.$queryRaw<HeldPartition[]>`
    UPDATE "SourcePartition" AS p
    SET epoch = p.epoch + 1, owner = ${options.owner}, "leaseUntil" = now() + make_interval(secs => ${leaseSeconds})
    WHERE p.id IN (
      SELECT q.id FROM "SourcePartition" AS q
      WHERE q."sourceId" = ${options.sourceId}::uuid AND q.name = ANY(${[...options.names]}::text[]) AND q.state = 'open'
        AND (q."leaseUntil" IS NULL OR q."leaseUntil" < now() OR q.owner = ${options.owner}
          OR q.owner IN (SELECT w.id::text FROM "WorkerProcess" AS w WHERE w.state IN ('stopped', 'crashed')))
      ORDER BY q.name
      FOR UPDATE SKIP LOCKED)
    RETURNING p.id, p."sourceId", p.name, p.position, p."end", p.epoch, p.details`
}

/** Extends all leases of a worker. */
export async function renewLeases(db: Database, owner: string): Promise<void> {
  await db.$executeRaw`
    UPDATE "SourcePartition" SET "leaseUntil" = now() + make_interval(secs => ${leaseSeconds})
    WHERE owner = ${owner} AND "leaseUntil" IS NOT NULL`
}

/** Gives partitions back, those whose epoch is still ours. */
export async function releasePartitions(
  db: Database,
  held: readonly Pick<HeldPartition, 'id' | 'epoch'>[],
): Promise<void> {
  for (const { id, epoch } of held) {
    await db.sourcePartition.updateMany({
      where: { id, epoch },
      data: { owner: null, leaseUntil: null },
    })
  }
}
