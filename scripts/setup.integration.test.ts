import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../e2e/harness/database.ts'

let database: TestDatabase
let directory: string
beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'firn-setup-'))
  database = await createTestDatabase()
})
afterAll(async () => {
  await database?.drop()
  rmSync(directory, { recursive: true, force: true })
})

const setup = (args: string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, ['scripts/setup.ts', ...args], {
    encoding: 'utf8',
    env: {
      ...process.env,
      FIRN_ENV: 'production',
      AUTH_SECRET: 'a'.repeat(64),
      SECRETS_KEY: 'b'.repeat(64),
      PUBLIC_URL: 'https://firn.example.com',
      DATABASE_URL: database.url,
      WAREHOUSE_LOCATION: `file://${directory}/warehouse`,
      ...env,
    },
  })

describe('npm run setup', () => {
  it('makes the pipeline, the site and the first admin with a link, and may be called again', async () => {
    const links = [1, 2].map(() => {
      const { status, stdout, stderr } = setup(['--admin', 'First@example.com'])
      expect(stderr).toBe('')
      expect(status).toBe(0)
      return /https:\/\/firn\.example\.com\/\S+/.exec(stdout)?.[0]
    })
    expect(links[0]).toBeTruthy()
    expect(links[1]).not.toBe(links[0])
    expect(await database.db.user.findMany()).toMatchObject([
      { email: 'first@example.com', name: 'First', role: 'admin' },
    ])
    const pipelines = await database.db.pipeline.findMany()
    expect(pipelines).toMatchObject([{ name: 'recipe events' }])
    expect(await database.db.site.findMany()).toMatchObject([
      { id: 'recipe', tableId: pipelines[0]?.tableId, timeZone: 'Asia/Seoul' },
    ])
  })

  it.each([
    [[], {}, '--admin: expected the e-mail address of the first admin; found nothing'],
    [['--admin', 'me'], {}, '--admin: expected the e-mail address of the first admin; found "me"'],
    [['--admin', 'me@example.com'], { AUTH_SECRET: '' }, 'AUTH_SECRET'],
    [['--admin', 'me@example.com'], { DATABASE_URL: 'postgresql://127.0.0.1:1/x' }, '127.0.0.1:1'],
  ])('%s with %s says what is wrong', (args, env, message) => {
    const { status, stderr } = setup(args, env)
    expect(status).toBe(1)
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})
