import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createIngestWorkspace, type IngestWorkspace } from '../../e2e/harness/ingest-workspace.ts'
import { landEvents } from '../../e2e/harness/land-events.ts'

let workspace: IngestWorkspace

beforeEach(async () => {
  workspace = await createIngestWorkspace()
})

afterEach(async () => {
  await workspace?.dispose()
})

const kinds = ['commit', 'ingest', 'maintain', 'pipeline', 'supervisor']

const ready = async (): Promise<string[]> =>
  (await workspace.db.workerProcess.findMany({ where: { state: 'ready' }, orderBy: { kind: 'asc' } })).map(
    ({ kind }) => kind,
  )

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('supervisor', { timeout: 180_000 }, () => {
  it('starts a killed worker again and tells about the crash; SIGTERM ends everything', async () => {
    const supervisor = workspace.start('main')
    await workspace.waitFor('all workers ready', async () => (await ready()).join() === kinds.join())
    const before = await workspace.db.workerProcess.findFirstOrThrow({ where: { kind: 'ingest' } })
    process.kill(before.pid, 'SIGKILL')
    await workspace.waitFor('another ingest worker', async () => {
      const rows = await workspace.db.workerProcess.findMany({ where: { kind: 'ingest', state: 'ready' } })
      return rows.some(({ pid, restarts }) => pid !== before.pid && restarts === 1)
    })
    const crashed = await workspace.db.workerProcess.findUniqueOrThrow({ where: { id: before.id } })
    expect(crashed.state).toBe('crashed')
    expect(crashed.problem).toContain('SIGKILL')
    supervisor.signal('SIGTERM')
    expect(await supervisor.exited).toBe(0)
    const rows = await workspace.db.workerProcess.findMany({ where: { state: { not: 'crashed' } } })
    expect(rows.map(({ kind, state }) => `${kind} ${state}`).sort()).toEqual(
      kinds.map((kind) => `${kind} stopped`),
    )
    for (const { pid } of rows) expect(isAlive(pid)).toBe(false)
  })

  it('workers do not outlive a supervisor that was killed', async () => {
    const supervisor = workspace.start('main')
    await workspace.waitFor('all workers ready', async () => (await ready()).join() === kinds.join())
    const rows = await workspace.db.workerProcess.findMany()
    await supervisor.kill()
    await workspace.waitFor('all workers gone', () => rows.every(({ pid }) => !isAlive(pid)), 15)
  })
})

describe('stop signals', { timeout: 180_000 }, () => {
  const startLoad = async () => {
    const folder = workspace.landing('events')
    await landEvents(folder.path, 10, 3_000)
    const source = await workspace.addSource('events', { kind: 'landing', location: folder.location })
    const ingest = workspace.start('ingest')
    const held = () =>
      workspace.db.sourcePartition.count({ where: { sourceId: source, owner: { not: null } } })
    await workspace.waitFor('a batch in flight', async () => (await held()) > 0)
    return { ingest, held }
  }

  it('the first one finishes what is begun, records it and gives the leases back', async () => {
    const { ingest, held } = await startLoad()
    ingest.signal('SIGTERM')
    expect(await ingest.exited).toBe(0)
    expect(await workspace.db.batch.count()).toBeGreaterThan(0)
    expect(await held()).toBe(0)
    const run = await workspace.db.run.findFirstOrThrow({ where: { kind: 'load' } })
    expect(run.state).toBe('queued')
  })

  it('the second one stops now, and nothing half done is recorded', async () => {
    const { ingest } = await startLoad()
    const batches = await workspace.db.batch.count()
    ingest.signal('SIGTERM')
    await workspace.waitFor('the first signal being taken', () =>
      ingest.log().includes('finishing what is begun'),
    )
    const since = Date.now()
    // Signals within 300 ms of each other count as one: npm and the terminal pass the same Ctrl-C on twice.
    await workspace.waitFor('more than 300 ms', () => Date.now() - since > 350)
    ingest.signal('SIGTERM')
    await ingest.exited
    expect(Date.now() - since).toBeLessThan(8_000)
    const positions = await workspace.db.sourcePartition.findMany({ where: { position: { gt: 0 } } })
    const ranges = await workspace.db.offsetRange.count()
    expect(ranges).toBe(positions.length)
    expect(await workspace.db.batch.count()).toBeGreaterThanOrEqual(batches)
  })
})
