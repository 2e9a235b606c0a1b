import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { updatePartitionSpec } from '#lib/iceberg/actions/update-partition-spec.ts'
import { updateSchema } from '#lib/iceberg/actions/update-schema.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { and, eq } from '#lib/iceberg/scan/expression.ts'
import { planFiles } from '#lib/iceberg/scan/plan-files.ts'
import { currentSchema, currentSnapshot } from '#lib/iceberg/spec/table-metadata.ts'
import { logger } from '#lib/log.ts'
import { deleteRows } from '#lib/row-level/delete-rows.ts'
import { scanTable } from '#lib/row-level/local-table-scan.ts'
import { requestCancel } from '#lib/runs/request-cancel.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { createTestLakehouse, type Lakehouse } from '../../e2e/harness/lakehouse.ts'
import { requestBackup } from './request-backup.ts'
import { requestCompaction } from './request-compaction.ts'
import { runBackup } from './run-backup.ts'
import { runCompaction } from './run-compaction.ts'

let lake: Lakehouse
const sent: string[] = []
const sendJob = async (name: string) => {
  sent.push(name)
  return randomUUID()
}
const namespace = ['recipe_analytics']
const at = (hour: number, minute: number) =>
  `2025-07-01T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00+09:00`

beforeAll(async () => {
  lake = await createTestLakehouse()
  for (let file = 0; file < 4; file += 1) {
    await lake.append(
      Array.from({ length: 20 }, (_, n) => ({
        at: at(file % 2, n),
        user: `user-${n % 5}`,
        page: `p${file}`,
      })),
    )
  }
  // What a copy has to keep: ids of an evolved schema, two partition specs, rows that are deleted.
  const { identifier } = await lake.loadTable()
  await commitChange(
    lake.catalog,
    identifier,
    updateSchema([{ change: 'drop-column', column: 'data_source' }]),
  )
  await commitChange(
    lake.catalog,
    identifier,
    updateSchema([{ change: 'add-column', name: 'data_source', type: 'string', doc: 'anew' }]),
  )
  await commitChange(lake.catalog, identifier, updatePartitionSpec([{ change: 'drop-field', name: 'hour' }]))
  await lake.append([{ at: at(5, 0), user: 'user-9' }])
  await deleteRows(
    { engine: lake.engine, catalog: lake.catalog, workDirectory: path.join(lake.directory, 'deletes') },
    { identifier, filter: and(eq('user_id', 'user-1'), eq('hour', 0)), mode: 'merge-on-read' },
  )
})
afterAll(() => lake.close())

/** Rows of a table as it is read, in no order. */
async function fingerprint(name: string) {
  const rows = await scanTable(await lake.catalog.loadTable({ namespace, name }))
  const sql = 'SELECT count(*)::VARCHAR AS rows, sum(hash(rows))::VARCHAR AS hashes FROM rows'
  return (await lake.engine.run('query', { sql, tables: { rows } })).rows[0]
}

const request = async (name: string) => {
  const { metadata } = await lake.loadTable()
  return requestBackup(
    lake.db,
    {
      tableId: lake.tableId,
      tableName: 'recipe_analytics.user_events_silver',
      backup: { namespace, name, snapshotId: String(metadata.currentSnapshotId) },
      requestedBy: 'test',
    },
    sendJob,
  )
}

const context = (runId: string, options: { io?: FileIO; signal?: AbortSignal } = {}) => ({
  ...lake,
  io: options.io ?? lake.io,
  log: logger(),
  worker: 'maintain-test',
  jobId: randomUUID(),
  sendJob,
  signal: options.signal ?? new AbortController().signal,
  stopping: new AbortController().signal,
  lanes: 1,
  workDirectory: path.join(lake.directory, 'backup', runId),
})
const backUp = (runId: string, options: { io?: FileIO; signal?: AbortSignal } = {}) =>
  runBackup(context(runId, options), { runId, tableId: lake.tableId })

/** The store, with a `write` of the test's own. */
const writingBy = (write: FileIO['write']): FileIO =>
  new Proxy(lake.io, {
    get: (target, name: keyof FileIO) => (name === 'write' ? write : target[name].bind(target)),
  })

const runOf = (id: string) => lake.db.run.findUniqueOrThrow({ where: { id } })
async function filesBelow(runId: string): Promise<string[]> {
  const { location } = (await runOf(runId)).details as { location: string }
  const found: string[] = []
  for await (const file of lake.io.list(`${location}/`)) found.push(file.location)
  return found
}

describe('backup', () => {
  it('is the same rows with files of its own, whatever becomes of the original', async () => {
    const before = await fingerprint('user_events_silver')
    expect(before?.rows).toBe('73')
    await lake.db.catalogGrant.create({ data: await grantOn(lake.tableId) })
    const { runId, started } = await request('copy')
    expect(started).toBe(true)
    expect(await request('another')).toEqual({ runId, name: 'copy', started: false })
    sent.length = 0
    await backUp(runId)

    const run = await runOf(runId)
    expect(run).toMatchObject({ state: 'succeeded', problem: null, cpu: { engineMs: expect.any(Number) } })
    expect(run.details).toMatchObject({ copiedFiles: 3, rewrittenFiles: 2 })
    expect(run.progress).toMatchObject({ files: 5, filesTotal: 5, phase: 'copying' })
    expect(sent).toEqual(['table.evaluate'])
    expect(await fingerprint('copy')).toEqual(before)

    const source = await lake.loadTable()
    const copy = await lake.catalog.loadTable({ namespace, name: 'copy' })
    expect(copy.metadata.tableUuid).not.toBe(source.metadata.tableUuid)
    expect(currentSchema(copy.metadata)).toEqual(currentSchema(source.metadata))
    expect(copy.metadata.partitionSpecs).toEqual(source.metadata.partitionSpecs)
    expect(copy.metadata.properties['firn.backup.table']).toBe('recipe_analytics.user_events_silver')
    expect(currentSnapshot(copy.metadata)?.summary).toMatchObject({
      operation: 'append',
      'total-data-files': '5',
      'total-records': '73',
    })
    const files = await planFiles(copy, { filter: eq('user_id', 'user-9') })
    expect(files).toHaveLength(1)
    expect(files.every(({ file }) => file.filePath.startsWith(`${copy.metadata.location}/data/`))).toBe(true)
    const grants = await lake.db.catalogGrant.findMany({ where: { tableId: copy.id } })
    expect(grants).toMatchObject([{ subjectId: 'somebody', privilege: 'read' }])

    // Both go on by themselves: what is appended to the copy is the copy's, and the original may go with its files.
    const compaction = await requestCompaction(
      lake.db,
      { tableId: lake.tableId, tableName: 'x', trigger: 'manual', requestedBy: 'test' },
      sendJob,
    )
    await runCompaction(context(compaction.runId), { runId: compaction.runId, tableId: lake.tableId })
    expect(await fingerprint('user_events_silver')).toEqual(before)
    const originals: string[] = []
    for await (const { location } of lake.io.list(`${source.metadata.location}/data/`))
      originals.push(location)
    const saved = await Promise.all(originals.map((location) => lake.io.read(location)))
    await lake.io.delete(originals)
    await expect(fingerprint('user_events_silver')).rejects.toThrow()
    expect(await fingerprint('copy')).toEqual(before)
    for (const [index, location] of originals.entries()) {
      await lake.io.write(location, saved[index] ?? Buffer.alloc(0))
    }
  })

  it('leaves nothing when it is cancelled, and no table', async () => {
    const { runId } = await request('cancelled')
    let copies = 0
    const io = writingBy(async (...args) => {
      const written = await lake.io.write(...args)
      copies += 1
      const asked = new Date()
      await requestCancel(lake.db, runId, 'test').catch(() => {})
      // The watch looks at the row, and leaves that it did.
      await expect
        .poll(async () => ((await runOf(runId)).beatAt ?? 0) > asked, { timeout: 10_000 })
        .toBe(true)
      return written
    })
    await backUp(runId, { io })
    expect(copies).toBeGreaterThan(0)
    expect((await runOf(runId)).state).toBe('cancelled')
    expect(await filesBelow(runId)).toEqual([])
    await expect(lake.catalog.loadTable({ namespace, name: 'cancelled' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('starts over after a crash, without what the try before left', async () => {
    const { runId } = await request('again')
    const killed = new AbortController()
    const io = writingBy(async (location, body, options) => {
      const written = await lake.io.write(location, body, options)
      if (!location.endsWith('.metadata.json')) return written
      killed.abort(new Error('killed'))
      throw new Error('killed')
    })
    await expect(backUp(runId, { io, signal: killed.signal })).rejects.toThrow('killed')
    expect((await runOf(runId)).state).toBe('running')
    const first = await filesBelow(runId)
    expect(first.length).toBeGreaterThan(3)

    await backUp(runId)
    expect((await runOf(runId)).state).toBe('succeeded')
    const after = await filesBelow(runId)
    for (const file of first) {
      expect(await lake.io.stat(file)).toBeNull()
      expect(after).not.toContain(file)
    }
    expect(await fingerprint('again')).toEqual(await fingerprint('user_events_silver'))
    // Given to a worker once more, as the queue may: nothing happens.
    await backUp(runId)
    expect(await filesBelow(runId)).toEqual(after)
  })

  it('fails clearly when the original is damaged or the name is taken, and leaves nothing', async () => {
    const { runId } = await request('short')
    const io = writingBy(async (...args) => ({ ...(await lake.io.write(...args)), size: 1 }))
    await backUp(runId, { io })
    const run = await runOf(runId)
    expect(run.state).toBe('failed')
    expect(run.problem).toMatchObject({ code: 'corrupt' })
    expect(await filesBelow(runId)).toEqual([])

    const taken = await request('again')
    await backUp(taken.runId)
    expect((await runOf(taken.runId)).problem).toMatchObject({ code: 'already-exists' })
    expect(
      (await planFiles(await lake.catalog.loadTable({ namespace, name: 'again' }))).length,
    ).toBeGreaterThan(0)
  })

  it('copies a table without snapshots', async () => {
    const identifier = { namespace, name: 'empty' }
    const { metadata } = await lake.loadTable()
    const { id } = await lake.catalog.createTable(identifier, {
      schema: currentSchema(metadata),
      properties: { 'format-version': '3' },
    })
    const { runId } = await requestBackup(
      lake.db,
      {
        tableId: id,
        tableName: 'recipe_analytics.empty',
        backup: { namespace, name: 'empty_copy', snapshotId: null },
        requestedBy: 'test',
      },
      sendJob,
    )
    await runBackup(context(runId), { runId, tableId: id })
    expect((await runOf(runId)).state).toBe('succeeded')
    const copy = await lake.catalog.loadTable({ namespace, name: 'empty_copy' })
    expect(copy.metadata).toMatchObject({ formatVersion: 3, snapshots: [] })
  })
})

async function grantOn(tableId: string) {
  const { namespace: of } = await lake.db.icebergTable.findUniqueOrThrow({
    where: { id: tableId },
    select: { namespace: { select: { catalogId: true } } },
  })
  return {
    catalogId: of?.catalogId ?? '',
    securableId: tableId,
    tableId,
    subjectType: 'user',
    subjectId: 'somebody',
    privilege: 'read',
    createdBy: 'test',
  }
}
