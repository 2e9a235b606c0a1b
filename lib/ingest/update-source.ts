import { Prisma } from '#db'
import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { parseProblem } from '#lib/runs/problem-of.ts'

/**
 * Pauses, resumes or renames a source. Resuming one that was stopped at a gap accepts the gap: reading goes on at the
 * first record that is left, and the ledger keeps showing what is missing.
 * @throws AppError `not-found`, `already-exists` (name).
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
    if (resumed) await acceptGap(tx, id, source.problem)
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
