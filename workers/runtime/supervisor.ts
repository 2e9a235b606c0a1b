import { type ChildProcess, fork } from 'node:child_process'
import { hostname } from 'node:os'
import { deliverAlerts } from '#lib/alerts/deliver-alerts.ts'
import { findAlerts } from '#lib/alerts/find-alerts.ts'
import { databaseUrl, openDatabase } from '#lib/db.ts'
import { messageOf } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { pause } from '#lib/runs/pause.ts'
import { settleVanishedRuns } from '#lib/runs/settle-vanished-runs.ts'
import { type BackOff, createBackOff } from './back-off.ts'
import { type Heartbeat, startHeartbeat } from './heartbeat.ts'
import { markVanishedWorkers } from './mark-vanished.ts'
import { listenForStop, type SupervisorMessage } from './stop-signals.ts'
import { waitForDatabase } from './wait-for-database.ts'

export interface SupervisedProcess {
  kind: string
  /** The process's entry file. */
  entry: URL
}

const sweepMs = 5_000

interface Supervised extends SupervisedProcess {
  backOff: BackOff
  restarts: number
  child: ChildProcess | undefined
  startedAt: number
}

/**
 * Keeps one process of each kind running: a crash is followed by a restart with exponential back-off. Passes stop
 * signals on, waits for the children and ends this process. Also sweeps what vanished workers left, their rows and runs,
 * and sends alerts.
 */
export async function supervise(processes: SupervisedProcess[]): Promise<never> {
  const log = logger({ worker: `supervisor-${process.pid}` })
  const { stopping, signal } = listenForStop(log)
  const db = openDatabase(databaseUrl(), 3)
  const all: Supervised[] = processes.map((one) => ({
    ...one,
    backOff: createBackOff(),
    restarts: 0,
    child: undefined,
    startedAt: 0,
  }))

  const markCrashed = async (pid: number, how: string): Promise<void> => {
    await db.workerProcess
      .updateMany({
        where: { host: hostname(), pid, state: { in: ['starting', 'ready', 'stopping'] } },
        data: { state: 'crashed', stoppedAt: new Date(), problem: `The process ended with ${how}.` },
      })
      .catch(() => {})
  }

  const keepRunning = async (one: Supervised): Promise<void> => {
    while (!stopping.aborted) {
      const child = fork(one.entry, [`--restarts=${one.restarts}`], {
        stdio: 'inherit',
        // kafkajs makes timers of negative times, which mean "now"; Node would say so in the log at each start.
        execArgv: [...process.execArgv, '--disable-warning=TimeoutNegativeWarning'],
      })
      one.child = child
      one.startedAt = performance.now()
      log.info({ kind: one.kind, childPid: child.pid, restarts: one.restarts }, 'started')
      const how = await new Promise<string>((resolve) => {
        child.once('error', (error) => resolve(messageOf(error)))
        child.once('exit', (code, killedBy) => resolve(killedBy ? `signal ${killedBy}` : `code ${code}`))
      })
      one.child = undefined
      if (child.pid !== undefined) await markCrashed(child.pid, how)
      if (stopping.aborted) break
      const wait = one.backOff.afterExit(performance.now() - one.startedAt)
      one.restarts += 1
      log.error(
        { kind: one.kind, childPid: child.pid, how, waitMs: wait },
        'a worker ended by itself; starting another',
      )
      await pause(wait, stopping)
    }
  }

  const tell = (message: SupervisorMessage) => {
    for (const { child } of all) if (child?.connected) child.send(message)
  }
  stopping.addEventListener('abort', () => tell('stop'))
  signal.addEventListener('abort', () => {
    tell('stop-now')
    setTimeout(() => {
      for (const { child } of all) child?.kill('SIGKILL')
    }, 4_000).unref()
  })

  const running = Promise.all(all.map(keepRunning))
  const watching = Promise.all([watch(all), alertPeople()])
  await running
  await watching
  await db.$disconnect().catch(() => {})
  log.info('all workers have ended')
  process.exit(0)

  /** The supervisor's own heartbeat and the sweep; workers run whether or not the database is there. */
  async function watch(children: Supervised[]): Promise<void> {
    let heartbeat: Heartbeat | undefined
    while (!stopping.aborted) {
      try {
        if (!heartbeat) {
          await waitForDatabase(db, log, stopping)
          heartbeat = await startHeartbeat(db, log, { kind: 'supervisor', restarts: 0 })
          await heartbeat.setState('ready')
        }
        heartbeat.setActivity({
          processes: children.map(({ kind, child, restarts }) => ({
            kind,
            pid: child?.pid ?? null,
            restarts,
          })),
        })
        const vanished = await markVanishedWorkers(db)
        if (vanished > 0) log.warn({ vanished }, 'workers stopped beating and are marked as crashed')
        await settleVanishedRuns(db)
      } catch (error) {
        if (!stopping.aborted) log.warn({ reason: messageOf(error) }, 'sweep skipped')
      }
      await pause(sweepMs, stopping)
    }
    await heartbeat?.setState('stopping')
    await running
    await heartbeat?.end('stopped')
  }

  /** Here, beside the workers: who else would tell that they have gone? A slow receiver holds up nothing else. */
  async function alertPeople(): Promise<void> {
    while (!stopping.aborted) {
      try {
        await findAlerts(db)
        await deliverAlerts(db, log)
      } catch (error) {
        if (!stopping.aborted) log.warn({ reason: messageOf(error) }, 'alerts are looked for again later')
      }
      await pause(sweepMs, stopping)
    }
  }
}
