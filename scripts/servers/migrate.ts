import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { AppError, messageOf } from '#lib/errors.ts'

const migrationsFolder = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))
/** The advisory lock that Prisma itself takes while it migrates. */
const prismaLock = 72707369

export interface Migration {
  name: string
  sql: string
  /** SHA-256 of the SQL, as Prisma records it. */
  checksum: string
}

/** The migrations of a folder in the order they apply. */
export function readMigrations(folder = migrationsFolder): Migration[] {
  return readdirSync(folder)
    .filter((name) => existsSync(path.join(folder, name, 'migration.sql')))
    .sort()
    .map((name) => {
      const sql = readFileSync(path.join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

/**
 * Brings a database to the newest migration; returns the names applied. Keeps Prisma's own table, so that Prisma's tools
 * agree about the state; starters that run at once wait for each other.
 * @throws AppError `unavailable` or `forbidden` when the server cannot be used, `conflict` when an applied migration was
 *   changed afterwards or once failed half-way, `internal` when a migration's SQL fails (nothing of it stays).
 */
export async function migrate(url: string, migrations = readMigrations()): Promise<string[]> {
  const client = await connect(url)
  const applied: string[] = []
  try {
    await client.query(`select pg_advisory_lock(${prismaLock})`)
    await client.query(`create table if not exists _prisma_migrations (
      id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz,
      migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
      started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`)
    const { rows } = await client.query<{ name: string; checksum: string; finished: boolean }>(
      `select migration_name as name, checksum, finished_at is not null as finished
       from _prisma_migrations where rolled_back_at is null`,
    )
    const known = new Map(rows.map((row) => [row.name, row]))
    for (const migration of migrations) {
      const before = known.get(migration.name)
      if (before) refuseDifference(before, migration)
      else {
        await apply(client, migration)
        applied.push(migration.name)
      }
    }
  } finally {
    await client.end().catch(() => {})
  }
  return applied
}

function refuseDifference(before: { checksum: string; finished: boolean }, migration: Migration): void {
  if (!before.finished) {
    throw new AppError(
      'conflict',
      `Migration ${migration.name} failed half-way on this database. Repair it by hand, then mark it with: npx prisma migrate resolve --applied ${migration.name}`,
    )
  }
  if (before.checksum !== migration.checksum) {
    throw new AppError(
      'conflict',
      `Migration ${migration.name} was changed after it had been applied to this database. Restore its file and put the change in a new migration (npm run migration:new -- name).`,
    )
  }
}

async function apply(client: Client, migration: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(migration.sql)
    await client.query(
      `insert into _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
       values ($1, $2, now(), $3, 1)`,
      [randomUUID(), migration.checksum, migration.name],
    )
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback').catch(() => {})
    throw new AppError(
      'internal',
      `Migration ${migration.name} failed and was undone: ${messageOf(cause)}. The database is at the migration before it.`,
      { cause },
    )
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (cause) {
    await client.end().catch(() => {})
    throw connectionError(url, cause)
  }
}

/** Why a connection string does not work and what to do, without its password. */
function connectionError(url: string, cause: unknown): AppError {
  const { hostname, port, pathname, username } = URL.canParse(url)
    ? new URL(url)
    : { hostname: '?', port: '', pathname: '/?', username: '?' }
  const server = `${hostname}:${port || 5432}`
  const database = decodeURIComponent(pathname.slice(1))
  const code = (cause as { code?: string }).code ?? ''
  const unreachable = `No Postgres answers at ${server} (${code || messageOf(cause)}). Start it, or correct DATABASE_URL; unset it to use the embedded one.`
  const byCode: Record<string, [AppError['code'], string]> = {
    '28P01': [
      'forbidden',
      `Postgres at ${server} refuses the password of user ${username}. Correct it in DATABASE_URL.`,
    ],
    '28000': ['forbidden', `Postgres at ${server} does not let user ${username} in: ${messageOf(cause)}.`],
    '3D000': [
      'not-found',
      `Postgres at ${server} has no database ${database}. Create it (createdb ${database}) or correct DATABASE_URL.`,
    ],
    '53300': ['unavailable', `Postgres at ${server} has no connection left: ${messageOf(cause)}.`],
  }
  const [errorCode, message] = byCode[code] ?? ['unavailable', unreachable]
  return new AppError(errorCode, message, { cause, retryable: errorCode === 'unavailable' })
}
