import { type Database, databaseUrl, openDatabase } from '#lib/db.ts'
import { isAppError, messageOf } from '#lib/errors.ts'
import { type Logger, logger } from '#lib/log.ts'
import { type Heartbeat, startHeartbeat, type WorkerKind } from './heartbeat.ts'
import { listenForStop } from './stop-signals.ts'
import { waitForDatabase } from './wait-for-database.ts'

export interface WorkerContext {
  kind: WorkerKind
  /** Kind and process id, as runs and logs name this worker. */
  name: string
  db: Database
  log: Logger
  heartbeat: Heartbeat
  /** Aborted at the first stop signal: finish what is begun, begin nothing new, return. */
  stopping: AbortSignal
  /** Aborted when the work has to stop now. */
  signal: AbortSignal
}

/** After "stop now" this long for running work to notice; then the process ends regardless. */
const stopNowMs = 2_000

const restartsGiven = (): number =>
  Number(process.argv.find((argument) => argument.startsWith('--restarts='))?.slice(11) ?? 0)

/**
 * Runs one worker process from start to exit: database, heartbeat, stop signals, then `work`, which says when it is ready
 * and returns once it was asked to stop. Ends the process: 0 after a stop, 1 after a failure (its supervisor starts another).
 */
export async function runWorker(
  kind: WorkerKind,
  work: (context: WorkerContext) => Promise<void>,
): Promise<never> {
  const name = `${kind}-${process.pid}`
  const log = logger({ worker: name })
  const { stopping, signal } = listenForStop(log)
  signal.addEventListener('abort', () => {
    setTimeout(() => process.exit(1), stopNowMs).unref()
  })
  const db = openDatabase(databaseUrl())
  let heartbeat: Heartbeat | undefined
  let code = 0
  try {
    await waitForDatabase(db, log, stopping)
    heartbeat = await startHeartbeat(db, log, { kind, restarts: restartsGiven() })
    const beat = heartbeat
    stopping.addEventListener('abort', () => void beat.setState('stopping'))
    if (!stopping.aborted) await work({ kind, name, db, log, heartbeat, stopping, signal })
    await heartbeat.end(
      signal.aborted ? 'crashed' : 'stopped',
      signal.aborted ? 'Stopped at once by the second signal.' : undefined,
    )
    log.info('stopped')
  } catch (error) {
    if (isAppError(error, 'cancelled') && stopping.aborted) {
      await heartbeat?.end('stopped')
    } else {
      code = 1
      log.fatal({ error }, 'the worker failed')
      await heartbeat?.end('crashed', messageOf(error))
    }
  }
  await db.$disconnect().catch(() => {})
  process.exit(code)
}
