import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findAlerts } from '#lib/alerts/find-alerts.ts'
import type { Actor } from '#lib/auth/actor.ts'
import type { Engine } from '#lib/engine/engine.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { getRun } from '#lib/runs/get-run.ts'
import { createTestLakehouse, type Lakehouse } from '../../../e2e/harness/lakehouse.ts'
import { requestCompaction } from '../request-compaction.ts'
import { runCompaction } from '../run-compaction.ts'
import { everything, upkeep } from '../test-support/upkeep.ts'

let lake: Lakehouse
beforeAll(async () => {
  lake = await createTestLakehouse()
})
afterAll(() => lake.close())

const admin: Actor = {
  type: 'user',
  id: 'admin',
  name: 'admin',
  role: 'admin',
  userId: null,
  email: null,
  language: null,
}
const read = (runId: string) => getRun(lake.db, admin, runId)

let day = 0
/** Some small files of a day of their own, each of its own commit. */
async function smallFiles(count: number) {
  day += 1
  for (let file = 0; file < count; file++) {
    await lake.append(
      Array.from({ length: 50 }, (_, n) => ({
        at: `2025-07-${String(day).padStart(2, '0')}T10:${String(n).padStart(2, '0')}:00+09:00`,
        user: `user-${n}`,
      })),
    )
  }
}

type Run = Engine['run']
const withEngine = (run: Run): Engine => ({ ...lake.engine, run })

async function compact(engine: Engine = lake.engine) {
  const sendJob = async () => randomUUID()
  const { tableId } = lake
  const { runId } = await requestCompaction(
    lake.db,
    { tableId, tableName: 'user_events_silver', trigger: 'manual', requestedBy: 'test' },
    sendJob,
  )
  const signal = new AbortController().signal
  await runCompaction(
    {
      ...lake,
      engine,
      log: logger(),
      worker: 'maintain-test',
      jobId: randomUUID(),
      sendJob,
      signal,
      stopping: signal,
      lanes: 2,
      workDirectory: path.join(lake.directory, 'compaction', runId),
    },
    { runId, tableId },
  )
  return read(runId)
}

it('asks the rewritten partition before and after a compaction, beside a writer, and counts the engine’s CPU', async () => {
  await smallFiles(5)
  const before = String((await lake.loadTable()).metadata.currentSnapshotId)
  // A commit lands between the rewrite and its commit: rows that are new to the table are on neither or on both sides.
  const run = await compact(
    withEngine((async (name, payload, options) => {
      const result = await lake.engine.run(name, payload, options)
      if (name === 'rewriteDataFiles') await lake.append([{ at: '2025-07-01T10:30:00+09:00', user: 'late' }])
      return result
    }) as Run),
  )
  expect(run.state).toBe('succeeded')
  const { canary } = run
  expect(canary).toMatchObject({
    state: 'equal',
    rounds: 3,
    reason: null,
    partitions: ['year=2025/month=7/day=1/hour=10'],
    before: { rows: '251', files: 6 },
    after: { rows: '251', files: 2, snapshotId: String((await lake.loadTable()).metadata.currentSnapshotId) },
  })
  expect(canary?.before?.snapshotId).not.toBe(before)
  expect(canary?.before?.checksum).toMatch(/^\d+$/)
  expect(canary?.after?.checksum).toBe(canary?.before?.checksum)
  expect(canary?.sql).toBe(
    'SELECT count(*)::VARCHAR AS rows, sum(hash("utc_timestamp"))::VARCHAR AS checksum FROM "user_events_silver" ' +
      'WHERE ("year" = CAST(\'2025\' AS INTEGER) AND "month" = CAST(\'7\' AS INTEGER) AND "day" = CAST(\'1\' AS INTEGER) AND "hour" = CAST(\'10\' AS INTEGER))',
  )
  for (const side of [canary?.before, canary?.after]) {
    expect(side?.planMs).toBeGreaterThan(0)
    expect(side?.scanMs).toBeGreaterThan(0)
  }
  expect(run.cpu?.engineMs).toBeGreaterThan(0)
  expect(run.cpu?.workerMs).toBeGreaterThan(0)
})

it('asks after manifests were rewritten and after snapshots expired, too', async () => {
  await smallFiles(4)
  const keep = upkeep(lake)
  const rewritten = await keep.apply(await keep.plan(lake.tableId, 'rewrite-manifests'))
  const manifests = await read(rewritten.id)
  expect(manifests.canary).toMatchObject({ state: 'equal', reason: null })
  expect(manifests.canary?.after?.files).toBe(manifests.canary?.before?.files)
  expect(manifests.canary?.before?.snapshotId).not.toBe(manifests.canary?.after?.snapshotId)

  const expired = await keep.apply(await keep.plan(lake.tableId, 'expire-snapshots', everything))
  const expiry = await read(expired.id)
  const current = String((await lake.loadTable()).metadata.currentSnapshotId)
  expect(expiry.canary).toMatchObject({
    state: 'equal',
    before: { snapshotId: current },
    after: { snapshotId: current },
  })
  expect(expiry.cpu).toMatchObject({ engineMs: 0, workerMs: expect.any(Number) })

  const orphans = await keep.plan(lake.tableId, 'remove-orphan-files', { minAgeMs: 0, override: true })
  if (orphans.state === 'draft') {
    expect((await read((await keep.apply(orphans)).id)).canary).toBeNull()
  }
})

it('says so when a compaction changed rows: in the run, its log and an alert', async () => {
  await smallFiles(3)
  const run = await compact(
    withEngine((async (name, payload, options) => {
      if (name !== 'rewriteDataFiles') return lake.engine.run(name, payload, options)
      const {
        scan,
        expectedRows: _,
        ...rest
      } = payload as Parameters<typeof lake.engine.run<'rewriteDataFiles'>>[1]
      const files = scan?.files.slice(1) ?? []
      const lossy = { ...rest, inputs: rest.inputs.slice(1), ...(scan ? { scan: { ...scan, files } } : {}) }
      return lake.engine.run('rewriteDataFiles', lossy, options)
    }) as Run),
  )
  expect(run.canary?.state).toBe('differs')
  const { before, after, reason } = run.canary ?? {}
  expect(Number(after?.rows)).toBeLessThan(Number(before?.rows))
  expect(reason).toMatch(new RegExp(`gave ${before?.rows} rows .* and ${after?.rows} `))
  expect(run.events).toContainEqual(
    expect.objectContaining({ level: 'error', message: expect.stringMatching(/another result than before/) }),
  )
  expect(await findAlerts(lake.db)).toBeGreaterThan(0)
  const alerts = await lake.db.alert.findMany({ where: { event: 'canary-differs' } })
  expect(alerts).toMatchObject([{ href: `/runs/${run.id}`, message: reason }])
})

it('never fails the run, but says that it could not ask', async () => {
  await smallFiles(3)
  const run = await compact(
    withEngine((async (name, payload, options) => {
      if (name === 'query') throw new AppError('unavailable', 'The engine is closing.')
      return lake.engine.run(name, payload, options)
    }) as Run),
  )
  expect(run.state).toBe('succeeded')
  expect(run.canary).toMatchObject({ state: 'failed', reason: 'The engine is closing.', before: null })
  expect(run.events).toContainEqual(
    expect.objectContaining({ level: 'warn', message: expect.stringMatching(/could not be run/) }),
  )
})
