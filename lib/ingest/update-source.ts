import { Prisma } from '#db'
import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { parseProblem } from '#lib/runs/problem-of.ts'
import { findReader, lockSources } from './create-source.ts'
import { SourceConfigSchema } from './source-config.ts'

/**
 * Pauses, resumes or renames a source. Resuming one that was stopped at a gap accepts the gap: reading goes on at the
 * first record that is left, and the ledger keeps showing what is missing.
 * @throws AppError `not-found`, `already-exists` (name), `conflict` (another source reads the same place since).
 */
export async function updateSource(
  db: Database,
  id: string,
  change: { name?: string | undefined; state?: 'active' | 'paused' | undefined },
): Promise<void> {
  await db.$transaction(async (tx) => {
    const source = await tx.source.findUnique({ where: { id }, select: { state: true, problem: true } })
    if (!source) throw new AppError('not-found', `There is no source ${id}.`)
    if (change.name !== undefined) {
      const taken = await tx.source.count({ where: { name: change.name, id: { not: id } } })
      if (taken > 0) {
        throw new AppError(
          'already-exists',
          `A source named "${change.name}" exists already; choose another name.`,
        )
      }
    }
    const resumed = change.state === 'active' && source.state !== 'active'
    if (resumed) {
      await refuseSecondReader(tx, id)
      await acceptGap(tx, id, source.problem)
    }
    await tx.source.update({
      where: { id },
      data: {
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.state === undefined ? {} : { state: change.state }),
        ...(resumed ? { problem: Prisma.DbNull } : {}),
      },
    })
  })
}

/** While a source stood still another one may have been added for its topic, made anew. */
async function refuseSecondReader(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const sources = await lockSources(tx)
  const own = sources.find((source) => source.id === id)
  const config = SourceConfigSchema.safeParse(own?.config)
  if (!own || !config.success) return
  const others = sources.filter((source) => source !== own)
  const other = findReader(others, own.pipelineId, config.data)
  if (!other) return
  throw new AppError(
    'conflict',
    `The source "${other.name}" of this pipeline reads the same place now; with both its events would be counted twice. This one keeps the ledger of what it read.`,
  )
}

async function acceptGap(tx: Prisma.TransactionClient, sourceId: string, stored: unknown): Promise<void> {
  const problem = parseProblem(stored)
  if (problem?.code !== 'gone') return
  const { partition, from, to } = problem.context as { partition?: unknown; from?: unknown; to?: unknown }
  if (partition === undefined || from === undefined || to === undefined) return
  await tx.sourcePartition.updateMany({
    where: { sourceId, name: String(partition), position: BigInt(String(from)) },
    data: { position: BigInt(String(to)), epoch: { increment: 1 } },
  })
}
