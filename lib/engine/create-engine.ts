import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { compileCacheFolder } from '../compile-cache.ts'
import { AppError, messageOf } from '../errors.ts'
import { libFolder } from '../lib-folder.ts'
import type { Engine, EngineOptions, EngineStatus, RunOptions } from './engine.ts'
import type { FromProcess, ToProcess } from './engine-messages.ts'
import type { TaskName, TaskPayload, TaskResult, TaskTypes } from './tasks.ts'

/** An interrupted statement ends within milliseconds; a process that does not is killed. */
const cancelGraceMilliseconds = 3000
/** A process that dies at start over and over would otherwise be replaced without end. */
const startsWithoutSuccess = 5

/** Asked for at run time: a bundler that sees `fork` takes its argument for a module and looks for that. */
const { fork } = process.getBuiltinModule('node:child_process')

interface Task {
  id: number
  name: TaskName
  payload: TaskTypes[TaskName]['payload']
  options: RunOptions
  resolve: (result: TaskTypes[TaskName]['result']) => void
  reject: (error: unknown) => void
}

interface Slot {
  index: number
  child: ChildProcess
  /** It has started. Its first task is sent before that and waits in the pipe. */
  ready: boolean
  task: Task | null
  residentBytes: number | null
  killTimer: NodeJS.Timeout | undefined
}

const spillName = /^engine-(\d+)-\d+-\d+$/

/** The folder is scratch: what cannot be removed now is removed by the next start. */
const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true }).catch(() => {})

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: there is such a process, of another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Removes what engines of processes left behind that were killed. */
async function removeAbandoned(spillDirectory: string): Promise<void> {
  await mkdir(spillDirectory, { recursive: true })
  for (const name of await readdir(spillDirectory)) {
    const parent = Number(spillName.exec(name)?.[1] ?? 0)
    if (parent > 0 && !isAlive(parent)) await removeFolder(path.join(spillDirectory, name))
  }
}

const cancelled = (): AppError => new AppError('cancelled', 'The task was cancelled.')

/**
 * Starts the engine's processes.
 * @throws AppError `bad-input` for numbers that make no engine.
 */
export function createEngine(options: EngineOptions): Engine {
  for (const [name, value] of [
    ['processes', options.processes],
    ['threads', options.threads],
  ] as const) {
    if (Number.isInteger(value) && value >= 1) continue
    throw new AppError('bad-input', `Engine: ${name} must be a whole number of 1 or more; found ${value}.`)
  }
  const slots = new Map<number, Slot>()
  const queue: Task[] = []
  let nextId = 1
  let failedStarts = 0
  let closing: Promise<void> | null = null

  const spillOf = (index: number, pid: number | undefined): string =>
    path.resolve(options.spillDirectory, `engine-${process.pid}-${index}-${pid ?? 0}`)

  const send = (slot: Slot, message: ToProcess): void => {
    // A process that is just dying reports through its exit event.
    slot.child.send(message, () => {})
  }

  function startProcess(index: number): void {
    const child = fork(path.join(libFolder, 'engine', 'engine-process.ts'), {
      serialization: 'advanced',
      execArgv: [],
      // Nothing of the environment is needed there, least of all its secrets.
      env: { NODE_ENV: 'production', NODE_COMPILE_CACHE: compileCacheFolder },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const slot: Slot = { index, child, ready: false, task: null, residentBytes: null, killTimer: undefined }
    slots.set(index, slot)
    child.on('message', (message: FromProcess) => receive(slot, message))
    child.on('error', (error) => {
      // A fork that fails has no exit event.
      if (child.pid === undefined) gone(slot, messageOf(error))
    })
    child.on('exit', (code, signal) => gone(slot, signal ? `killed by ${signal}` : `exit code ${code}`))
    const { threads, memoryLimit } = options
    send(slot, {
      type: 'start',
      options: { threads, memoryLimit, spillDirectory: spillOf(index, child.pid) },
    })
    dispatch()
  }

  function gone(slot: Slot, reason: string): void {
    if (slots.get(slot.index) !== slot) return
    slots.delete(slot.index)
    clearTimeout(slot.killTimer)
    void removeFolder(spillOf(slot.index, slot.child.pid))
    const { task } = slot
    if (!slot.ready) failedStarts += 1
    if (task && !slot.ready && !closing && !task.options.signal?.aborted) {
      // It was never begun: the next process gets it.
      queue.unshift(task)
    } else if (task) {
      task.reject(
        task.options.signal?.aborted
          ? cancelled()
          : new AppError(
              'unavailable',
              `The engine process ${slot.child.pid} ended while it ran ${task.name} (${reason}).`,
              {
                userMessage:
                  'A calculation process ended unexpectedly. The work is tried again; if it keeps happening, lower ENGINE_PROCESSES or the batch sizes, since the machine may be short of memory.',
                retryable: true,
                context: { pid: slot.child.pid, task: task.name, reason },
              },
            ),
      )
    }
    if (closing) return
    if (failedStarts < startsWithoutSuccess) {
      startProcess(slot.index)
      return
    }
    for (const waiting of queue.splice(0)) {
      waiting.reject(
        new AppError(
          'unavailable',
          `Engine processes do not start (${reason}), after ${failedStarts} tries.`,
          { retryable: true },
        ),
      )
    }
  }

  function receive(slot: Slot, message: FromProcess): void {
    if (message.type === 'ready') {
      slot.ready = true
      failedStarts = 0
      return
    }
    const { task } = slot
    if (!task || task.id !== message.id) return
    slot.residentBytes = message.residentBytes
    if (message.type === 'progress') {
      task.options.onProgress?.(message.progress)
      return
    }
    clearTimeout(slot.killTimer)
    slot.task = null
    task.options.onUsage?.(message.usage)
    if (message.type === 'done') task.resolve(message.result)
    else {
      const { message: text, ...error } = message.error
      task.reject(task.options.signal?.aborted ? cancelled() : new AppError(error.code, text, error))
    }
    dispatch()
  }

  function dispatch(): void {
    for (const slot of slots.values()) {
      if (slot.task) continue
      const task = queue.shift()
      if (!task) return
      slot.task = task
      send(slot, { type: 'run', id: task.id, name: task.name, payload: task.payload })
    }
  }

  function cancel(task: Task): void {
    const waiting = queue.indexOf(task)
    if (waiting !== -1) {
      queue.splice(waiting, 1)
      task.reject(cancelled())
      return
    }
    const slot = [...slots.values()].find((candidate) => candidate.task === task)
    if (!slot) return
    send(slot, { type: 'cancel', id: task.id })
    slot.killTimer ??= setTimeout(() => slot.child.kill('SIGKILL'), cancelGraceMilliseconds)
  }

  async function run<Name extends TaskName>(
    name: Name,
    payload: TaskPayload<Name>,
    runOptions: RunOptions = {},
  ): Promise<TaskResult<Name>> {
    const { signal } = runOptions
    if (closing) throw new AppError('unavailable', 'The engine is closing.', { retryable: true })
    if (signal?.aborted) throw cancelled()
    if (slots.size === 0) {
      // All processes failed to start: whoever asks again starts another attempt.
      failedStarts = 0
      for (let index = 0; index < options.processes; index += 1) startProcess(index)
    }
    const id = nextId
    nextId += 1
    let onAbort: (() => void) | undefined
    try {
      return await new Promise<TaskResult<Name>>((resolve, reject) => {
        const task: Task = {
          id,
          name,
          payload,
          options: runOptions,
          resolve: resolve as Task['resolve'],
          reject,
        }
        onAbort = () => cancel(task)
        signal?.addEventListener('abort', onAbort, { once: true })
        queue.push(task)
        dispatch()
      })
    } finally {
      if (onAbort) signal?.removeEventListener('abort', onAbort)
    }
  }

  function status(): EngineStatus {
    const all = [...slots.values()]
    return {
      processes: all.map(({ child, ready, task, residentBytes }) => ({
        pid: child.pid ?? 0,
        busy: ready && task !== null,
        task: ready && task ? task.name : null,
        residentBytes,
      })),
      queued: queue.length + all.filter(({ ready, task }) => task && !ready).length,
    }
  }

  async function stopSlot(slot: Slot, force: boolean): Promise<void> {
    const exited =
      slot.child.exitCode === null && slot.child.signalCode === null ? once(slot.child, 'exit') : undefined
    if (force) slot.child.kill('SIGKILL')
    else {
      const { task } = slot
      if (task) {
        await new Promise<void>((resolve) => {
          const { resolve: done, reject: failed } = task
          task.resolve = (result) => {
            done(result)
            resolve()
          }
          task.reject = (error) => {
            failed(error)
            resolve()
          }
        })
      }
      send(slot, { type: 'stop' })
      slot.killTimer = setTimeout(() => slot.child.kill('SIGKILL'), cancelGraceMilliseconds)
    }
    await exited
    clearTimeout(slot.killTimer)
    await removeFolder(spillOf(slot.index, slot.child.pid))
  }

  function close({ force = false }: { force?: boolean } = {}): Promise<void> {
    if (closing && force) for (const slot of slots.values()) slot.child.kill('SIGKILL')
    closing ??= (async () => {
      for (const task of queue.splice(0)) task.reject(cancelled())
      await Promise.all([...slots.values()].map((slot) => stopSlot(slot, force)))
    })()
    return closing
  }

  void removeAbandoned(options.spillDirectory).catch(() => {
    // The task that needs the folder says what is wrong with it.
  })
  for (let index = 0; index < options.processes; index += 1) startProcess(index)
  return { run, status, close }
}
