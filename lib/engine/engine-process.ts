import { AppError } from '../errors.ts'
import type { SessionOptions } from './duckdb-session.ts'
import type { TaskUsage } from './engine.ts'
import type { FromProcess, ToProcess } from './engine-messages.ts'
import type { TaskContext } from './task-context.ts'
import { toTaskError } from './task-error.ts'
import type { TaskName, TaskTypes } from './tasks.ts'

/** The engine's child process: one task at a time, by message. It ends by itself when its parent is gone. */

type TaskFunction<Name extends TaskName> = (
  payload: TaskTypes[Name]['payload'],
  context: TaskContext,
) => Promise<TaskTypes[Name]['result']>

/** Loaded by the first task if it is waiting already, else at leisure. */
const tasks: { [Name in TaskName]: () => Promise<TaskFunction<Name>> } = {
  ingestJsonLines: async () => (await import('./tasks/ingest-json-lines.ts')).ingestJsonLines,
  rewriteDataFiles: async () => (await import('./tasks/rewrite-data-files.ts')).rewriteDataFiles,
  deleteRows: async () => (await import('./tasks/delete-rows.ts')).deleteRows,
  query: async () => (await import('./tasks/query.ts')).query,
}

let options: SessionOptions | undefined
const running = new Map<number, AbortController>()

const send = (message: FromProcess): void => {
  if (process.connected) process.send?.(message)
}

const call = async <Name extends TaskName>(
  name: Name,
  payload: TaskTypes[Name]['payload'],
  context: TaskContext,
): Promise<TaskTypes[Name]['result']> => (await tasks[name]())(payload, context)

async function run(
  { id, name, payload }: Extract<ToProcess, { type: 'run' }>,
  current: SessionOptions,
): Promise<void> {
  const controller = new AbortController()
  running.set(id, controller)
  const started = { at: performance.now(), cpu: process.cpuUsage() }
  const usage = (): TaskUsage => {
    const { user, system } = process.cpuUsage(started.cpu)
    return { cpuMs: (user + system) / 1_000, wallMs: performance.now() - started.at }
  }
  try {
    const context: TaskContext = {
      options: current,
      signal: controller.signal,
      report: (progress) =>
        send({ type: 'progress', id, progress, residentBytes: process.memoryUsage.rss() }),
    }
    const result = await call(name, payload, context)
    send({ type: 'done', id, result, residentBytes: process.memoryUsage.rss(), usage: usage() })
  } catch (thrown) {
    const error = toTaskError(thrown, current)
    const { code, message, userMessage, context, retryable } = error
    send({
      type: 'failed',
      id,
      error: { code, message, userMessage, context, retryable },
      residentBytes: process.memoryUsage.rss(),
      usage: usage(),
    })
  } finally {
    running.delete(id)
  }
}

process.on('message', (message: ToProcess) => {
  switch (message.type) {
    case 'start':
      options = message.options
      send({ type: 'ready' })
      // What cannot be loaded fails the task that asks for it.
      setImmediate(() => {
        if (running.size === 0) void Promise.allSettled(Object.values(tasks).map((load) => load()))
      })
      break
    case 'run':
      if (!options) throw new AppError('internal', 'The engine process got a task before its options.')
      void run(message, options)
      break
    case 'cancel':
      running.get(message.id)?.abort()
      break
    case 'stop':
      process.disconnect()
      break
  }
})

// A terminal's Ctrl-C reaches the whole process group; the parent decides when this process ends.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('disconnect', () => process.exit(0))
