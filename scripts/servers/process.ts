import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** A port of 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Does nobody listen on this port of 127.0.0.1? */
export function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

/** The command line of a running process; null when it has ended (a zombie has ended, too). */
export function commandOf(pid: number): string | null {
  if (!Number.isInteger(pid) || pid <= 1) return null
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return null
  }
  if (existsSync('/proc/self/cmdline')) {
    try {
      // A zombie's command line is empty.
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || null
    } catch {
      return null
    }
  }
  const found = spawnSync('ps', ['-o', 'stat=,command=', '-p', String(pid)], {
    encoding: 'utf8',
  }).stdout.trim()
  return found === '' || found.startsWith('Z') ? null : found.replace(/^\S+\s+/, '')
}

/** A process that was written down: the pid may have gone to another program since, so its command line must match. */
export interface KnownProcess {
  pid: number
  command: RegExp
}

export function isRunning({ pid, command }: KnownProcess): boolean {
  return command.test(commandOf(pid) ?? '')
}

/** Sends `signal`, waits at most `patienceMs` for the end, then kills. A process that is not there is fine. */
export async function stopProcess(
  known: KnownProcess,
  { signal = 'SIGTERM', patienceMs = 15_000 }: { signal?: NodeJS.Signals; patienceMs?: number } = {},
): Promise<void> {
  const send = (name: NodeJS.Signals) => {
    try {
      process.kill(known.pid, name)
    } catch {
      // It ended in between.
    }
  }
  if (!isRunning(known)) return
  send(signal)
  if (await waitUntil(() => !isRunning(known), patienceMs)) return
  send('SIGKILL')
  await waitUntil(() => !isRunning(known), 5_000)
}

/** Asks every 25 ms until `condition` holds; false when `patienceMs` passed before. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  patienceMs: number,
): Promise<boolean> {
  const deadline = Date.now() + patienceMs
  while (!(await condition())) {
    if (Date.now() > deadline) return false
    await delay(25)
  }
  return true
}

/** The last lines of a log file, for an error's message; empty when there is none. */
export function lastLines(file: string, count = 8): string {
  if (!existsSync(file)) return ''
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n')
}
