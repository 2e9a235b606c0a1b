import { Prisma } from '#db'
import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { parseProblem } from '#lib/runs/problem-of.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { fingerprint } from './landing/fingerprint.ts'
import { parseLandingDetails } from './landing/landing-file.ts'
import { SourceConfigSchema } from './source-config.ts'

/**
 * Lets failed partitions be read again, all of them or those named. A file that was changed after it had been read is
 * accepted as it is now: its old content counts as read, and only what is added later is.
 * @returns how many were failed and are open again
 * @throws AppError `not-found`.
 */
export async function retryPartitions(
  context: { db: Database; io: FileIO },
  sourceId: string,
  names?: readonly string[],
): Promise<number> {
  const { db, io } = context
  const source = await db.source.findUnique({ where: { id: sourceId }, select: { config: true } })
  if (!source) throw new AppError('not-found', `There is no source ${sourceId}.`)
  const config = SourceConfigSchema.parse(source.config)
  const failed = await db.sourcePartition.findMany({
    where: { sourceId, state: 'failed', ...(names ? { name: { in: [...names] } } : {}) },
    select: { id: true, name: true, position: true, details: true, problem: true },
  })
  for (const row of failed) {
    const details = parseLandingDetails(row.details)
    let position = row.position
    if (config.kind === 'landing' && parseProblem(row.problem)?.code === 'conflict') {
      const location = `${config.location}/${row.name}`
      const now = await io.stat(location)
      if (!now) continue
      // Ranges of the ledger never repeat: what is skipped shows there as a gap, and a file that is shorter than what
      // was read of it is left alone until it is longer.
      const truncated = BigInt(now.size) < row.position
      if (!truncated) position = BigInt(now.size)
      Object.assign(details, {
        etag: now.etag,
        unterminated: false,
        acceptedSize: truncated ? now.size : undefined,
        ...(truncated ? {} : await fingerprint(io, location, now.size)),
      })
    }
    await db.sourcePartition.updateMany({
      where: { id: row.id, state: 'failed' },
      data: { state: 'open', problem: Prisma.DbNull, details, position, epoch: { increment: 1 } },
    })
  }
  return failed.length
}
