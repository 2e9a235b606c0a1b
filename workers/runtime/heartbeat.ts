import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Database, Prisma } from '#lib/db.ts'
import { messageOf } from '#lib/errors.ts'
import type { Logger } from '#lib/log.ts'
import packageJson from '../../package.json' with { type: 'json' }

export const workerKinds = ['ingest', 'commit', 'maintain', 'pipeline'] as const
export type WorkerKind = (typeof workerKinds)[number]
export type WorkerState = 'starting' | 'ready' | 'stopping' | 'stopped' | 'crashed'

export const heartbeatMs = 3_000

export interface Heartbeat {
  readonly id: string
  setState(state: WorkerState, problem?: string): Promise<void>
  /** What the worker is doing, for its page; null when idle. Written with the next beat. */
  setActivity(activity: Prisma.InputJsonObject | null): void
  /** Ends the beats with a last state. */
  end(state: 'stopped' | 'crashed', problem?: string): Promise<void>
}

/**
 * This process's row in WorkerProcess, refreshed every 3 s. A beat that cannot be written is skipped: the row going stale
 * is the truth about a process without its database.
 */
export async function startHeartbeat(
  db: Database,
  log: Logger,
  options: { kind: WorkerKind | 'supervisor'; restarts: number },
): Promise<Heartbeat> {
  const id = randomUUID()
  let state: WorkerState = 'starting'
  let problem: string | null = null
  let activity: Prisma.InputJsonObject | null = null
  let over = false
  await db.workerProcess.create({
    data: {
      id,
      kind: options.kind,
      host: hostname(),
      pid: process.pid,
      version: packageJson.version,
      state,
      restarts: options.restarts,
      rssBytes: process.memoryUsage.rss(),
    },
  })

  const write = async (): Promise<void> => {
    try {
      await db.workerProcess.update({
        where: { id },
        data: {
          state,
          problem,
          beatAt: new Date(),
          rssBytes: process.memoryUsage.rss(),
          activity: activity ?? {},
          ...(over ? { stoppedAt: new Date() } : {}),
        },
      })
    } catch (error) {
      log.warn({ reason: messageOf(error).trim().split('\n').at(-1) }, 'heartbeat not written')
    }
  }

  // One beat after the other: two at once may reach the row in either order, and "stopping" would overwrite "stopped".
  let beats = Promise.resolve()
  const beat = (): Promise<void> => {
    beats = beats.then(write)
    return beats
  }

  const timer = setInterval(() => void beat(), heartbeatMs)
  timer.unref()
  return {
    id,
    async setState(next, reason) {
      state = next
      problem = reason ?? null
      await beat()
    },
    setActivity(next) {
      activity = next
    },
    async end(last, reason) {
      clearInterval(timer)
      over = true
      state = last
      problem = reason ?? null
      await beat()
    },
  }
}
