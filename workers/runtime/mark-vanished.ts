import type { Database } from '#lib/db.ts'

/** Five missed beats. */
const staleMs = 15_000
/** Rows of processes that are gone are kept for a day, so that crashes can be looked at. */
const keepMs = 24 * 3_600_000

/** Marks rows whose process stopped beating without saying goodbye as crashed; returns how many. Removes rows of yesterday. */
export async function markVanishedWorkers(db: Database, now = new Date()): Promise<number> {
  const { count } = await db.workerProcess.updateMany({
    where: {
      state: { in: ['starting', 'ready', 'stopping'] },
      beatAt: { lt: new Date(now.getTime() - staleMs) },
    },
    data: {
      state: 'crashed',
      stoppedAt: now,
      problem: 'The process stopped without a word: it was killed, or its machine or its database went away.',
    },
  })
  await db.workerProcess.deleteMany({
    where: { state: { in: ['stopped', 'crashed'] }, beatAt: { lt: new Date(now.getTime() - keepMs) } },
  })
  return count
}
