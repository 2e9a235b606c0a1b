import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { finalRunStates } from './run-types.ts'

/**
 * Marks a run as running in this worker. A run that was running elsewhere (its worker vanished and the job was given to
 * another one) starts over and says so in its events.
 * @throws AppError `cancelled` when cancellation was requested before it started, `conflict` when it is already over.
 */
export async function startRun(
  db: Database,
  runId: string,
  options: { worker: string; jobId?: string; before?: object },
): Promise<void> {
  const run = await db.run.findUnique({
    where: { id: runId },
    select: { state: true, cancelRequested: true, worker: true },
  })
  if (!run) throw new AppError('not-found', `Run ${runId} does not exist; it may have been removed.`)
  if (finalRunStates.some((state) => state === run.state)) {
    throw new AppError('conflict', `Run ${runId} is already ${run.state}; start a new one instead.`)
  }
  const now = new Date()
  if (run.cancelRequested) {
    await db.run.update({ where: { id: runId }, data: { state: 'cancelled', finishedAt: now } })
    throw new AppError('cancelled', `Run ${runId} was cancelled before it started.`)
  }
  await db.run.update({
    where: { id: runId },
    data: {
      state: 'running',
      worker: options.worker,
      startedAt: now,
      beatAt: now,
      ...(options.jobId ? { jobId: options.jobId } : {}),
      ...(options.before ? { before: options.before } : {}),
    },
  })
  if (run.state === 'running') {
    await db.runEvent.create({
      data: {
        runId,
        level: 'warn',
        message: `Worker ${run.worker ?? 'unknown'} vanished; ${options.worker} starts the run again.`,
      },
    })
  }
}
