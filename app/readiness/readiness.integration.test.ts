import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '#lib/db.ts'
import { checkReadiness } from '#lib/http/readiness.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { LocalFileIO } from '#lib/storage/local-file-io.ts'
import { callRoute } from '../../e2e/harness/call-route.ts'
import { createTestDatabase, type TestDatabase } from '../../e2e/harness/database.ts'
import { GET } from './route.ts'

const kinds = ['supervisor', 'ingest', 'commit', 'maintain', 'pipeline']

let test: TestDatabase
let folder: string
beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  test = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'firn-readiness-'))
})
beforeEach(async () => {
  await test.db.workerProcess.deleteMany()
  await test.db.workerProcess.createMany({
    data: kinds.map((kind) => ({ kind, host: 'here', pid: 1, version: '1', state: 'ready' })),
  })
})
afterAll(async () => {
  await test.drop()
  await rm(folder, { recursive: true })
})

const check = (parts: { io?: FileIO; db?: TestDatabase['db'] } = {}) =>
  checkReadiness({
    db: test.db,
    io: new LocalFileIO({ roots: [folder] }),
    warehouse: pathToFileURL(folder).href,
    ...parts,
  })

describe('readiness', () => {
  it('is ok when all is there', async () => {
    expect(await check()).toEqual({ status: 'ok' })
  })

  it('names workers that crashed, went silent or never started', async () => {
    const { workerProcess } = test.db
    await workerProcess.updateMany({
      where: { kind: 'ingest' },
      data: { state: 'crashed', problem: 'out of memory' },
    })
    await workerProcess.updateMany({
      where: { kind: 'commit' },
      data: { beatAt: new Date(Date.now() - 31_000) },
    })
    await workerProcess.deleteMany({ where: { kind: 'maintain' } })
    const { status, checks } = await check()
    expect(status).toBe('unavailable')
    expect(Object.keys(checks ?? {}).sort()).toEqual(['commit', 'ingest', 'maintain'])
    expect(checks?.ingest).toContain('out of memory')
    expect(checks?.commit).toContain('31 s ago')
    expect(checks?.maintain).toContain('npm run workers')
  })

  it('does not mind an old crashed process beside a ready one', async () => {
    await test.db.workerProcess.create({
      data: { kind: 'ingest', host: 'here', pid: 2, version: '1', state: 'crashed' },
    })
    expect(await check()).toEqual({ status: 'ok' })
  })

  it('says that the store or Postgres is away, without where they are', async () => {
    const io = new LocalFileIO({ roots: ['/a/secret/place'] })
    const away = openDatabase('postgresql://firn:hidden@127.0.0.1:1/none')
    const { checks } = await check({ io, db: away })
    await away.$disconnect()
    expect(Object.keys(checks ?? {}).sort()).toEqual(['database', 'store', 'workers'])
    expect(JSON.stringify(checks)).not.toMatch(/secret|hidden|127\.0\.0\.1/)
  })

  it('is answered at /readiness with 200 and 503', async () => {
    const ready = await callRoute(GET)
    expect(ready).toMatchObject({ status: 200, body: { status: 'ok' } })
    await test.db.workerProcess.deleteMany()
    await expect.poll(async () => (await callRoute(GET)).status, { timeout: 5_000 }).toBe(503)
  })
})
