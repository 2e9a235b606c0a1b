import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Engine } from '#lib/engine/engine.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import { createBuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { writeMetadataFile } from '#lib/iceberg/catalog/metadata-file.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { isIn } from '#lib/iceberg/scan/expression.ts'
import { visitsFile, visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { logger } from '#lib/log.ts'
import { createRun } from '#lib/runs/create-run.ts'
import { createFileIO } from '#lib/storage/create-file-io.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { locationKey } from '#lib/storage/location-key.ts'
import { createTestLakehouse, type Lakehouse } from '../../e2e/harness/lakehouse.ts'
import { type TestBucket, useS3 } from '../../e2e/harness/s3.ts'
import { listLiveFiles } from './list-live-files.ts'
import { PlanSummarySchema } from './plans/plan-types.ts'
import { liveReferences } from './references/live-references.ts'
import { requestCompaction } from './request-compaction.ts'
import { runCompaction } from './run-compaction.ts'
import { anyAge, everything, makeOld, upkeep } from './test-support/upkeep.ts'
import { VisitsTable } from './test-support/visits-lake.ts'

/** What maintenance of other engines has destroyed or brought back, each as a test that fails if ours ever does. */

const day = 86_400_000

let lake: Lakehouse
let keep: ReturnType<typeof upkeep>
beforeAll(async () => {
  lake = await createTestLakehouse()
  keep = upkeep(lake)
})
afterAll(() => lake.close())
afterEach(() => {
  vi.useRealTimers()
})

const newTable = (properties: Record<string, string> = {}) =>
  VisitsTable.create(lake, `d_${randomUUID().replaceAll('-', '')}`, properties)

const mainDigest = async (table: VisitsTable) =>
  table.digest((await table.load()).metadata.currentSnapshotId ?? 0n)

const putOld = async (table: VisitsTable, name: string) => {
  const location = `${(await table.load()).metadata.location}/data/${name}`
  await lake.io.write(location, Buffer.from(name))
  await makeOld(location, 30 * day)
  return location
}

const itemsOf = async (planId: string) =>
  (await lake.db.maintenancePlanItem.findMany({ where: { planId } })).map(({ location }) => location)

/** Does everything there is to a table, down to the purge. */
async function everythingTo(table: VisitsTable) {
  for (const action of ['expire-snapshots', 'remove-orphan-files'] as const) {
    const plan = await keep.plan(table.id, action, { ...everything, ...anyAge })
    if (plan.state !== 'draft') continue
    const run = await keep.apply(plan)
    expect(run.state).toBe('succeeded')
    await keep.purge({ runId: run.id })
  }
}

/** Compacts; `meanwhile` comes between the rewriting and the commit, the first so many times. */
async function compact(table: VisitsTable, meanwhile: (time: number) => Promise<unknown>, times = 1) {
  const sendJob = async () => randomUUID()
  const { runId } = await requestCompaction(
    lake.db,
    { tableId: table.id, tableName: 'visits', trigger: 'manual', requestedBy: 'test' },
    sendJob,
  )
  let time = 0
  const engine: Engine = {
    ...lake.engine,
    run: (async (name, payload, options) => {
      const result = await lake.engine.run(name, payload, options)
      // The files are rewritten, the commit is still to come.
      if (name === 'rewriteDataFiles' && time < times) {
        time += 1
        await meanwhile(time)
      }
      return result
    }) as Engine['run'],
  }
  await runCompaction(
    {
      ...lake,
      engine,
      log: logger(),
      worker: 'test',
      jobId: randomUUID(),
      sendJob,
      signal: new AbortController().signal,
      stopping: new AbortController().signal,
      lanes: 1,
      workDirectory: path.join(lake.directory, runId),
    },
    { runId, tableId: table.id },
  )
  expect(time).toBe(times)
  return keep.runOf(runId)
}

describe('apache/amoro#3348: a cleaner of dangling deletes compared two snapshots', () => {
  it('keeps delete files that came into use between plan and apply', async () => {
    const table = await newTable()
    await table.append(1, [1, 20])
    await table.delete(isIn('id', [3, 4]))
    await table.append(1, [21, 30])
    const plan = await keep.plan(table.id, 'expire-snapshots', everything)
    await table.delete(isIn('id', [5, 25]))
    const rows = await mainDigest(table)
    const run = await keep.apply(plan)
    expect(run.state).toBe('succeeded')
    await keep.purge({ runId: run.id })
    const live = await listLiveFiles(await table.load())
    expect(live.flatMap(({ deletes }) => deletes).length).toBeGreaterThanOrEqual(2)
    expect(await mainDigest(table)).toBe(rows)
    expect(await keep.missing(await keep.references(table.id))).toEqual([])
  })
})

describe('apache/amoro#2925: uncommitted files were taken for orphans', () => {
  it('leaves alone what is staged or written by a run that is not over, whatever its age', async () => {
    const table = await newTable()
    await table.append(1, [1, 5])
    const [staged, written, nobodys] = [
      await putOld(table, 'staged.parquet'),
      await putOld(table, 'written.parquet'),
      await putOld(table, 'nobodys.parquet'),
    ]
    const { id: sourceId } = await lake.db.source.create({
      data: {
        name: randomUUID(),
        kind: 'landing',
        config: {},
        pipelineId: lake.pipelineId,
        createdBy: 'test',
      },
    })
    const batchId = randomUUID()
    await lake.db.batch.create({ data: { id: batchId, sourceId, rows: 1n, bytes: 1n, errorRows: 0n } })
    await lake.db.stagedFile.create({
      data: { batchId, tableId: table.id, path: staged, file: {}, rows: 1n, bytes: 1n },
    })
    const runId = await createRun(lake.db, {
      kind: 'compaction',
      title: 'test',
      trigger: 'manual',
      requestedBy: 'test',
      tableId: table.id,
      // Another spelling is the same file.
      details: { uncommitted: [written.replace('file:///', 'file:/')] },
    })
    const plan = await keep.plan(table.id, 'remove-orphan-files', anyAge)
    expect(await itemsOf(plan.id)).toEqual([nobodys])
    await lake.db.stagedFile.deleteMany({ where: { batchId } })
    await lake.db.run.update({ where: { id: runId }, data: { state: 'failed' } })
    const later = await keep.plan(table.id, 'remove-orphan-files', anyAge)
    expect((await itemsOf(later.id)).sort()).toEqual([staged, written, nobodys].sort())
    // Both are needed again before the plan is applied, and after that before the purge.
    await lake.db.run.update({ where: { id: runId }, data: { state: 'running' } })
    expect(await keep.apply(later)).toMatchObject({ state: 'failed', problem: { code: 'conflict' } })
    const last = await keep.apply(await keep.plan(table.id, 'remove-orphan-files', anyAge))
    await lake.db.stagedFile.create({
      data: { batchId, tableId: table.id, path: staged, file: {}, rows: 1n, bytes: 1n },
    })
    await keep.purge({ runId: last.id })
    expect(await keep.missing([staged, written, nobodys])).toEqual([nobodys])
    await lake.db.stagedFile.deleteMany({ where: { batchId } })
    await lake.db.run.update({ where: { id: runId }, data: { state: 'failed' } })
  })

  it('keeps a file that a commit takes into use while the purge deletes others', async () => {
    const table = await newTable()
    await table.append(1, [1, 5])
    const file = await table.write(1, [6, 10])
    const bytes = await lake.io.read(file.filePath)
    const { location } = (await table.load()).metadata
    // More than a purge deletes at a time.
    const copies = Array.from({ length: 520 }, (_, index) => `${location}/data/copy-${index}.parquet`)
    for (const copy of [file.filePath, ...copies]) {
      await lake.io.write(copy, bytes)
      await makeOld(copy, 30 * day)
    }
    const run = await keep.apply(await keep.plan(table.id, 'remove-orphan-files', anyAge))
    let used: string | undefined
    const io: FileIO = Object.assign(Object.create(lake.io), {
      delete: async (locations: readonly string[]) => {
        await lake.io.delete(locations)
        if (used !== undefined) return
        used = copies.find((copy) => !locations.includes(copy)) ?? ''
        const files = [{ ...file, filePath: used }]
        await commitWithRetry(lake.catalog, table.identifier, appendFiles({ files }))
      },
    })
    await keep.purge({ runId: run.id }, { io })
    const kept = (await keep.ledger(run.id)).filter(({ state }) => state === 'kept')
    expect(kept.map((row) => row.location)).toEqual([used])
    expect(kept[0]?.reason).toContain('refers to it')
    expect(await keep.missing(await keep.references(table.id))).toEqual([])
    expect(await table.digest((await table.load()).metadata.currentSnapshotId ?? 0n)).toBeTruthy()
  })

  it('notices a file that is committed between plan, apply and purge', async () => {
    const table = await newTable()
    await table.append(1, [1, 5])
    const late = await table.write(1, [6, 9])
    await makeOld(late.filePath, 30 * day)
    const first = await keep.plan(table.id, 'remove-orphan-files', anyAge)
    const second = await (async () => {
      expect(await itemsOf(first.id)).toEqual([late.filePath])
      return keep.apply(first)
    })()
    expect(second.state).toBe('succeeded')
    await commitWithRetry(lake.catalog, table.identifier, appendFiles({ files: [late] }))
    const purge = await keep.purge({ runId: second.id })
    expect(purge.after).toMatchObject({ purgedFiles: 0, keptFiles: 1 })
    expect(await mainDigest(table)).toMatch(/^9 /)
    const other = await table.write(1, [10, 12])
    await makeOld(other.filePath, 30 * day)
    const plan = await keep.plan(table.id, 'remove-orphan-files', anyAge)
    await commitWithRetry(lake.catalog, table.identifier, appendFiles({ files: [other] }))
    expect(await keep.apply(plan)).toMatchObject({ state: 'failed', problem: { code: 'conflict' } })
    expect((await keep.planOf(plan.id)).state).toBe('superseded')
  })
})

describe('apache/amoro#2555: after an idle time, retention emptied the table', () => {
  it('keeps the current snapshot and its rows however long nothing happened, again and again', async () => {
    const table = await newTable({ 'history.expire.min-snapshots-to-keep': '1' })
    await table.append(1, [1, 20])
    await table.append(1, [21, 40])
    const rows = await mainDigest(table)
    const started = Date.now()
    for (const days of [400, 800, 1_200]) {
      vi.useFakeTimers({ toFake: ['Date'], now: started + days * day })
      const plan = await keep.plan(table.id, 'expire-snapshots')
      if (plan.state === 'draft') {
        const run = await keep.apply(plan)
        expect(run.state).toBe('succeeded')
        await keep.purge({ runId: run.id })
      }
      expect(PlanSummarySchema.parse(plan.summary).rowsRemoved).toBe(0)
      const { metadata } = await table.load()
      expect(metadata.snapshots).toHaveLength(1)
      expect(metadata.currentSnapshotId).toBe(metadata.snapshots[0]?.snapshotId)
      expect(await mainDigest(table)).toBe(rows)
    }
  })
})

describe('apache/amoro#4231, apache/iceberg#13568: expiry with a broken ancestry deleted live files', () => {
  it.each(['a parent that is gone', 'a parent from elsewhere', 'no parent at all'])(
    'needs no ancestry: %s',
    async (broken) => {
      const table = await newTable()
      await table.append(1, [1, 10])
      await table.append(1, [11, 20])
      await table.append(2, [21, 30])
      await table.delete(isIn('id', [4]))
      const { metadata, metadataLocation } = await table.load()
      const [first] = metadata.snapshots
      const crafted = metadataLocation.replace(/[^/]*$/, `00099-${randomUUID()}.metadata.json`)
      await writeMetadataFile(lake.io, crafted, {
        ...metadata,
        snapshots: metadata.snapshots.map((snapshot) => {
          const { parentSnapshotId: _, ...rest } = snapshot
          if (snapshot !== metadata.snapshots.at(-1)) return snapshot
          if (broken === 'no parent at all') return rest
          const parent = broken === 'a parent that is gone' ? 12_345n : (first?.snapshotId ?? 0n)
          return { ...rest, parentSnapshotId: parent }
        }),
      })
      await lake.catalog.registerTable(table.identifier, crafted, { overwrite: true })
      const rows = await mainDigest(table)
      await everythingTo(table)
      expect((await table.load()).metadata.snapshots).toHaveLength(1)
      expect(await mainDigest(table)).toBe(rows)
      const needed = await table.needed()
      for (const location of await keep.references(table.id))
        expect(needed.has(locationKey(location))).toBe(true)
      expect(await keep.missing(await keep.references(table.id))).toEqual([])
    },
  )
})

describe('apache/iceberg#4194: orphan removal with an age shorter than a job', () => {
  it('does not touch files younger than a day without an override', async () => {
    const table = await newTable()
    await table.append(1, [1, 5])
    const running = await table.write(1, [6, 9])
    await makeOld(running.filePath, 23 * 3_600_000)
    const found = await keep.plan(table.id, 'remove-orphan-files', { minAgeMs: day })
    expect(found.state).toBe('nothing-to-do')
    expect(PlanSummarySchema.parse(found.summary).young).toBeGreaterThanOrEqual(1)
    const hour = { minAgeMs: 3_600_000 }
    await expect(keep.plan(table.id, 'remove-orphan-files', hour)).rejects.toMatchObject({
      code: 'bad-input',
    })
  })
})

describe('apache/iceberg#10312, nimtable/iceberg-compaction#163: deletes during a rewrite were lost', () => {
  const grow = async () => {
    const table = await newTable()
    for (const from of [1, 11, 21]) await table.append(1, [from, from + 9])
    return table
  }

  it('applies an equality delete that was committed meanwhile', async () => {
    const table = await grow()
    await compact(table, () => table.deleteByEquality(1, [2, 12, 22]))
    expect(await mainDigest(table)).toMatch(/^27 /)
    await everythingTo(table)
    expect(await mainDigest(table)).toMatch(/^27 /)
  })

  it('merges a group again whose files got position deletes meanwhile', async () => {
    const table = await grow()
    const run = await compact(table, () => table.delete(isIn('id', [2, 12])))
    expect(run).toMatchObject({ state: 'succeeded', details: { groups: 1, lostRaces: 1, addedFiles: 1 } })
    expect(await listLiveFiles(await table.load())).toHaveLength(1)
    expect(await mainDigest(table)).toMatch(/^28 /)
    await everythingTo(table)
    expect(await mainDigest(table)).toMatch(/^28 /)
    expect(await keep.missing(await keep.references(table.id))).toEqual([])
  })
})

describe('apache/iceberg#1286: a rewrite that loses every race', () => {
  it('leaves the group to the next run after three of them, and nothing behind', async () => {
    const table = await newTable()
    for (const from of [1, 11, 21]) await table.append(1, [from, from + 9])
    const run = await compact(table, (time) => table.delete(isIn('id', [time, 10 + time])), 3)
    expect(run).toMatchObject({ state: 'skipped', details: { groups: 0, lostRaces: 3 } })
    expect(await mainDigest(table)).toMatch(/^24 /)
    const { location } = (await table.load()).metadata
    const needed = new Set(await keep.references(table.id))
    const left: string[] = []
    for await (const file of lake.io.list(`${location}/data`)) {
      if (!needed.has(file.location)) left.push(file.location)
    }
    expect(left).toEqual([])
  })
})

describe('s3 against s3a: one spelling in metadata, another one in the listing', () => {
  let bucket: TestBucket
  // Not in the test: the first start of the server on a machine builds it.
  beforeAll(async () => {
    bucket = await useS3()
  })

  it('knows a file by either, and by doubled slashes', async () => {
    const { s3 } = bucket
    const io = createFileIO({ cacheDirectory: path.join(lake.directory, 's3'), cacheBytes: 10_000_000, s3 })
    const warehouse = `${bucket.location}/warehouse`
    const catalog = await createBuiltInCatalog({ db: lake.db, io, name: `s3-${randomUUID()}`, warehouse })
    const identifier = { namespace: ['spelled'], name: 'visits' }
    await catalog.createNamespace(identifier.namespace)
    const { id, metadata } = await catalog.createTable(identifier, visitsRequest)
    const put = async (name: string) => {
      const location = `${metadata.location}/data/${name}`
      await io.write(location, Buffer.from(name))
      return location
    }
    const live = await put('live.parquet')
    const doubled = await put('doubled.parquet')
    const orphan = await put('orphan.parquet')
    const spelled = [
      live.replace('s3://', 's3a://'),
      doubled.replace('s3://', 's3n://').replace('/data/', '//data///'),
    ]
    const files = spelled.map((file) => visitsFile({ day: 1, ids: [1n, 2n], path: file }))
    await commitWithRetry(catalog, identifier, appendFiles({ files }))
    const keepS3 = upkeep({ db: lake.db, io, catalog })
    const plan = await keepS3.plan(id, 'remove-orphan-files', anyAge)
    expect(await itemsOf(plan.id)).toEqual([orphan])
    const run = await keepS3.apply(plan)
    // The same once more at the last moment: the ledger is made to believe that a live file is to go.
    await lake.db.quarantinedFile.create({
      data: { tableId: id, runId: run.id, kind: 'data', location: live, bytes: 4n, purgeAfter: new Date() },
    })
    const purge = await keepS3.purge({ runId: run.id })
    expect(purge.after).toMatchObject({ purgedFiles: 1, keptFiles: 1 })
    expect(await keepS3.missing([live, doubled, orphan])).toEqual([orphan])
  })
})

describe('files shared after a backup or register', () => {
  it('leaves everything that a registered copy reads', async () => {
    const table = await newTable()
    await table.append(1, [1, 10])
    await table.delete(isIn('id', [3]))
    const copy = { namespace: ['proof'], name: `copy_${randomUUID()}` }
    await lake.catalog.registerTable(copy, (await table.load()).metadataLocation)
    const backup = await keep.references((await lake.catalog.loadTable(copy)).id)
    // The original goes on, loses its history, and is dropped with all its files at last.
    await table.delete(isIn('id', [1, 2, 4, 5, 6, 7, 8, 9, 10]), 'copy-on-write')
    await table.append(1, [100, 110])
    await everythingTo(table)
    expect(await keep.missing(backup)).toEqual([])
    await lake.catalog.dropTable(table.identifier, { purge: true })
    await lake.db.icebergTable.update({
      where: { id: table.id },
      data: { droppedAt: new Date(Date.now() - 8 * day) },
    })
    const plan = await keep.plan(table.id, 'purge-dropped-table')
    expect(PlanSummarySchema.parse(plan.summary).inUse.files).toBeGreaterThan(0)
    const run = await keep.apply(plan)
    await keep.purge({ runId: run.id })
    expect(await keep.missing(backup)).toEqual([])
    expect((await keep.ledger(run.id)).some(({ state }) => state === 'purged')).toBe(true)
  })

  it('knows a table elsewhere also after a look at its newest snapshot alone', async () => {
    const table = await newTable()
    await table.append(1, [1, 5])
    const [shared] = await listLiveFiles(await table.load())
    if (!shared) throw new Error('no file')
    const other = await newTable()
    await commitWithRetry(lake.catalog, other.identifier, appendFiles({ files: [shared.file] }))
    const folders = [(await table.load()).metadata.location]
    const usersOf = async (seen?: Set<string>) => {
      const users = new Set<string>()
      const options = { folders, except: table.id, ...(seen ? { seen } : {}) }
      for await (const { table: user } of liveReferences(lake, options)) users.add(user.id)
      return [...users]
    }
    // From here on only its history names the file.
    await other.delete(isIn('id', [1, 2, 3, 4, 5]), 'copy-on-write')
    const seen = new Set<string>()
    expect(await usersOf(seen)).toEqual([other.id])
    await other.append(1, [6, 9])
    expect(await usersOf(seen)).toEqual([])
    expect(await usersOf()).toEqual([other.id])
  })

  it('leaves data files that a table elsewhere was made of', async () => {
    const table = await newTable()
    await table.append(1, [1, 10])
    const [shared] = (await listLiveFiles(await table.load())).map(({ file }) => file)
    if (!shared) throw new Error('no file')
    const other = await newTable()
    await commitWithRetry(lake.catalog, other.identifier, appendFiles({ files: [shared] }))
    await table.delete(isIn('id', [1, 2]), 'copy-on-write')
    const plan = await keep.plan(table.id, 'expire-snapshots', everything)
    expect(PlanSummarySchema.parse(plan.summary).inUse.files).toBe(1)
    expect(await itemsOf(plan.id)).not.toContain(shared.filePath)
    await everythingTo(table)
    expect(await keep.missing([shared.filePath])).toEqual([])
    expect(await mainDigest(other)).toMatch(/^10 /)
    // A table does not delete what lies outside of its own folders.
    await other.append(1, [50, 60])
    await commitChange(lake.catalog, other.identifier, () => ({
      requirements: [],
      updates: [{ action: 'set-properties', updates: { comment: 'still here' } }],
    }))
    await other.delete(isIn('id', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 'copy-on-write')
    await lake.catalog.dropTable(table.identifier)
    await lake.db.icebergTable.update({ where: { id: table.id }, data: { purgedAt: new Date() } })
    const outside = await keep.plan(other.id, 'expire-snapshots', everything)
    expect(PlanSummarySchema.parse(outside.summary).outside.files).toBe(1)
    expect(await itemsOf(outside.id)).not.toContain(shared.filePath)
  })
})
