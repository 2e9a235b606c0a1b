import { readdirSync } from 'node:fs'
import path from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkLedger } from '#lib/ingest/ledger.ts'
import { expectEveryEventOnce } from '../e2e/harness/expect-every-event-once.ts'
import { createIngestWorkspace, type IngestWorkspace } from '../e2e/harness/ingest-workspace.ts'
import { landEvents } from '../e2e/harness/land-events.ts'

describe('kill -9 during a load', { timeout: 180_000 }, () => {
  const days = 8
  let events: number
  let workspace: IngestWorkspace
  let folder: { path: string; location: string }
  let sourceId: string
  let lock: Client

  const staged = () => workspace.db.stagedFile.count()
  const waitingFiles = () => workspace.db.stagedFile.count({ where: { snapshotId: null } })
  const dataFilesOnDisk = () =>
    readdirSync(path.join(workspace.directory, 'warehouse'), { recursive: true }).filter((name) =>
      String(name).endsWith('.parquet'),
    ).length
  const allCommitted = async () => {
    const open = await workspace.db.sourcePartition.count({ where: { sourceId, state: { not: 'done' } } })
    const files = await workspace.db.sourcePartition.count({ where: { sourceId } })
    return files === days && open === 0 && (await waitingFiles()) === 0
  }
  /** Some statement about the model waits for our lock. */
  const waitsFor = (model: string) => async () => {
    const rows = await workspace.db.$queryRaw<unknown[]>`
      SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
        AND query LIKE ${`%"${model}"%`}`
    return rows.length > 0
  }
  const finishAndCheck = async () => {
    workspace.start('ingest')
    workspace.start('commit')
    await workspace.waitFor('all files read and committed', allCommitted, 90)
    await expectEveryEventOnce(workspace, folder.path, events)
    const check = await checkLedger(workspace.db, sourceId)
    expect(check).toMatchObject({ partitions: days, gaps: 0, overlaps: 0, rows: BigInt(events) })
  }

  beforeEach(async () => {
    workspace = await createIngestWorkspace()
    folder = workspace.landing('events')
    events = await landEvents(folder.path, days, 600)
    sourceId = await workspace.addSource('events', { kind: 'landing', location: folder.location })
    lock = new Client({ connectionString: workspace.database.url })
    await lock.connect()
  })

  afterEach(async () => {
    await lock?.end()
    await workspace?.dispose()
  })

  it('after the data files are written, before they are recorded', async () => {
    // The staging transaction waits for this lock; by then its data files are where the table's files are.
    await lock.query('BEGIN; LOCK TABLE "StagedFile" IN EXCLUSIVE MODE')
    const ingest = workspace.start('ingest')
    await workspace.waitFor('a staging transaction in the middle', waitsFor('StagedFile'))
    expect(dataFilesOnDisk()).toBeGreaterThan(0)
    await ingest.kill()
    await lock.query('ROLLBACK')
    expect(await staged()).toBe(0)
    await finishAndCheck()
  })

  it('after the data files are recorded, before they are committed', async () => {
    const ingest = workspace.start('ingest')
    await workspace.waitFor('staged files', async () => (await staged()) > 0)
    await ingest.kill()
    expect(await waitingFiles()).toBeGreaterThan(0)
    await finishAndCheck()
  })

  it('in the middle of a commit', async () => {
    workspace.start('ingest')
    await workspace.waitFor('staged files', async () => (await staged()) > 0)
    await lock.query('BEGIN')
    await lock.query('SELECT 1 FROM "IcebergTable" WHERE id = $1 FOR UPDATE', [workspace.pipeline.tableId])
    const commit = workspace.start('commit')
    await workspace.waitFor('a commit that waits for the pointer', waitsFor('IcebergTable'))
    await commit.kill()
    await lock.query('ROLLBACK')
    await finishAndCheck()
  })
})
