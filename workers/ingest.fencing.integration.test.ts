import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkLedger } from '#lib/ingest/ledger.ts'
import { expectEveryEventOnce } from '../e2e/harness/expect-every-event-once.ts'
import { createIngestWorkspace, type IngestWorkspace } from '../e2e/harness/ingest-workspace.ts'
import { landEvents } from '../e2e/harness/land-events.ts'

let workspace: IngestWorkspace

beforeEach(async () => {
  workspace = await createIngestWorkspace()
})

afterEach(async () => {
  await workspace?.dispose()
})

const committedRows = async () =>
  Number(
    (await workspace.db.batch.aggregate({ _sum: { rows: true }, where: { committedAt: { not: null } } }))._sum
      .rows ?? 0n,
  )

it('two ingest workers share one source without reading anything twice', { timeout: 180_000 }, async () => {
  const folder = workspace.landing('events')
  const events = await landEvents(folder.path, 8, 400)
  const source = await workspace.addSource('events', { kind: 'landing', location: folder.location })
  const env = { INGEST_BATCH_BYTES: '500000', ENGINE_PROCESSES: '1' }
  workspace.start('ingest', env)
  workspace.start('ingest', env)
  workspace.start('commit')
  await workspace.waitFor('all rows', async () => (await committedRows()) >= events)
  await expectEveryEventOnce(workspace, folder.path, events)
  expect(await checkLedger(workspace.db, source)).toMatchObject({ gaps: 0, overlaps: 0 })
})

it('a worker that was frozen past its lease cannot record what another one has read', {
  timeout: 180_000,
}, async () => {
  const folder = workspace.landing('events')
  const events = await landEvents(folder.path, 8, 1_300)
  const source = await workspace.addSource('events', { kind: 'landing', location: folder.location })
  const frozen = workspace.start('ingest')
  const held = () => workspace.db.sourcePartition.count({ where: { sourceId: source, owner: { not: null } } })
  await workspace.waitFor('leases', async () => (await held()) > 0)
  frozen.signal('SIGSTOP')
  expect(await workspace.db.batch.count()).toBe(0)
  workspace.start('ingest')
  workspace.start('commit')
  await workspace.waitFor('all rows, by the second worker', async () => (await committedRows()) >= events)
  frozen.signal('SIGCONT')
  frozen.signal('SIGTERM')
  expect(await frozen.exited).toBe(0)
  await expectEveryEventOnce(workspace, folder.path, events)
  expect(await checkLedger(workspace.db, source)).toMatchObject({ gaps: 0, overlaps: 0 })
})
