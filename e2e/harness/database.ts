import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { type Database, openDatabase } from '#lib/db.ts'
import { closeSenderQueue } from '#lib/jobs/queue.ts'
import { askServer } from './ask-server.ts'

export interface TestDatabase {
  url: string
  db: Database
  /** Disconnects `db` and drops the database, whoever else is connected. */
  drop(): Promise<void>
}

/**
 * A migrated, empty database of its own, cloned from the run's template: one for each test file, in `beforeAll`.
 * It also becomes the DATABASE_URL of this test file's process, so `database()` and `env()` find it when first used.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = await askServer('postgres')
  const name = `test_${randomBytes(6).toString('hex')}`
  const admin = new URL(template.url)
  const templateName = admin.pathname.slice(1)
  admin.pathname = '/postgres'
  await query(admin.href, `create database ${name} template ${templateName}`)
  const url = new URL(template.url)
  url.pathname = `/${name}`
  process.env.DATABASE_URL = url.href
  const db = openDatabase(url.href)
  return {
    url: url.href,
    db,
    drop: async () => {
      await closeSenderQueue()
      await db.$disconnect()
      await query(admin.href, `drop database if exists ${name} with (force)`)
    },
  }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  try {
    await client.connect()
    await client.query(sql)
  } finally {
    await client.end()
  }
}
