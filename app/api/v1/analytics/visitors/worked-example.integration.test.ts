import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { refreshVisitors } from '#lib/analytics/refresh-visitors.ts'
import { commitTable } from '#lib/ingest/commit/commit-table.ts'
import { createSource } from '#lib/ingest/create-source.ts'
import { runIngest } from '#lib/ingest/ingest-loop.ts'
import { logger } from '#lib/log.ts'
import { callRoute, signInAs } from '../../../../../e2e/harness/call-route.ts'
import { createTestLakehouse, type Lakehouse, rawLine } from '../../../../../e2e/harness/lakehouse.ts'
import { GET as getBuckets } from './[grain]/route.ts'

let lake: Lakehouse
beforeAll(async () => {
  lake = await createTestLakehouse()
})
afterAll(() => lake.close())

const noKafka = () => {
  throw new Error('This test has no topic.')
}

/** The document's example: nine raw lines of two people within one hour. */
const lines = [
  '13:00:01 A',
  '13:00:02 A',
  '13:00:03 A',
  '13:00:02 B',
  '13:00:03 B',
  '13:01:01 A',
  '13:05:58 B',
  '13:08:58 B',
  '13:10:59 A',
]

it('raw lines in the landing zone become 13:00~14:00 | 2 | 9 in the API', async () => {
  const landing = path.join(lake.directory, 'landing')
  const folder = path.join(landing, 'example')
  await mkdir(folder, { recursive: true })
  const raw = lines.map((line) => {
    const [time = '', user = ''] = line.split(' ')
    return `${rawLine({ at: `2025-01-20T${time}+09:00`, user })}\n`
  })
  await writeFile(path.join(folder, 'weblog.jsonl'), raw.join(''))

  const landingLocation = pathToFileURL(landing).href
  await createSource(
    { db: lake.db, rules: { landingLocation, anyBucket: false, kafka: noKafka } },
    {
      name: 'weblog',
      pipelineId: lake.pipelineId,
      config: { kind: 'landing', location: pathToFileURL(folder).href },
      createdBy: 'test',
    },
  )
  const worker = await lake.db.workerProcess.create({
    data: { kind: 'ingest', host: 'test', pid: process.pid, version: 'test', state: 'ready' },
  })
  const stop = new AbortController()
  const signal = new AbortController().signal
  const log = logger()
  const ingesting = runIngest(
    {
      ...lake,
      owner: worker.id,
      worker: 'ingest',
      log,
      settings: {
        batchSeconds: 1,
        batchRows: 1_000,
        batchBytes: 1_000_000,
        lanes: 1,
        stagingDirectory: path.join(lake.directory, 'staging'),
        landingLocation,
      },
      stopping: stop.signal,
      signal,
      reportActivity: () => {},
    },
    noKafka,
  )
  await vi.waitFor(async () => expect(await lake.db.stagedFile.count()).toBeGreaterThan(0), {
    timeout: 30_000,
    interval: 100,
  })
  stop.abort()
  await ingesting
  const committed = await commitTable(
    { db: lake.db, catalog: lake.catalog, worker: 'commit', signal },
    lake.tableId,
  )
  expect(committed?.rows).toBe(9n)

  await refreshVisitors({ ...lake, signal }, lake.siteId)

  const { cookie } = await signInAs('viewer')
  const call = (query: Record<string, string>) =>
    callRoute(getBuckets, { cookie, params: { grain: 'hour' }, query })
  const { status, body } = await call({ from: '2025-01-20', to: '2025-01-20' })
  expect(status).toBe(200)
  expect(body).toMatchObject({
    timeZone: 'Asia/Seoul',
    snapshotId: committed?.snapshotId.toString(),
    items: [
      { label: '13:00~14:00', start: '2025-01-20T13:00:00+09:00', visitors: 2, visits: 9, exact: true },
    ],
    totals: { visitors: 2, visits: 9, exact: true },
  })
  const csv = await call({ from: '2025-01-20', to: '2025-01-20', format: 'csv' })
  expect(csv.body).toContain('13:00~14:00,2,9')
})
