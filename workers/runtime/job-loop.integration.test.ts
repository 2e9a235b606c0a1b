import type { PgBoss } from 'pg-boss'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openQueue, sendJob } from '#lib/jobs/queue.ts'
import { createIngestWorkspace, type IngestWorkspace } from '../../e2e/harness/ingest-workspace.ts'

let workspace: IngestWorkspace
let queue: PgBoss

beforeAll(async () => {
  workspace = await createIngestWorkspace()
  queue = await openQueue(workspace.database.url, { supervise: false })
})

afterAll(async () => {
  await queue?.stop({ graceful: false })
  await workspace?.dispose()
})

const stateOf = async (name: string, id: string) => (await queue.findJobs(name, { id }))[0]?.state

describe('jobs', { timeout: 180_000 }, () => {
  it('are worked off by the process they belong to; a bad payload fails for good, unknown jobs stay', async () => {
    await queue.createQueue('other.job')
    const unknown = await queue.send('other.job', { any: 1 })
    const bad = await queue.send('mart.refresh-visitors', { siteId: 7 }, { singletonKey: 'bad' })
    const missing = await sendJob('mart.refresh-visitors', { siteId: 'no-such-site' }, { queue })
    const forMaintain = await sendJob(
      'table.evaluate',
      { tableId: workspace.pipeline.tableId, trigger: 'commit' as const },
      { queue },
    )
    const worker = workspace.start('pipeline')
    const settled = async (id: string | null) =>
      (await stateOf('mart.refresh-visitors', id ?? '')) === 'failed'
    await workspace.waitFor('the bad payload being refused', () => settled(bad))
    await workspace.waitFor('the unknown site being refused', () => settled(missing))
    expect(worker.log()).toContain('payload that does not fit its schema')
    expect(await stateOf('other.job', unknown ?? '')).toBe('created')
    expect(await stateOf('table.evaluate', forMaintain ?? '')).toBe('created')
    worker.signal('SIGTERM')
    expect(await worker.exited).toBe(0)
  })

  it('of a killed worker are given to another one within half a minute or so', async () => {
    const payload = { tableId: workspace.pipeline.tableId, trigger: 'commit' as const }
    // A fetched job whose fetcher says nothing any more is what a kill -9 leaves.
    await queue.deleteAllJobs('table.evaluate')
    const id = (await sendJob('table.evaluate', payload, { queue })) ?? ''
    const [fetched] = await queue.fetch('table.evaluate')
    expect(fetched?.id).toBe(id)
    workspace.start('maintain')
    await workspace.waitFor(
      'the job done',
      async () => (await stateOf('table.evaluate', id)) === 'completed',
      60,
    )
  })
})
