import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { updateSource } from '#lib/ingest/update-source.ts'
import { requestCancel } from '#lib/runs/request-cancel.ts'
import type { RunProgress } from '#lib/runs/run-types.ts'
import { expectEveryEventOnce } from '../e2e/harness/expect-every-event-once.ts'
import { createIngestWorkspace, type IngestWorkspace } from '../e2e/harness/ingest-workspace.ts'
import { landEvents } from '../e2e/harness/land-events.ts'

let workspace: IngestWorkspace
let folder: { path: string; location: string }
let sourceId: string
const days = 10
let events: number

beforeEach(async () => {
  workspace = await createIngestWorkspace()
  folder = workspace.landing('events')
  events = await landEvents(folder.path, days, 3_500)
  sourceId = await workspace.addSource('events', { kind: 'landing', location: folder.location })
})

afterEach(async () => {
  await workspace?.dispose()
})

const loadRuns = () => workspace.db.run.findMany({ where: { kind: 'load' }, orderBy: { createdAt: 'asc' } })

describe('load run', { timeout: 180_000 }, () => {
  it('counts rows, bytes and files up to the commit; each hour becomes one data file', async () => {
    workspace.start('ingest')
    workspace.start('commit')
    await workspace.waitFor('the run succeeded', async () => (await loadRuns())[0]?.state === 'succeeded', 90)
    const [run] = await loadRuns()
    const progress = run?.progress as RunProgress
    expect(progress).toMatchObject({ rows: events, files: days, filesTotal: days })
    expect(progress.bytes).toBe(progress.bytesTotal)
    await expectEveryEventOnce(workspace, folder.path, events)
    const [hours] = await workspace.queryTable(
      'SELECT count(*)::INTEGER AS hours FROM (SELECT DISTINCT year, month, day, hour FROM $files)',
    )
    expect(await workspace.dataFiles()).toHaveLength(Number(hours?.hours))
  })

  it('that is cancelled pauses its source; resuming loads the rest', async () => {
    const slow = { INGEST_BATCH_BYTES: '3000000', ENGINE_PROCESSES: '1' }
    workspace.start('ingest', slow)
    workspace.start('commit')
    await workspace.waitFor(
      'a run with its first batch',
      async () => (await loadRuns()).length > 0 && (await workspace.db.batch.count()) > 0,
    )
    const [first] = await loadRuns()
    await requestCancel(workspace.db, first?.id ?? '', 'me')
    await workspace.waitFor('the end of the run', async () => (await loadRuns())[0]?.state === 'cancelled')
    const source = () => workspace.db.source.findUniqueOrThrow({ where: { id: sourceId } })
    expect((await source()).state).toBe('paused')
    expect(await workspace.db.sourcePartition.count({ where: { sourceId, owner: { not: null } } })).toBe(0)
    expect(await loadRuns()).toHaveLength(1)
    await updateSource(workspace.db, sourceId, { state: 'active' })
    await workspace.waitFor(
      'a second run succeeded',
      async () => (await loadRuns())[1]?.state === 'succeeded',
      90,
    )
    await expectEveryEventOnce(workspace, folder.path, events)
  })

  it('that a worker left with little to do is ended by the next one', async () => {
    const first = workspace.start('ingest')
    await workspace.waitFor('a run', async () => (await loadRuns())[0]?.state === 'running')
    await workspace.waitFor('everything recorded', async () => {
      const { _sum } = await workspace.db.batch.aggregate({ _sum: { rows: true } })
      return Number(_sum.rows ?? 0) === events
    })
    // Without a commit worker the load cannot have ended. Taken for vanished, it shows that it is not.
    await workspace.db.run.updateMany({ data: { state: 'queued' } })
    await workspace.waitFor('its return', async () => (await loadRuns())[0]?.state === 'running')
    await first.kill()
    workspace.start('ingest')
    workspace.start('commit')
    await workspace.waitFor('its end', async () => (await loadRuns())[0]?.state === 'succeeded', 90)
    expect(await loadRuns()).toHaveLength(1)
  })
})
