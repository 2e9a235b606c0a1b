import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Engine } from '#lib/engine/engine.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import type { SchemaChange } from '#lib/iceberg/actions/evolve-schema.ts'
import { createReference } from '#lib/iceberg/actions/manage-references.ts'
import { replacePartitions } from '#lib/iceberg/actions/replace-partitions.ts'
import { rewriteDataFiles } from '#lib/iceberg/actions/rewrite-data-files.ts'
import { updateSchema } from '#lib/iceberg/actions/update-schema.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { listFiles } from '#lib/iceberg/inspect/list-files.ts'
import { and, eq, gt, gtEq, isIn, isNull, lt, startsWith } from '#lib/iceberg/scan/expression.ts'
import { planFiles } from '#lib/iceberg/scan/plan-files.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import { currentSchema, currentSnapshot, defaultSpec } from '#lib/iceberg/spec/table-metadata.ts'
import { type DeleteMode, deleteRows } from './delete-rows.ts'
import { localTableScan } from './local-table-scan.ts'
import { overwriteRows } from './overwrite-rows.ts'
import { LocalTable, startTestEngine } from './test-support/local-table.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let engine: Engine
let table: LocalTable
beforeAll(() => {
  engine = startTestEngine()
})
afterAll(() => engine.close())
afterEach(() => table.remove())

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

const modes: [version: 2 | 3, mode: DeleteMode][] = [
  [2, 'copy-on-write'],
  [2, 'merge-on-read'],
  [3, 'copy-on-write'],
  [3, 'merge-on-read'],
]

describe.each(modes)('deleteRows in format version %i as %s', (version, mode) => {
  const remove = (filter: Parameters<typeof deleteRows>[1]['filter']) =>
    deleteRows(table.context(), { identifier: table.identifier, filter, mode })

  beforeEach(async () => {
    table = await LocalTable.create(engine, { 'format-version': String(version) })
    await table.append(1, [1, 10])
    await table.append(1, [11, 20])
    await table.append(2, [21, 30])
  })

  it('deletes rows again and again, and every snapshot keeps its own', async () => {
    const outcome = await remove(isIn('id', [3, 14, 15]))
    expect(outcome).toMatchObject({ droppedFiles: 0, changedFiles: 2 })
    const afterFirst = outcome.committed?.snapshot.snapshotId ?? 0n
    await table.append(1, [3, 3])
    await remove(and(gt('id', 2), lt('id', 6)))
    // Rows where the filter is unknown stay: scores of every fifth are null.
    await remove(and(lt('score', 6), eq('day', '1970-01-02')))
    expect(await table.ids()).toEqual([10, 12, 13, 16, 17, 18, 19, 20, ...range(21, 30)])
    const first = range(1, 30).filter((id) => ![3, 14, 15].includes(id))
    expect(await table.ids({ snapshotId: afterFirst })).toEqual(first)
    const files = await listFiles(await table.load())
    const deletes = files.filter(({ file }) => file.content !== 'data')
    if (mode === 'copy-on-write') expect(deletes).toEqual([])
    else
      expect(new Set(deletes.map(({ file }) => file.fileFormat))).toEqual(
        new Set([version === 3 ? 'PUFFIN' : 'PARQUET']),
      )
    // One vector for a data file, however often rows were deleted from it.
    const targets = deletes.map(({ file }) => file.referencedDataFile)
    if (version === 3) expect(new Set(targets).size).toBe(targets.length)
  })

  it('drops files whose rows all match by their bounds or their partition, without reading them', async () => {
    expect(await remove(lt('id', 11))).toMatchObject({ droppedFiles: 1, changedFiles: 0 })
    const outcome = await remove(eq('day', '1970-01-03'))
    expect(outcome).toMatchObject({ droppedFiles: 1, changedFiles: 0 })
    expect(outcome.committed?.snapshot.summary).toMatchObject({
      operation: 'delete',
      'deleted-records': '10',
    })
    expect(await table.ids()).toEqual(range(11, 20))
  })

  it('removes a file when its last row goes', async () => {
    await remove(startsWith('page', 'p2'))
    expect((await planFiles(await table.load())).map(({ file }) => file.recordCount).sort()).toEqual(
      mode === 'copy-on-write' ? [1n, 18n] : [10n, 10n, 10n],
    )
    await remove(and(startsWith('page', 'p3'), eq('day', '1970-01-03')))
    expect(await table.ids()).toEqual([1, ...range(3, 19)])
    // In version 2 nothing counts the rows that several delete files leave.
    const days = (await planFiles(await table.load())).map(({ file }) => file.partition.day)
    if (mode === 'copy-on-write') expect(days).toEqual([1])
    else if (version === 3) expect(days).toEqual([1, 1])
  })

  it('commits nothing when no row matches', async () => {
    expect(await remove(eq('page', 'p15x'))).toMatchObject({ committed: null, changedFiles: 0 })
    expect((await table.load()).metadata.snapshots).toHaveLength(3)
  })

  it('is a conflict when matching rows arrive meanwhile, and leaves no files behind', async () => {
    const stored = async () => {
      const found: string[] = []
      const { location } = (await table.load()).metadata
      for await (const { location: file } of table.catalog.io.list(`${location}/data`)) found.push(file)
      return found
    }
    const late = await table.write(1, [5, 5])
    const before = await stored()
    table.catalog.beforeSwap = async () => {
      table.catalog.beforeSwap = undefined
      await commitWithRetry(table.catalog, table.identifier, replacePartitions({ add: [late] }))
    }
    await expect(remove(eq('id', 5))).rejects.toMatchObject({ code: 'conflict', retryable: false })
    expect(await stored()).toEqual(before)
    expect(await table.ids()).toEqual([5, ...range(21, 30)])
  })

  it('changes a branch alone, and is validated against its head alone', async () => {
    const head = async (name: string) => (await table.load()).metadata.refs[name]?.snapshotId ?? 0n
    const onBranch = (filter: Parameters<typeof deleteRows>[1]['filter'], branch = 'audit') =>
      deleteRows(table.context(), { identifier: table.identifier, filter, mode, branch })
    const ids = async (name: string) => table.ids({ snapshotId: await head(name) })
    // The branch begins at main with its first commit.
    await onBranch(lt('id', 11))
    await onBranch(isIn('id', [12, 25]))
    const left = [11, ...range(13, 24), ...range(26, 30)]
    expect(await ids('audit')).toEqual(left)
    expect(await ids('main')).toEqual(range(1, 30))
    const { metadata } = await table.load()
    expect(metadata.currentSnapshotId).toBe(await head('main'))

    const land = (files: DataFile[], branch: string) => {
      table.catalog.beforeSwap = async () => {
        table.catalog.beforeSwap = undefined
        const target = { branch }
        await commitWithRetry(table.catalog, table.identifier, appendFiles({ files }), { target })
      }
    }
    land([await table.write(2, [26, 26])], 'main')
    await onBranch(eq('id', 26))
    expect(await ids('audit')).toEqual(left.filter((id) => id !== 26))
    land([await table.write(2, [27, 27])], 'audit')
    await expect(onBranch(eq('id', 27))).rejects.toMatchObject({ code: 'conflict', retryable: false })
    expect((await ids('audit')).filter((id) => id === 27)).toHaveLength(2)
    // main still goes its own way.
    await remove(eq('id', 30))
    expect(await ids('main')).toEqual([...range(1, 26), 26, ...range(27, 29)])
    expect(await ids('audit')).toContain(30)

    await commitChange(table.catalog, table.identifier, createReference({ name: 'eod', type: 'tag' }))
    await expect(onBranch(eq('id', 1), 'eod')).rejects.toMatchObject({ code: 'bad-input' })
  })

  it('reads a branch by the schema of today, whatever its head was written with', async () => {
    const onBranch = (filter: Parameters<typeof deleteRows>[1]['filter']) =>
      deleteRows(table.context(), { identifier: table.identifier, filter, mode, branch: 'audit' })
    await onBranch(eq('id', 1))
    const rename: SchemaChange = { change: 'rename-column', column: 'page', name: 'address' }
    await commitChange(table.catalog, table.identifier, updateSchema([rename]))
    expect(await onBranch(eq('address', 'p12'))).toMatchObject({ changedFiles: 1 })
    const { metadata } = await table.load()
    const snapshotId = metadata.refs.audit?.snapshotId ?? 0n
    expect(await table.ids({ snapshotId })).toEqual(range(2, 30).filter((id) => id !== 12))
  })

  it('keeps rows that are compacted after they were deleted from', async () => {
    await remove(isIn('id', [1, 2, 12, 22]))
    const loaded = await table.load()
    const { metadata } = loaded
    const rowLineage = version === 3
    const lineageSql = 'SELECT id, _row_id, _last_updated_sequence_number FROM visits ORDER BY id'
    const lineage = rowLineage ? await table.query(lineageSql, { rowLineage }) : []
    const tasks = (await planFiles(loaded)).filter(({ file }) => file.partition.day === 1)
    const scan = await localTableScan(loaded, tasks, { rowLineage })
    const { files } = await table.engine.run('rewriteDataFiles', {
      inputs: scan.files.map((file) => file.path),
      scan,
      schema: currentSchema(metadata),
      spec: defaultSpec(metadata),
      partition: { day: 1 },
      outputDirectory: table.context().workDirectory,
    })
    const add = await Promise.all(
      files.map(async ({ localPath, relativePath, dataFile }) => {
        const filePath = `${metadata.location}/data/${relativePath}`
        await table.catalog.io.publish([{ localPath, location: filePath }])
        return { ...dataFile, filePath }
      }),
    )
    const startingSnapshotId = currentSnapshot(metadata)?.snapshotId ?? 0n
    await commitWithRetry(
      table.catalog,
      table.identifier,
      rewriteDataFiles({ remove: tasks.map(({ file }) => file), add, startingSnapshotId }),
    )
    expect(await table.ids()).toEqual(range(3, 30).filter((id) => id !== 12 && id !== 22))
    if (rowLineage) {
      expect(lineage).toHaveLength(26)
      expect(await table.query(lineageSql, { rowLineage })).toEqual(lineage)
    }
    const left = (await listFiles(await table.load())).filter(({ file }) => file.content !== 'data')
    expect(left.map(({ file }) => file.partition.day)).toEqual(mode === 'merge-on-read' ? [2] : [])
  })
})

describe('overwriteRows', () => {
  beforeEach(async () => {
    table = await LocalTable.create(engine, {
      'format-version': '2',
      'write.update.isolation-level': 'snapshot',
    })
    await table.append(1, [1, 10])
    await table.append(2, [11, 20])
  })

  it('puts new rows in the place of those that match, in one snapshot', async () => {
    const add = [await table.write(1, [100, 102]), await table.write(3, [103, 103])]
    const { committed } = await overwriteRows(table.context(), {
      identifier: table.identifier,
      filter: gtEq('id', 8),
      add,
      summary: { 'app.id': 'x' },
    })
    expect(await table.ids()).toEqual([...range(1, 7), ...range(100, 103)])
    expect(committed?.snapshot.summary).toMatchObject({
      operation: 'overwrite',
      'app.id': 'x',
      'deleted-records': '20',
      'added-records': '11',
      'total-records': '11',
    })
    expect((await table.load()).metadata.snapshots).toHaveLength(3)
  })

  it('puts them on a branch, where main keeps its own', async () => {
    const { committed } = await overwriteRows(table.context(), {
      identifier: table.identifier,
      filter: gtEq('id', 8),
      add: [await table.write(1, [100, 101])],
      branch: 'audit',
    })
    const { metadata } = await table.load()
    expect(metadata.refs.audit).toMatchObject({ type: 'branch', snapshotId: committed?.snapshot.snapshotId })
    expect(await table.ids()).toEqual(range(1, 20))
    const snapshotId = committed?.snapshot.snapshotId ?? 0n
    expect(await table.ids({ snapshotId })).toEqual([...range(1, 7), 100, 101])
  })

  it('takes its isolation from the table’s properties', async () => {
    const add = [await table.write(1, [100, 100])]
    const late = await table.write(1, [2, 2])
    const options = { identifier: table.identifier, filter: isNull('score'), add }
    table.catalog.beforeSwap = async () => {
      table.catalog.beforeSwap = undefined
      await commitWithRetry(table.catalog, table.identifier, appendFiles({ files: [late] }))
    }
    await overwriteRows(table.context(), options)
    expect(await table.ids()).toEqual([1, 2, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14, 16, 17, 18, 19, 100])
  })
})
