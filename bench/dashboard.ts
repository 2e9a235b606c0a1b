import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { benchEvents, benchFolder, benchRepeats } from './bench-folder.ts'
import { type DashboardServer, startDashboardServer } from './dashboard-server.ts'
import { median, rounded } from './measured-process.ts'
import { type Percentiles, percentiles, requester } from './requests.ts'

/**
 * The visitors API over the sample events as 20 people use it: hours, days, months and TOP lists of changing ranges with
 * comparison, each request with its sign-in. The floor is a static file from the same server, met by the same clients in
 * turns; `/api/v1/me` shows what sign-in alone costs. The last line is the medians as JSON.
 */

const clients = 20
const requestsPerClient = 100

/** Clock ticks a second of /proc/…/stat: 100 on every Linux of today. */
const ticksPerSecond = 100

interface Timing extends Percentiles {
  /** Milliseconds of the server's processor time per request: what a busy neighbour can't change. */
  cpu: number
}

const day = (number: number): string => `2025-07-${String(number).padStart(2, '0')}`

/** 155 different questions, as people ask them: single days by hour, weeks and the month by day, rankings. */
const questions = [
  ...Array.from(
    { length: 31 },
    (_, n) => `hour?from=${day(n + 1)}&to=${day(n + 1)}&compare=previous&fill=true`,
  ),
  ...Array.from(
    { length: 25 },
    (_, n) => `hour?from=${day(n + 1)}&to=${day(n + 7)}&compare=previous&fill=true`,
  ),
  ...Array.from(
    { length: 25 },
    (_, n) => `day?from=${day(n + 1)}&to=${day(n + 7)}&compare=previous&fill=true`,
  ),
  'day?from=2025-07-01&to=2025-07-31&compare=previous&fill=true',
  'hour?from=2025-07-01&to=2025-07-31&fill=true',
  'month?from=2025-01&to=2025-12&compare=previous&fill=true',
  ...['page', 'segment', 'user'].flatMap((dimension) =>
    Array.from(
      { length: 24 },
      (_, n) => `top?dimension=${dimension}&from=${day(n + 1)}&to=${day(n + 7)}&compare=previous&limit=100`,
    ),
  ),
].map((question) => `/api/v1/analytics/visitors/${question}`)

async function cpuSecondsOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** All clients at once, each asking one question after the other, each starting at another place. */
async function measure({ url: base, pid }: DashboardServer, paths: readonly string[]): Promise<Timing> {
  const cpuBefore = await cpuSecondsOf(pid)
  const times: number[] = []
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let n = 0; n < requestsPerClient; n += 1) {
        const place = (client * 37 + n * 11) % paths.length
        times.push(await ask(base + paths[place]))
      }
    }),
  )
  const cpu = ((await cpuSecondsOf(pid)) - cpuBefore) * 1000
  return { ...percentiles(times), cpu: cpu / times.length }
}

await mkdir(benchFolder, { recursive: true })
const folder = await mkdtemp(path.join(benchFolder, 'dashboard-'))
const server = await startDashboardServer(folder)
const { ask, close } = requester(server.token, clients)
try {
  const cold: number[] = []
  for (const question of questions) cold.push(await ask(server.url + question))
  const first = percentiles(cold)
  const rounds: { ours: Timing; me: Timing; floor: Timing }[] = []
  for (let round = 0; round < benchRepeats; round += 1) {
    const ours = await measure(server, questions)
    const me = await measure(server, ['/api/v1/me'])
    const floor = await measure(server, ['/icon.svg'])
    rounds.push({ ours, me, floor })
    console.log(
      `p95 of ${clients} clients: visitors ${ours.p95.toFixed(1)} ms (${ours.cpu.toFixed(2)} CPU ms each), signed in only ${me.p95.toFixed(1)} ms (${me.cpu.toFixed(2)}), static file ${floor.p95.toFixed(1)} ms (${floor.cpu.toFixed(2)})`,
    )
  }
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8').catch(() => '')
  const of = (kind: 'ours' | 'me' | 'floor', which: keyof Timing) =>
    rounded(median(rounds.map((round) => round[kind][which])))
  console.log(
    JSON.stringify({
      bench: 'dashboard',
      ours: of('ours', 'p95'),
      floor: of('floor', 'p95'),
      ratio: rounded(of('ours', 'p95') / of('floor', 'p95')),
      peakMb: rounded(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024, 0),
      unit: 'ms, 95th percentile',
      p50: of('ours', 'p50'),
      p99: of('ours', 'p99'),
      signedInOnly: of('me', 'p95'),
      firstAnswerP95: rounded(first.p95),
      cpuMsPerRequest: of('ours', 'cpu'),
      floorCpuMsPerRequest: of('floor', 'cpu'),
      clients,
      events: benchEvents,
      limit: 50,
    }),
  )
} finally {
  close()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}
