import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '#lib/errors.ts'
import { isRunning, type KnownProcess, lastLines, stopProcess, waitUntil } from './process.ts'

export interface BackgroundServer<Facts> {
  /** What was written down when it started, e.g. its port. */
  facts: Facts
  adopted: boolean
  pid: number
  stop(): Promise<void>
}

export interface BackgroundServerOptions<Facts> {
  /** For messages, and for the names of its files: `<name>.json` (mode 0600) and `<name>.log`. */
  name: string
  directory: string
  /** Decides the port and the like; not asked when a running server is taken over. */
  prepare(): Promise<Facts>
  launch(facts: Facts): { program: string; args: string[]; env?: Record<string, string> }
  isReady(facts: Facts): Promise<boolean>
  patienceMs: number
}

/**
 * Starts a server that outlives a killed parent, or takes over the one an earlier start left in this folder. The server's
 * command line must contain the folder: that is how it is recognized.
 * @throws AppError `unavailable` with the end of the server's log
 */
export async function startBackgroundServer<Facts extends object>(
  options: BackgroundServerOptions<Facts>,
): Promise<BackgroundServer<Facts>> {
  const directory = path.resolve(options.directory)
  mkdirSync(directory, { recursive: true })
  const stateFile = path.join(directory, `${options.name}.json`)
  const command = new RegExp(RegExp.escape(directory))
  const stopKnown = async (known: KnownProcess) => {
    await stopProcess(known)
    rmSync(stateFile, { force: true })
  }

  const left = readState<Facts>(stateFile)
  if (left && isRunning({ pid: left.pid, command })) {
    const known = { pid: left.pid, command }
    const ready = await waitUntil(
      async () => !isRunning(known) || (await options.isReady(left.facts)),
      options.patienceMs,
    )
    if (ready && isRunning(known)) {
      return { facts: left.facts, adopted: true, pid: left.pid, stop: () => stopKnown(known) }
    }
    await stopKnown(known)
  }

  const facts = await options.prepare()
  const logFile = path.join(directory, `${options.name}.log`)
  const { program, args, env } = options.launch(facts)
  const output = openSync(logFile, 'w', 0o600)
  const child = spawn(program, args, {
    cwd: directory,
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
  })
  closeSync(output)
  let gone = false
  child.once('error', () => {
    gone = true
  })
  child.once('exit', () => {
    gone = true
  })
  const pid = child.pid ?? -1
  const known = { pid, command }
  writeFileSync(stateFile, JSON.stringify({ pid, facts }), { mode: 0o600 })
  const ready = await waitUntil(async () => gone || (await options.isReady(facts)), options.patienceMs)
  if (gone || !ready) {
    await stopKnown(known)
    throw new AppError('unavailable', `${options.name} did not start:\n${lastLines(logFile)}`)
  }
  child.unref()
  return { facts, adopted: false, pid, stop: () => stopKnown(known) }
}

function readState<Facts>(file: string): { pid: number; facts: Facts } | null {
  if (!existsSync(file)) return null
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { pid: number; facts: Facts }
  } catch {
    // Cut off by a kill while it was written: then nothing had been started on it for others.
    return null
  }
}
