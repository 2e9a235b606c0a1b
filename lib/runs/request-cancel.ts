import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { cancelRun } from './finish-run.ts'
import { finalRunStates } from './run-types.ts'

/**
 * Asks a run to stop. A queued run is over at once; a running one stops at its worker's next look (within 2 s).
 * @throws AppError `not-found`; `conflict` when the run is already over.
 */
export async function requestCancel(db: Database, runId: string, requestedBy: string): Promise<void> {
  const run = await db.run.findUnique({ where: { id: runId }, select: { state: true } })
  if (!run) throw new AppError('not-found', `There is no run ${runId}.`)
  if (finalRunStates.some((state) => state === run.state)) {
    throw new AppError('conflict', `The run is already ${run.state}; there is nothing left to cancel.`)
  }
  await db.run.update({ where: { id: runId }, data: { cancelRequested: true } })
  await db.runEvent.create({
    data: { runId, level: 'info', message: `${requestedBy} asked to cancel the run.` },
  })
  if (run.state === 'queued') await cancelRun(db, runId, 'Cancelled before it started.')
}
