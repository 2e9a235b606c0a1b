import { PrismaPg } from '@prisma/adapter-pg'
import { Prisma, PrismaClient } from '#db'
import { env } from './env.ts'
import { AppError } from './errors.ts'

export type { Prisma }
export type Database = PrismaClient
/** What a transaction callback receives: the models, without connection control. */
export type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0]

/** Opens a client with its own pool of at most `connections` (default 10). The caller disconnects it. */
export function openDatabase(url: string, connections = 10): Database {
  const adapter = new PrismaPg({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 10_000,
    // A process that is frozen in the middle of a transaction must not hold its rows for ever.
    idle_in_transaction_session_timeout: 90_000,
  })
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 10_000, timeout: 60_000 } })
}

/**
 * The connection string of this process.
 * @throws AppError `bad-input` when DATABASE_URL is not set: the starter scripts set it to the embedded server's.
 */
export function databaseUrl(): string {
  const url = env().DATABASE_URL
  if (url) return url
  throw new AppError(
    'bad-input',
    'DATABASE_URL is not set. Start Firn with `npm run demo` (which brings its own Postgres) or set DATABASE_URL to postgresql://user:password@host:port/database.',
  )
}

/**
 * Clients by the copy of Prisma that made them: Next's development server reloads modules, and a client survives that; the
 * code that Next bundled and the code beside it may have a copy each, whose errors are no instances of the other's classes.
 */
const held = globalThis as { firnDatabases?: Map<unknown, Database> }
held.firnDatabases ??= new Map()
const clients = held.firnDatabases

/** The process's client, connected on first query. */
export function database(): Database {
  const copy = Prisma.PrismaClientKnownRequestError
  const known = clients.get(copy)
  if (known) return known
  const client = openDatabase(databaseUrl())
  clients.set(copy, client)
  return client
}
