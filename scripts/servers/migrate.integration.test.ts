import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../e2e/harness/database.ts'
import { type Migration, migrate, readMigrations } from './migrate.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const extra = (sql: string, checksum = 'c'.repeat(64)): Migration => ({
  name: '99990101_extra',
  sql,
  checksum,
})

async function rows(sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

describe('migrate', () => {
  test('a clone of the template is at the newest migration', async () => {
    expect(await migrate(database.url)).toEqual([])
    expect(readMigrations().length).toBeGreaterThan(0)
    expect(await database.db.user.count()).toBe(0)
  })

  test('undoes the whole of a migration that fails', async () => {
    const broken = extra('create table half (id int); select no_such_column from half;')
    await expect(migrate(database.url, [...readMigrations(), broken])).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringMatching(/99990101_extra failed and was undone.*no_such_column/),
    })
    expect(await rows(`select to_regclass('half') as found`)).toEqual([{ found: null }])
  })

  test('starters at the same time apply a migration once', async () => {
    const migrations = [...readMigrations(), extra('create table once (id int)')]
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url, migrations)))
    expect(applied.flat()).toEqual(['99990101_extra'])
  })

  test('refuses a migration that was changed after it was applied', async () => {
    const changed = extra('create table once (id bigint)', 'd'.repeat(64))
    await expect(migrate(database.url, [...readMigrations(), changed])).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('new migration'),
    })
  })

  test.each([
    ['a server that is not there', { port: '1' }, 'unavailable', /No Postgres answers at 127\.0\.0\.1:1 /],
    ['a wrong password', { password: 'wrong' }, 'forbidden', /refuses the password of user firn/],
    ['an unknown database', { pathname: '/absent' }, 'not-found', /has no database absent/],
  ])('says what is wrong with %s', async (_, change, code, message) => {
    const url = Object.assign(new URL(database.url), change)
    const error = await migrate(url.href).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(String(error)).not.toContain(new URL(database.url).password)
  })
})
