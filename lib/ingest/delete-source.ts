import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'

/**
 * Removes a source that has not read anything yet. One that has is part of its table's ledger and stays; pause it.
 * @throws AppError `not-found`, `conflict`.
 */
export async function deleteSource(db: Database, id: string): Promise<void> {
  await db.$transaction(async (tx) => {
    const source = await tx.source.findUnique({ where: { id }, select: { name: true } })
    if (!source) throw new AppError('not-found', `There is no source ${id}.`)
    const batches = await tx.batch.count({ where: { sourceId: id } })
    if (batches > 0) {
      throw new AppError(
        'conflict',
        `"${source.name}" has brought events into its table; its ledger is kept, so it cannot be deleted. Pause it instead.`,
      )
    }
    await tx.run.deleteMany({ where: { sourceId: id } })
    await tx.source.delete({ where: { id } })
  })
}
