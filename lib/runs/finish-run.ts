import type { Database, Transaction } from '#lib/db.ts'
import { problemOf } from './problem-of.ts'
import type { RunProgress } from './run-types.ts'

const notOver = { in: ['queued', 'running'] }

/** Ends a run well. Returns false when it was over already (somebody else ended it). */
export async function finishRun(
  db: Database | Transaction,
  runId: string,
  result: {
    state?: 'succeeded' | 'skipped'
    after?: object
    progress?: RunProgress
    details?: object
    canary?: object
  } = {},
): Promise<boolean> {
  const { state = 'succeeded', ...data } = result
  const { count } = await db.run.updateMany({
    where: { id: runId, state: notOver },
    data: { state, finishedAt: new Date(), ...data },
  })
  return count === 1
}

/** Ends a run that failed: keeps the problem and writes it to the run's log. Returns false when it was over already. */
export async function failRun(
  db: Database | Transaction,
  runId: string,
  error: unknown,
  options: { action?: string } = {},
): Promise<boolean> {
  const problem = problemOf(error, options)
  const { count } = await db.run.updateMany({
    where: { id: runId, state: notOver },
    data: { state: 'failed', finishedAt: new Date(), problem: JSON.parse(JSON.stringify(problem)) },
  })
  if (count === 1) {
    await db.runEvent.create({ data: { runId, level: 'error', message: problem.message } })
  }
  return count === 1
}

/** Ends a run as cancelled. Returns false when it was over already. */
export async function cancelRun(
  db: Database | Transaction,
  runId: string,
  message: string,
): Promise<boolean> {
  const { count } = await db.run.updateMany({
    where: { id: runId, state: notOver },
    data: { state: 'cancelled', finishedAt: new Date() },
  })
  if (count === 1) await db.runEvent.create({ data: { runId, level: 'info', message } })
  return count === 1
}
