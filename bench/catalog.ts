import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import path from 'node:path'
import { schemaToJson } from '../lib/iceberg/spec/schema-json.ts'
import { stringifyJson } from '../lib/json.ts'
import { recipeEventsSchema } from '../lib/mappings/recipe-events.ts'
import { startIcebergRest } from '../scripts/servers/iceberg-rest.ts'
import { migrate } from '../scripts/servers/migrate.ts'
import { startPostgres } from '../scripts/servers/postgres.ts'
import { freePort } from '../scripts/servers/process.ts'
import { startBenchApp } from './bench-app.ts'
import { benchFolder, benchRepeats } from './bench-folder.ts'
import { median, rounded } from './measured-process.ts'

/**
 * The REST catalog as 32 clients use it: loading tables of 25 columns and 20 snapshots, and committing a snapshot to a table
 * each. The peer is Iceberg's own reference server, which gets the same requests in turns. Ours is the built app over
 * Postgres, with sign-in, audit and durable files; the peer has neither of the first two. The last line is the medians as JSON.
 */

const clients = 32
const loadsPerClient = 200
const commitsPerClient = 20
const snapshotsBefore = 20

/** Clock ticks a second of /proc/…/stat: 100 on every Linux of today. */
const ticksPerSecond = 100

interface Server {
  /** Up to and with the prefix: `http://…/v1`. */
  base: string
  headers: Record<string, string>
  pid: number
  /** Location of its warehouse. */
  warehouse: string
}

interface Timing {
  perSecond: number
  p50: number
  p99: number
  /** Milliseconds of the server's processor time per request: what a busy neighbour can't change. */
  cpu: number
}

const agent = new Agent({ keepAlive: true, maxSockets: clients })

function send(server: Server, method: string, address: string, body?: unknown): Promise<string> {
  const payload = body === undefined ? undefined : stringifyJson(body)
  return new Promise((resolve, reject) => {
    const sent = request(
      `${server.base}${address}`,
      {
        agent,
        method,
        headers: {
          ...server.headers,
          ...(payload === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          if (response.statusCode === 200) resolve(text)
          else
            reject(new Error(`${method} ${address} answered ${response.statusCode}: ${text.slice(0, 500)}`))
        })
      },
    )
    sent.on('error', reject)
    sent.end(payload)
  })
}

const tableOf = (round: string, client: number): string => `/namespaces/bench/tables/${round}_${client}`

async function createTable(server: Server, round: string, client: number): Promise<void> {
  const schema = schemaToJson(recipeEventsSchema)
  await send(server, 'POST', '/namespaces/bench/tables', { name: `${round}_${client}`, schema })
}

/** A snapshot as an append of one file makes it; the server never looks at its manifests. */
async function commitSnapshot(server: Server, table: string, number: number): Promise<void> {
  const id = number + 1
  await send(server, 'POST', table, {
    requirements: [
      { type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': number === 0 ? null : number },
    ],
    updates: [
      {
        action: 'add-snapshot',
        snapshot: {
          'snapshot-id': id,
          ...(number === 0 ? {} : { 'parent-snapshot-id': number }),
          'sequence-number': id,
          'timestamp-ms': Date.now(),
          'manifest-list': `${server.warehouse}/bench/snap-${id}-0f8fad5b-d9cb-469f-a165-70867728950e.avro`,
          'schema-id': 0,
          summary: {
            operation: 'append',
            'added-data-files': '1',
            'added-records': '1300',
            'total-records': String(id * 1300),
          },
        },
      },
      { action: 'set-snapshot-ref', 'ref-name': 'main', type: 'branch', 'snapshot-id': id },
    ],
  })
}

async function cpuSecondsOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** All clients at once, each with one request after the other. */
async function measure(
  server: Server,
  perClient: number,
  work: (client: number, turn: number) => Promise<unknown>,
): Promise<Timing> {
  const cpuBefore = await cpuSecondsOf(server.pid)
  const times: number[] = []
  const started = performance.now()
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let turn = 0; turn < perClient; turn += 1) {
        const since = performance.now()
        await work(client, turn)
        times.push(performance.now() - since)
      }
    }),
  )
  const seconds = (performance.now() - started) / 1000
  const sorted = times.sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0
  return {
    perSecond: times.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    cpu: (((await cpuSecondsOf(server.pid)) - cpuBefore) * 1000) / times.length,
  }
}

const everyClient = (work: (client: number) => Promise<unknown>) =>
  Promise.all(Array.from({ length: clients }, (_, client) => work(client)))

async function measureBoth(server: Server, round: string): Promise<{ load: Timing; commit: Timing }> {
  await everyClient((client) => createTable(server, round, client))
  const commit = await measure(server, commitsPerClient, (client, turn) =>
    commitSnapshot(server, tableOf(round, client), turn),
  )
  const load = await measure(server, loadsPerClient, (client, turn) =>
    send(server, 'GET', tableOf('loaded', (client + turn * 7) % clients)),
  )
  return { load, commit }
}

async function makeLoadedTables(server: Server): Promise<void> {
  await send(server, 'POST', '/namespaces', { namespace: ['bench'] })
  await everyClient(async (client) => {
    await createTable(server, 'loaded', client)
    for (let number = 0; number < snapshotsBefore; number += 1) {
      await commitSnapshot(server, tableOf('loaded', client), number)
    }
  })
}

async function withOurs(folder: string, work: (server: Server) => Promise<void>): Promise<void> {
  const postgres = await startPostgres({ directory: path.join(folder, 'postgres') })
  try {
    await migrate(postgres.url)
    const port = await freePort()
    Object.assign(process.env, {
      DATABASE_URL: postgres.url,
      FIRN_DATA_DIR: folder,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      AUTH_SECRET: randomBytes(32).toString('hex'),
      SECRETS_KEY: randomBytes(32).toString('hex'),
      LOG_LEVEL: 'error',
    })
    const [{ createApiToken }, { database }] = await Promise.all([
      import('../lib/auth/provision.ts'),
      import('../lib/db.ts'),
    ])
    const { secret } = await createApiToken({ name: 'bench', role: 'engineer', createdBy: 'system:bench' })
    await database().$disconnect()
    const app = await startBenchApp(port)
    try {
      await work({
        base: `${app.url}/iceberg/v1/firn`,
        headers: { authorization: `Bearer ${secret}` },
        pid: app.pid,
        warehouse: `file://${folder}/warehouse`,
      })
    } finally {
      await app.stop()
    }
  } finally {
    await postgres.stop()
  }
}

const line = (who: string, { load, commit }: { load: Timing; commit: Timing }): string =>
  `${who.padEnd(10)} ${Object.entries({ load, commit })
    .map(
      ([what, { perSecond, p50, p99, cpu }]) =>
        `${what} ${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)} ms, ${cpu.toFixed(2)} CPU ms`,
    )
    .join('; ')}`

await mkdir(benchFolder, { recursive: true })
const folder = await mkdtemp(path.join(benchFolder, 'catalog-'))
const reference = await startIcebergRest({ directory: path.join(folder, 'reference') })
const rounds: Record<'ours' | 'reference', { load: Timing; commit: Timing }[]> = { ours: [], reference: [] }
try {
  const peer: Server = { base: `${reference.uri}/v1`, headers: {}, ...reference }
  await withOurs(path.join(folder, 'ours'), async (ours) => {
    const servers = { ours, reference: peer }
    for (const server of Object.values(servers)) await makeLoadedTables(server)
    // The first round warms both up.
    for (let round = 0; round <= benchRepeats; round += 1) {
      for (const who of ['ours', 'reference'] as const) {
        const measured = await measureBoth(servers[who], `round${round}`)
        console.log(line(who, measured), round === 0 ? '(warming up)' : '')
        if (round > 0) rounds[who].push(measured)
      }
    }
  })
} finally {
  agent.destroy()
  await reference.stop()
  await rm(folder, { recursive: true, force: true })
}

const of = (who: keyof typeof rounds, what: 'load' | 'commit', which: keyof Timing) =>
  median(rounds[who].map((round) => round[what][which]))
console.log(
  JSON.stringify({
    bench: 'catalog',
    clients,
    ...Object.fromEntries(
      (['load', 'commit'] as const).flatMap((what) => [
        [`${what}PerSecond`, Math.round(of('ours', what, 'perSecond'))],
        [`${what}PerSecondReference`, Math.round(of('reference', what, 'perSecond'))],
        [`${what}Ratio`, rounded(of('ours', what, 'perSecond') / of('reference', what, 'perSecond'))],
        [`${what}P99`, rounded(of('ours', what, 'p99'), 1)],
        [`${what}P99Reference`, rounded(of('reference', what, 'p99'), 1)],
        [`${what}CpuMs`, rounded(of('ours', what, 'cpu'))],
        [`${what}CpuMsReference`, rounded(of('reference', what, 'cpu'))],
      ]),
    ),
  }),
)
