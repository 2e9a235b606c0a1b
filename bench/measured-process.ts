import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'

export interface Measured {
  /** Wall time from spawn to exit. */
  seconds: number
  /** Processor time of all its processes. */
  cpuSeconds: number
  /** The most resident memory that all its processes had at one time. */
  peakMb: number
  /** The last line the program printed. */
  lastLine: string
}

const sampleMilliseconds = 25
/** A process that forks has, until it runs its new program, a copy with the same memory: the newest ones do not count. */
const samplesBeforeCounted = 4

/** Children of a process, and theirs. */
function descendants(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '))
      .filter(Boolean)
      .map(Number)
      .flatMap((child) => [child, ...descendants(child)])
  } catch {
    return []
  }
}

function residentMb(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

/** Clock ticks a second of /proc/…/stat: 100 on every Linux of today. */
const ticksPerSecond = 100

function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  } catch {
    return 0
  }
}

/**
 * Runs a program to its end and measures all its processes together. Linux only: it reads /proc.
 * @throws Error with the program's output when it fails.
 */
export async function measureProcess(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Measured> {
  const started = performance.now()
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  let peakMb = 0
  const cpu = new Map<number, number>()
  const seen = new Map<number, number>()
  const sample = () => {
    if (child.pid === undefined) return
    let together = 0
    for (const pid of [child.pid, ...descendants(child.pid)]) {
      const times = (seen.get(pid) ?? 0) + 1
      seen.set(pid, times)
      cpu.set(pid, Math.max(cpu.get(pid) ?? 0, cpuOf(pid)))
      if (times >= samplesBeforeCounted) together += residentMb(pid)
    }
    peakMb = Math.max(peakMb, together)
  }
  const timer = setInterval(sample, sampleMilliseconds)
  let seconds = 0
  child.on('exit', () => {
    seconds = (performance.now() - started) / 1000
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  clearInterval(timer)
  if (code !== 0) {
    throw new Error(
      `${command} ${args.join(' ')} ended with ${signal ?? code}:\n${`${output}${errors}`.slice(-4000)}`,
    )
  }
  const cpuSeconds = [...cpu.values()].reduce((left, right) => left + right, 0)
  return { seconds, cpuSeconds, peakMb, lastLine: output.trim().split('\n').at(-1) ?? '' }
}

/** The middle one of an odd number of values. */
export const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN

export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits))
