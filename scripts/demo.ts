/**
 * `npm run demo`: the whole product on this machine in one go. Postgres, the app, the workers, sample data, a live feed.
 * Everything it keeps is in one folder; running it again continues where it was; Ctrl-C stops all of it.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { compileCacheFolder } from '../lib/compile-cache.ts'
import { buildApp } from './demo/build.ts'
import { Children } from './demo/children.ts'
import { demoOptions } from './demo/options.ts'
import { migrate } from './servers/migrate.ts'
import { startPostgres } from './servers/postgres.ts'
import { portIsFree, waitUntil } from './servers/process.ts'

const options = demoOptions(process.argv.slice(2))
const began = performance.now()
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`
const say = (text: string) => console.log(text)

/** Runs one step and says what it did and how long it took. */
async function step<T>(what: string, work: () => Promise<T>, result?: (value: T) => string): Promise<T> {
  const since = performance.now()
  const value = await work()
  say(`  ${what}${result ? `: ${result(value)}` : ''} (${seconds(since)})`)
  return value
}

/** A problem the person can mend: printed without a stack. */
class Refusal extends Error {}

async function refuseBusyPort(port: number): Promise<void> {
  if (await portIsFree(port)) return
  throw new Refusal(
    `Port ${port} is in use by another program. Stop it, or choose another port: npm run demo -- --port ${port + 1}`,
  )
}

/** Secrets of this data folder, made once. */
function demoSecrets(directory: string): Record<'AUTH_SECRET' | 'SECRETS_KEY', string> {
  const file = path.join(directory, 'secrets.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const secrets = {
    AUTH_SECRET: randomBytes(32).toString('hex'),
    SECRETS_KEY: randomBytes(32).toString('hex'),
  }
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}

async function waitFor(
  what: string,
  check: () => Promise<boolean>,
  limitSeconds: number,
  log: string,
): Promise<void> {
  if (await waitUntil(() => check().catch(() => false), limitSeconds * 1000)) return
  throw new Refusal(`${what} did not answer within ${limitSeconds} s. Its output is in ${log}.`)
}

const stops: (() => Promise<void>)[] = []
let ending = false
async function end(code: number): Promise<never> {
  ending = true
  for (const stop of stops.reverse()) await stop().catch((error) => console.error(error))
  process.exit(code)
}

async function demo(): Promise<void> {
  mkdirSync(options.data, { recursive: true })
  say(`Firn demo in ${path.relative(process.cwd(), options.data) || '.'}`)
  const logs = path.join(options.data, 'logs')
  const children = new Children(options.data)
  const left = await children.endLeftovers()
  if (left > 0) say(`  ended ${left} processes that an interrupted demo had left running`)
  await refuseBusyPort(options.port)

  process.on('SIGINT', stopOnSignal)
  process.on('SIGTERM', stopOnSignal)
  let signals = 0
  function stopOnSignal() {
    signals += 1
    if (signals > 1) {
      children.kill()
      process.exit(130)
    }
    say('\nStopping: work in progress is being finished; press Ctrl-C again to stop at once.')
    void end(0)
  }

  const url = `http://127.0.0.1:${options.port}`
  const settings: NodeJS.ProcessEnv = {
    ...process.env,
    ...demoSecrets(options.data),
    FIRN_ENV: 'development',
    FIRN_DATA_DIR: options.data,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_COMPILE_CACHE: compileCacheFolder,
    PUBLIC_URL: url,
    PORT: String(options.port),
  }

  const leaving = new AbortController()
  stops.push(async () => leaving.abort())
  const building = step(
    'web app',
    () =>
      buildApp(
        { ...settings, FIRN_BUILD_WITHOUT_TYPES: 'true' },
        path.join(logs, 'build.log'),
        leaving.signal,
      ),
    (built) => (built ? 'built' : 'the last build is up to date'),
  )
  building.catch(() => {})

  if (!settings.DATABASE_URL) {
    const postgres = await step(
      'Postgres',
      () => startPostgres({ directory: path.join(options.data, 'postgres') }),
      (server) => (server.adopted ? 'was still running, taken over' : 'embedded server started'),
    )
    settings.DATABASE_URL = postgres.url
    stops.push(() => postgres.stop())
  }
  const databaseUrl = settings.DATABASE_URL
  await step(
    'migrations',
    () => migrate(databaseUrl),
    (applied) => (applied.length > 0 ? `${applied.length} applied` : 'up to date'),
  )

  if (options.kafka && !settings.KAFKA_BROKERS) {
    const { startKafka } = await import('./servers/kafka.ts')
    const kafka = await step(
      'Kafka',
      () => startKafka({ directory: path.join(options.data, 'kafka') }),
      (server) => `one broker at ${server.brokers}`,
    )
    settings.KAFKA_BROKERS = kafka.brokers
    stops.push(() => kafka.stop())
  }

  // lib reads its environment once, on first use: it is complete from here on.
  Object.assign(process.env, settings)
  const { provisionDemo } = await import('./demo/provision.ts')
  const feedTopic = settings.KAFKA_BROKERS ? 'recipe-events' : undefined
  const given = await step('first admin, pipeline, sources', () =>
    provisionDemo({ feedTopic, data: options.data }),
  )

  await building
  if (ending) return
  const crashed = (name: string) => (code: number | null) => {
    console.error(
      `${name} ended by itself with code ${code}; its output is in ${path.join(logs, `${name}.log`)}`,
    )
    void end(1)
  }
  stops.push(() => children.stop())
  children.start(
    'app',
    ['scripts/serve.ts', '--hostname', '127.0.0.1', '--port', String(options.port)],
    settings,
    crashed('app'),
  )
  children.start('workers', ['workers/main.ts'], settings, crashed('workers'))
  const answers = (route: string, below: number) => async () => (await fetch(`${url}${route}`)).status < below
  await step(
    'app',
    () => waitFor('The app', answers('/sign-in', 500), 60, path.join(logs, 'app.log')),
    () => `answers at ${url}`,
  )
  await step(
    'workers',
    () => waitFor('The workers', answers('/readiness', 300), 60, path.join(logs, 'workers.log')),
    () => 'ready',
  )

  writeFileSync(
    path.join(options.data, 'demo.json'),
    `${JSON.stringify({ url, signInUrl: given.signInUrl, apiToken: given.apiToken }, null, 2)}\n`,
    { mode: 0o600 },
  )
  say(`\n  Ready after ${seconds(began)}. Sign in once with this link:\n\n  ${given.signInUrl}\n`)

  if (options.rate > 0) {
    const target = feedTopic ? ['--topic', feedTopic] : ['--location', given.feedLocation]
    children.start(
      'live-feed',
      ['scripts/live-feed.ts', '--rate', String(options.rate), ...target],
      settings,
      crashed('live-feed'),
    )
    say(
      `  live feed: ${options.rate} events a second into ${feedTopic ? `topic ${feedTopic}` : 'the landing zone'}`,
    )
  }
  await step(
    'sample data',
    () => generate(settings, given.sampleLocation),
    (made) =>
      made
        ? `${options.events.toLocaleString('en')} events of July 2025 in the landing zone`
        : 'was there already',
  )
  say('  The pipeline is loading it; watch it at the link above. Ctrl-C stops everything.')
}

/**
 * Makes the sample in a process of its own and moves it into the landing zone file by file, so that a reader never meets
 * half a file. False where an earlier start already did.
 */
async function generate(settings: NodeJS.ProcessEnv, location: string): Promise<boolean> {
  const done = path.join(options.data, 'sample.json')
  if (existsSync(done)) return false
  const folder = path.join(options.data, 'sample')
  const child = spawn(
    process.execPath,
    ['scripts/generate-events.ts', '--events', String(options.events), '--out', folder],
    { env: settings, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  stops.push(async () => void child.kill('SIGTERM'))
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (ending) return false
  if (code !== 0) throw new Refusal(`The sample data could not be made (code ${code}); see the lines above.`)
  const { fileIO } = await import('#lib/storage/default-file-io.ts')
  const names = readdirSync(folder).sort()
  await fileIO().publish(
    names.map((name) => ({ localPath: path.join(folder, name), location: `${location}/${name}` })),
  )
  writeFileSync(done, JSON.stringify({ events: options.events, location }))
  return true
}

demo().catch(async (error) => {
  if (ending) return
  console.error(
    `\n${error instanceof Refusal || error?.name === 'AppError' ? error.message : (error?.stack ?? error)}`,
  )
  await end(1)
})
