import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Engine } from '#lib/engine/engine.ts'
import { AppError } from '#lib/errors.ts'
import type { SchemaChange } from '#lib/iceberg/actions/evolve-schema.ts'
import { rewriteDataFiles } from '#lib/iceberg/actions/rewrite-data-files.ts'
import { upgradeFormatVersion } from '#lib/iceberg/actions/update-properties.ts'
import { updateSchema } from '#lib/iceberg/actions/update-schema.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { and, eq, gtEq } from '#lib/iceberg/scan/expression.ts'
import { planFiles } from '#lib/iceberg/scan/plan-files.ts'
import { currentSnapshot } from '#lib/iceberg/spec/table-metadata.ts'
import { logger } from '#lib/log.ts'
import { deleteRows } from '#lib/row-level/delete-rows.ts'
import { scanTable } from '#lib/row-level/local-table-scan.ts'
import { requestCancel } from '#lib/runs/request-cancel.ts'
import type { FinishedFile } from '#lib/storage/file-io.ts'
import { createTestLakehouse, type Lakehouse } from '../../e2e/harness/lakehouse.ts'
import { evaluateTable } from './evaluate-table.ts'
import { listLiveFiles } from './list-live-files.ts'
import { requestCompaction } from './request-compaction.ts'
import { runCompaction } from './run-compaction.ts'

let lake: Lakehouse
const sent: string[] = []
const sendJob = async (name: string) => {
  sent.push(name)
  return randomUUID()
}
beforeAll(async () => {
  lake = await createTestLakehouse()
})
afterAll(() => lake.close())
beforeEach(() => {
  sent.length = 0
})

let hour = 0
/** Six small files in an hour of their own, so that tests do not see each other's files. */
async function sixSmallFiles(): Promise<string> {
  hour += 1
  const start = `2025-07-${String(Math.floor(hour / 24) + 1).padStart(2, '0')}T${String(hour % 24).padStart(2, '0')}`
  for (let file = 0; file < 6; file++) {
    await lake.append(
      Array.from({ length: 20 }, (_, n) => ({
        at: `${start}:${String((file * 7 + n) % 60).padStart(2, '0')}:${String(59 - n).padStart(2, '0')}+09:00`,
        user: n % 3 === 0 ? null : `user-${n % 4}`,
        anonymous: `device-${n}`,
      })),
    )
  }
  return start
}

/** Rows of the whole table, in no order: their number, and the sum of the hashes of all their columns. */
async function fingerprint() {
  const paths = await lake.io.localize(
    (await planFiles(await lake.loadTable())).map(({ file }) => file.filePath),
  )
  const { rows } = await lake.engine.run('query', {
    sql: `SELECT count(*)::VARCHAR AS rows, sum(hash(t))::VARCHAR AS hashes
      FROM read_parquet([${paths.map((file) => `'${file}'`).join(',')}]) AS t`,
  })
  return rows[0]
}

const request = async (trigger: 'manual' | 'commit' = 'manual') => {
  const { runId } = await requestCompaction(
    lake.db,
    { tableId: lake.tableId, tableName: 'recipe_analytics.user_events_silver', trigger, requestedBy: 'test' },
    sendJob,
  )
  return runId
}

const compact = (runId: string, options: { engine?: Engine; signal?: AbortSignal } = {}) =>
  runCompaction(
    {
      ...lake,
      engine: options.engine ?? lake.engine,
      log: logger(),
      worker: 'maintain-test',
      jobId: randomUUID(),
      sendJob,
      signal: options.signal ?? new AbortController().signal,
      stopping: new AbortController().signal,
      lanes: 2,
      workDirectory: path.join(lake.directory, 'compaction', runId),
    },
    { runId, tableId: lake.tableId },
  )

/** An engine that does something of the test's own around each rewrite. */
const around = (work: (run: () => Promise<unknown>) => Promise<unknown>): Engine => ({
  ...lake.engine,
  run: (async (name, payload, options) => {
    const run = () => lake.engine.run(name, payload, options)
    return name === 'rewriteDataFiles' ? work(run) : run()
  }) as Engine['run'],
})

const liveCount = async () => (await listLiveFiles(await lake.loadTable())).length
const runOf = (id: string) => lake.db.run.findUniqueOrThrow({ where: { id } })

describe('compaction', () => {
  it('merges small files into one, row for row the same, sorted, and shows before and after', async () => {
    await sixSmallFiles()
    const before = await fingerprint()
    const oldFiles = (await listLiveFiles(await lake.loadTable())).map(({ file }) => file.filePath)
    const runId = await request()
    await compact(runId)

    expect(await fingerprint()).toEqual(before)
    const table = await lake.loadTable()
    expect(currentSnapshot(table.metadata)?.summary).toMatchObject({
      operation: 'replace',
      'firn.run-id': runId,
      'deleted-data-files': '6',
      'added-data-files': '1',
    })
    const run = await runOf(runId)
    expect(run).toMatchObject({
      state: 'succeeded',
      before: { files: 6 },
      after: { files: 1, smallFiles: 1 },
    })
    expect(run.details).toMatchObject({ groups: 1, removedFiles: 6, addedFiles: 1, lostRaces: 0 })
    expect(run.progress).toMatchObject({ files: 6, filesTotal: 6, rows: 120, rowsTotal: 120 })
    expect(sent).toEqual(['table.rewrite-data-files', 'mart.refresh-visitors'])
    // Older snapshots still read them.
    for (const file of oldFiles) expect(existsSync(fileURLToPath(file))).toBe(true)
    const [merged] = await lake.io.localize((await listLiveFiles(table)).map(({ file }) => file.filePath))
    const { rows } = await lake.engine.run('query', {
      sql: `SELECT count(*)::INT AS unsorted FROM (
        SELECT (utc_timestamp, coalesce(user_id, '')) < lag((utc_timestamp, coalesce(user_id, ''))) OVER () AS back
        FROM read_parquet('${merged}')) WHERE back`,
    })
    expect(rows).toEqual([{ unsorted: 0 }])
    const row = await lake.db.icebergTable.findUniqueOrThrow({ where: { id: lake.tableId } })
    expect(row.health).toMatchObject({
      score: 100,
      files: 1,
      snapshotId: String(table.metadata.currentSnapshotId),
    })
  })

  it('starts by itself after a commit when a partition has enough small files, once', async () => {
    await sixSmallFiles()
    const first = await evaluateTable({ ...lake, sendJob }, lake.tableId)
    expect(first.health).toMatchObject({ partitionsToCompact: 1, mergeableFiles: 6 })
    const [{ started } = { started: null }] = first.stored
    expect(started).toMatchObject({ kind: 'run' })
    const again = await evaluateTable({ ...lake, sendJob }, lake.tableId)
    expect(again.stored[0]).toMatchObject({ started: null, failed: ['nothing-in-the-way'] })
    expect(again.decisions[0]?.conditions).toContainEqual(
      expect.objectContaining({ blocker: { kind: 'run', id: started?.id, state: 'queued' } }),
    )
    await compact(started?.id ?? '')
    const done = await evaluateTable({ ...lake, sendJob }, lake.tableId)
    expect(done.stored[0]).toMatchObject({ action: 'compaction', started: null, failed: ['small-files'] })
    expect(sent.filter((name) => name === 'table.rewrite-data-files')).toHaveLength(1)
  })

  it('lets writers go on: what is appended meanwhile stays', async () => {
    const start = await sixSmallFiles()
    const files = await liveCount()
    const runId = await request()
    await compact(runId, {
      engine: around(async (run) => {
        const result = await run()
        await lake.append([{ at: `${start}:30:00+09:00`, user: 'late' }])
        return result
      }),
    })
    expect((await runOf(runId)).state).toBe('succeeded')
    // Six became one, one was added.
    expect(await liveCount()).toBe(files - 4)
    const paths = await lake.io.localize(
      (await planFiles(await lake.loadTable())).map(({ file }) => file.filePath),
    )
    const { rows } = await lake.engine.run('query', {
      sql: `SELECT count(*)::INT AS late FROM read_parquet([${paths.map((file) => `'${file}'`).join(',')}]) WHERE user_id = 'late'`,
    })
    expect(rows).toEqual([{ late: 1 }])
  })

  it('merges files that rows were deleted from into one without those rows', async () => {
    const start = await sixSmallFiles()
    const table = await lake.loadTable()
    await deleteRows(
      { engine: lake.engine, catalog: lake.catalog, workDirectory: path.join(lake.directory, 'deletes') },
      {
        identifier: table.identifier,
        filter: and(eq('user_id', 'user-1'), gtEq('utc_timestamp', `${start}:00:00+09:00`)),
        mode: 'merge-on-read',
      },
    )
    const live = async () => {
      const visits = await scanTable(await lake.loadTable())
      const sql = 'SELECT count(*) AS rows, sum(hash(visits))::VARCHAR AS hashes FROM visits'
      return (await lake.engine.run('query', { sql, tables: { visits } })).rows
    }
    const before = await live()
    const withDeletes = async () =>
      (await listLiveFiles(await lake.loadTable())).filter(({ deletes }) => deletes.length > 0).length
    expect(await withDeletes()).toBe(6)
    const runId = await request()
    await compact(runId)
    expect((await runOf(runId)).state).toBe('succeeded')
    expect(await withDeletes()).toBe(0)
    expect(await live()).toEqual(before)
    // Without deletes now, so that the files' own rows are the live ones.
    expect((await fingerprint())?.rows).toBe(before[0]?.rows)
  })

  it('merges a group again whose files another commit replaced, deletes its lost files, and keeps the others', async () => {
    // What earlier tests left is merged first.
    await compact(await request())
    await sixSmallFiles()
    await sixSmallFiles()
    const before = await fingerprint()
    const table = await lake.loadTable()
    const small = (await listLiveFiles(table)).filter((live) => live.file.recordCount === 20n)
    const [lost] = small
    if (!lost) throw new Error('no small file')
    const written: string[] = []
    const io = {
      ...lake.io,
      read: lake.io.read.bind(lake.io),
      readStream: lake.io.readStream.bind(lake.io),
      write: lake.io.write.bind(lake.io),
      stat: lake.io.stat.bind(lake.io),
      list: lake.io.list.bind(lake.io),
      delete: lake.io.delete.bind(lake.io),
      localize: lake.io.localize.bind(lake.io),
      publish: async (files: readonly FinishedFile[]) => {
        written.push(...files.map(({ location }) => location))
        await lake.io.publish(files)
      },
    }
    const runId = await request()
    let raced = false
    await runCompaction(
      {
        ...lake,
        io,
        engine: around(async (run) => {
          const result = await run()
          if (!raced) {
            raced = true
            // Another engine's rewrite of one of the files: a copy under another name.
            const filePath = lost.file.filePath.replace(/[^/]+$/, `${randomUUID()}.parquet`)
            await lake.io.write(filePath, await lake.io.read(lost.file.filePath))
            await commitWithRetry(
              lake.catalog,
              table.identifier,
              rewriteDataFiles({
                remove: [lost.file],
                add: [{ ...lost.file, filePath }],
                startingSnapshotId: table.metadata.currentSnapshotId as bigint,
              }),
            )
          }
          return result
        }),
        log: logger(),
        worker: 'maintain-test',
        jobId: randomUUID(),
        sendJob,
        signal: new AbortController().signal,
        stopping: new AbortController().signal,
        lanes: 2,
        workDirectory: path.join(lake.directory, 'compaction', runId),
      },
      { runId, tableId: lake.tableId },
    )
    expect(await fingerprint()).toEqual(before)
    const run = await runOf(runId)
    expect(run.state).toBe('succeeded')
    // The group that lost is merged once more, with the file that came instead.
    expect(run.details).toMatchObject({ groups: 2, lostRaces: 1 })
    expect(written).toHaveLength(3)
    const live = new Set((await listLiveFiles(await lake.loadTable())).map(({ file }) => file.filePath))
    const kept = written.filter((file) => existsSync(fileURLToPath(file)))
    expect(kept).toHaveLength(2)
    expect(kept.every((file) => live.has(file))).toBe(true)
  })

  it('killed between writing and committing leaves the table as it was; the next try removes what was left', async () => {
    await compact(await request())
    await sixSmallFiles()
    const before = await fingerprint()
    const files = await liveCount()
    const runId = await request()
    const kill = new AbortController()
    // The process is gone once its files are there: nothing of it runs any more, not even the cleaning up.
    const published: string[] = []
    const io = Object.assign(Object.create(lake.io), {
      publish: async (files: readonly FinishedFile[]) => {
        await lake.io.publish(files)
        published.push(...files.map(({ location }) => location))
        kill.abort(new AppError('cancelled', 'killed'))
        throw new AppError('unavailable', 'killed')
      },
      delete: async () => {
        throw new AppError('unavailable', 'killed')
      },
    })
    const dying = runCompaction(
      {
        ...lake,
        io,
        log: logger(),
        worker: 'maintain-killed',
        jobId: randomUUID(),
        sendJob,
        signal: kill.signal,
        stopping: kill.signal,
        lanes: 1,
        workDirectory: path.join(lake.directory, 'compaction', runId),
      },
      { runId, tableId: lake.tableId },
    )
    await expect(dying).rejects.toThrow(/killed/)
    const [orphan = ''] = published
    expect(existsSync(fileURLToPath(orphan))).toBe(true)
    expect(await fingerprint()).toEqual(before)
    expect(await liveCount()).toBe(files)
    expect(await runOf(runId)).toMatchObject({ state: 'running', details: { uncommitted: [orphan] } })

    await compact(runId)
    expect(existsSync(fileURLToPath(orphan))).toBe(false)
    expect(await fingerprint()).toEqual(before)
    expect((await runOf(runId)).state).toBe('succeeded')
    expect(await liveCount()).toBe(files - 5)
  })

  it('stops when a person cancels it, and takes its files with it', async () => {
    await sixSmallFiles()
    const before = await fingerprint()
    const files = await liveCount()
    const runId = await request()
    await compact(runId, {
      engine: {
        ...lake.engine,
        run: (async (_name, _payload, options) => {
          await requestCancel(lake.db, runId, 'somebody')
          return new Promise((_resolve, reject) =>
            options?.signal?.addEventListener('abort', () => reject(options.signal?.reason)),
          )
        }) as Engine['run'],
      },
    })
    expect((await runOf(runId)).state).toBe('cancelled')
    expect(await liveCount()).toBe(files)
    expect(await fingerprint()).toEqual(before)
  })

  it('fails with the reason when the engine can do nothing, and waits before it starts by itself again', async () => {
    const runId = await request()
    await compact(runId, {
      engine: around(async () => {
        throw new AppError('corrupt', 'A data file is damaged.')
      }),
    })
    expect(await runOf(runId)).toMatchObject({
      state: 'failed',
      problem: { message: 'A data file is damaged.' },
    })
    await lake.append([{ at: '2025-07-01T00:00:00+09:00', user: 'x' }])
    const paused = await evaluateTable({ ...lake, sendJob }, lake.tableId)
    expect(paused.stored[0]).toMatchObject({ started: null, failed: ['rest'] })
    expect(Date.parse(paused.stored[0]?.nextAt ?? '')).toBeGreaterThan(Date.now())
    await compact(await request())
    const after = await evaluateTable({ ...lake, sendJob }, lake.tableId)
    expect(after.stored[0]?.failed).toEqual(['small-files'])
  })

  it('is not started for a table with columns that the engine cannot write, and by hand says why not', async () => {
    await sixSmallFiles()
    const { identifier } = await lake.loadTable()
    await commitChange(lake.catalog, identifier, upgradeFormatVersion(3))
    const column: SchemaChange = { change: 'add-column', name: 'payload', type: 'variant', required: false }
    await commitChange(lake.catalog, identifier, updateSchema([column]))
    const looked = await evaluateTable({ ...lake, sendJob }, lake.tableId)
    expect(looked.stored[0]).toMatchObject({ action: 'compaction', due: false, started: null })
    expect(looked.decisions[0]?.conditions.filter(({ passed }) => !passed)).toMatchObject([
      { name: 'writable-columns', about: 'payload (variant)' },
    ])
    const files = await liveCount()
    const runId = await request()
    await compact(runId)
    expect(await runOf(runId)).toMatchObject({ state: 'skipped', problem: null })
    const [said] = await lake.db.runEvent.findMany({ where: { runId, message: { contains: 'payload' } } })
    expect(said?.message).toContain('Compact it with another engine')
    expect(await liveCount()).toBe(files)
  })
})
