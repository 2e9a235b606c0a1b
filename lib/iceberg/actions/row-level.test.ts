import { beforeEach, describe, expect, it } from 'vitest'
import { commitWithRetry } from '../commit/commit-with-retry.ts'
import { listFiles } from '../inspect/list-files.ts'
import { alwaysTrue, eq } from '../scan/expression.ts'
import { planFiles } from '../scan/plan-files.ts'
import type { DataFile } from '../spec/data-file.ts'
import { currentSnapshot } from '../spec/table-metadata.ts'
import { MemoryCatalog } from '../test-support/memory-catalog.ts'
import { visits, visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { appendFiles } from './append-files.ts'
import { overwriteFiles } from './overwrite-files.ts'
import { replacePartitions } from './replace-partitions.ts'
import { rewriteDataFiles } from './rewrite-data-files.ts'
import { type RowDeltaOptions, rowDelta } from './row-delta.ts'
import type { IsolationLevel } from './validate-conflicts.ts'

let catalog: MemoryCatalog
let start: bigint
const load = () => catalog.loadTable(visits)
const commit = (action: Parameters<typeof commitWithRetry>[2]) => commitWithRetry(catalog, visits, action)
const append = (...files: DataFile[]) => commit(appendFiles({ files }))
const file = (path: string, day: number, from = 1n, to = 10n) => visitsFile({ day, ids: [from, to], path })
const paths = async () => (await listFiles(await load())).map(({ file: one }) => one.filePath).sort()

/** Another writer's commit that lands between ours being made and being swapped in. */
function meanwhile(other: () => Promise<unknown>): void {
  catalog.beforeSwap = async () => {
    catalog.beforeSwap = undefined
    await other()
  }
}
const conflict = { code: 'conflict', retryable: false }

const [a, b, c] = [file('a', 1), file('b', 1, 11n, 20n), file('c', 2)]

let deleteFiles = 0
function positionDeletes(of: DataFile, more: Partial<DataFile> = {}): DataFile {
  deleteFiles += 1
  return {
    content: 'position-deletes',
    filePath: `delete-${deleteFiles}`,
    fileFormat: 'PARQUET',
    specId: 0,
    partition: of.partition,
    recordCount: 2n,
    fileSizeInBytes: 100n,
    referencedDataFile: of.filePath,
    ...more,
  }
}
const vector = (of: DataFile, filePath: string, offset = 4n): DataFile =>
  positionDeletes(of, { filePath, fileFormat: 'PUFFIN', contentOffset: offset, contentSizeInBytes: 40n })

async function create(formatVersion: 2 | 3 = 2): Promise<void> {
  catalog = new MemoryCatalog()
  await catalog.createTable(visits, {
    ...visitsRequest,
    properties: { 'format-version': String(formatVersion) },
  })
  start = (await append(a, b, c)).snapshot.snapshotId
}

beforeEach(() => {
  deleteFiles = 0
  return create()
})

describe('overwriteFiles', () => {
  const overwrite = (isolation: IsolationLevel = 'serializable', add = [file('new', 1, 1n, 5n)]) =>
    commit(
      overwriteFiles({
        remove: [a],
        add,
        filter: eq('day', '1970-01-02'),
        startingSnapshotId: start,
        isolation,
      }),
    )

  it('replaces files, or only removes them', async () => {
    const { snapshot } = await overwrite()
    expect(snapshot.summary).toMatchObject({
      operation: 'overwrite',
      'added-data-files': '1',
      'deleted-data-files': '1',
      'total-records': '25',
    })
    expect(await paths()).toEqual(['b', 'c', 'new'])
    // Unlike a compaction's, the files are of the commit's own sequence number: earlier deletes are not about them.
    expect((await planFiles(await load())).find((task) => task.file.filePath === 'new')?.sequenceNumber).toBe(
      2n,
    )
    const removal = await commit(
      overwriteFiles({
        remove: [b],
        add: [],
        filter: eq('id', 11n),
        startingSnapshotId: snapshot.snapshotId,
        isolation: 'snapshot',
      }),
    )
    expect(removal.snapshot.summary.operation).toBe('delete')
    expect(await paths()).toEqual(['c', 'new'])
  })

  it('of a race with rows it is about is a conflict when serializable, and goes on with snapshot isolation', async () => {
    meanwhile(() => append(file('late', 1)))
    await expect(overwrite()).rejects.toMatchObject({ ...conflict, context: { filePath: 'late' } })
    expect(await paths()).toEqual(['a', 'b', 'c', 'late'])
    await overwrite('snapshot')
    expect(await paths()).toEqual(['b', 'c', 'late', 'new'])
  })

  it('goes on after a race with other rows', async () => {
    meanwhile(() => append(file('late', 3)))
    expect((await overwrite()).attempts).toBe(2)
    expect(await paths()).toEqual(['b', 'c', 'late', 'new'])
  })

  it('is a conflict when deletes arrived for a file it replaces, in both isolation levels', async () => {
    const late = rowDelta({
      addDeletes: [positionDeletes(a)],
      referenced: [a],
      filter: alwaysTrue,
      startingSnapshotId: start,
      isolation: 'snapshot',
    })
    meanwhile(() => commit(late))
    await expect(overwrite('snapshot')).rejects.toMatchObject({ ...conflict, context: { filePath: 'a' } })
  })

  it('is a conflict when another overwrite replaced the same file', async () => {
    meanwhile(() => overwrite('snapshot', [file('other', 1)]))
    await expect(overwrite('snapshot')).rejects.toThrow(/1 of 1 files are no longer in the table/)
  })

  it('is a conflict when the table was rolled back behind its start', async () => {
    const first = start
    await append(file('d', 4))
    start = (await load()).metadata.currentSnapshotId ?? 0n
    const { metadata } = await load()
    await catalog.commitTable(visits, {
      requirements: [],
      updates: [{ action: 'set-snapshot-ref', refName: 'main', type: 'branch', snapshotId: first }],
      base: await load(),
    })
    expect(metadata.currentSnapshotId).not.toBe(first)
    await expect(overwrite('snapshot')).rejects.toThrow(/not in the table's current history/)
  })
})

describe('replacePartitions', () => {
  const replace = (isolation?: IsolationLevel) =>
    commit(
      replacePartitions({
        add: [file('new', 1)],
        ...(isolation ? { readFrom: { snapshotId: start, isolation } } : {}),
      }),
    )

  it('replaces the partitions of the added files with their deletes, and nothing else', async () => {
    const delta = { filter: alwaysTrue, startingSnapshotId: start, isolation: 'snapshot' } as const
    await commit(
      rowDelta({ ...delta, addDeletes: [positionDeletes(a), positionDeletes(c)], referenced: [a, c] }),
    )
    const { snapshot } = await replace()
    expect(await paths()).toEqual(['c', 'delete-2', 'new'])
    expect(snapshot.summary).toMatchObject({
      operation: 'overwrite',
      'deleted-data-files': '2',
      'removed-delete-files': '1',
      'total-delete-files': '1',
      'total-data-files': '2',
    })
  })

  it('replaces what arrives during a race, too, unless what it read has to be serializable', async () => {
    meanwhile(() => append(file('late', 1)))
    await replace('snapshot')
    expect(await paths()).toEqual(['c', 'new'])
    start = currentSnapshot((await load()).metadata)?.snapshotId ?? 0n
    meanwhile(() => append(file('later', 1)))
    await expect(replace('serializable')).rejects.toMatchObject({
      ...conflict,
      context: { filePath: 'later' },
    })
  })

  it('refuses a table with files of an older partition spec', async () => {
    await catalog.commitTable(visits, {
      requirements: [],
      updates: [
        { action: 'add-spec', spec: { specId: 1, fields: [] } },
        { action: 'set-default-spec', specId: -1 },
      ],
      base: await load(),
    })
    const add = [{ ...file('new', 1), specId: 1, partition: {} }]
    await expect(commit(replacePartitions({ add }))).rejects.toThrow(/older partition spec 0/)
  })
})

describe('rowDelta', () => {
  const delta = (options: Partial<RowDeltaOptions> = {}) =>
    commit(
      rowDelta({
        filter: eq('day', '1970-01-02'),
        startingSnapshotId: start,
        isolation: 'serializable',
        ...options,
      }),
    )

  it('adds rows and deletes together', async () => {
    const { snapshot } = await delta({
      addData: [file('new', 1)],
      addDeletes: [positionDeletes(a)],
      referenced: [a],
    })
    expect(snapshot.summary).toMatchObject({
      operation: 'overwrite',
      'added-position-deletes': '2',
      'added-delete-files': '1',
      'total-records': '40',
    })
    const tasks = await planFiles(await load())
    const deletesOf = (path: string) => tasks.find((task) => task.file.filePath === path)?.deletes.length
    expect([deletesOf('a'), deletesOf('b'), deletesOf('new')]).toEqual([1, 0, 0])
  })

  it('is a conflict when a referenced file was compacted away', async () => {
    meanwhile(() =>
      commit(rewriteDataFiles({ remove: [a, b], add: [file('ab', 1, 1n, 20n)], startingSnapshotId: start })),
    )
    const options = { addDeletes: [positionDeletes(a)], referenced: [a], isolation: 'snapshot' as const }
    await expect(delta(options)).rejects.toThrow(/1 of 1 files are no longer in the table, the first is a/)
    expect(await paths()).toEqual(['ab', 'c'])
  })

  it('deletes a row that another delete deletes, too, but does not update it', async () => {
    const deletes = (of = a) => ({ addDeletes: [positionDeletes(of)], referenced: [of] })
    meanwhile(() => delta(deletes()))
    await delta(deletes())
    expect(await paths()).toEqual(['a', 'b', 'c', 'delete-1', 'delete-2'])
    start = currentSnapshot((await load()).metadata)?.snapshotId ?? 0n
    meanwhile(() => delta(deletes(b)))
    await expect(delta({ ...deletes(b), addData: [file('updated', 1)] })).rejects.toMatchObject({
      ...conflict,
      context: { filePath: 'b' },
    })
  })

  it('is a conflict with new rows for its filter only when serializable', async () => {
    const deletes = { addDeletes: [positionDeletes(a)], referenced: [a] }
    meanwhile(() => append(file('late', 1)))
    await expect(delta(deletes)).rejects.toMatchObject({ ...conflict, context: { filePath: 'late' } })
    await delta({ ...deletes, isolation: 'snapshot' })
    expect(await paths()).toEqual(['a', 'b', 'c', 'delete-1', 'late'])
  })

  it('refuses deletion vectors in format version 2 and position delete files in version 3', async () => {
    await expect(delta({ addDeletes: [vector(a, 'v')], referenced: [a] })).rejects.toThrow(
      /version 2 does not have/,
    )
    await create(3)
    await expect(delta({ addDeletes: [positionDeletes(a)], referenced: [a] })).rejects.toThrow(
      /wants deletion vectors/,
    )
    const two = [vector(a, 'v'), vector(a, 'v', 44n)]
    await expect(delta({ addDeletes: two, referenced: [a] })).rejects.toThrow(/a second vector for a/)
  })
})

describe('format version 3', () => {
  beforeEach(() => create(3))
  const delta = (options: Partial<RowDeltaOptions>) =>
    commit(rowDelta({ filter: alwaysTrue, startingSnapshotId: start, isolation: 'snapshot', ...options }))
  const current = async () => currentSnapshot((await load()).metadata)?.snapshotId ?? 0n

  it('has one vector for a data file: another replaces it, even where both lie in one puffin file', async () => {
    const [first, other] = [vector(a, 'v1'), vector(b, 'v1', 44n)]
    await delta({ addDeletes: [first, other], referenced: [a, b] })
    start = await current()
    const second = vector(a, 'v2')
    const { snapshot } = await delta({ addDeletes: [second], removeDeletes: [first], referenced: [a] })
    expect(snapshot.summary).toMatchObject({ 'removed-delete-files': '1', 'total-delete-files': '2' })
    const tasks = await planFiles(await load())
    const vectors = Object.fromEntries(
      tasks.map((task) => [
        task.file.filePath,
        task.deletes.map((one) => `${one.file.filePath}:${one.file.contentOffset}`),
      ]),
    )
    expect(vectors).toEqual({ a: ['v2:4'], b: ['v1:44'], c: [] })
  })

  it('lets no vector replace one it has not seen', async () => {
    meanwhile(() => delta({ addDeletes: [vector(a, 'v1')], referenced: [a] }))
    await expect(delta({ addDeletes: [vector(a, 'v2')], referenced: [a] })).rejects.toMatchObject(conflict)
  })

  it('removes vectors with their data files', async () => {
    await delta({ addDeletes: [vector(a, 'v'), vector(c, 'v', 44n)], referenced: [a, c] })
    const startingSnapshotId = await current()
    await commit(rewriteDataFiles({ remove: [a, b], add: [file('ab', 1, 1n, 20n)], startingSnapshotId }))
    expect(await paths()).toEqual(['ab', 'c', 'v'])
  })

  it('gives rows of before an upgrade their ids with the first commit after it', async () => {
    await create(2)
    const firstIds = async () => (await planFiles(await load())).map((task) => task.file.firstRowId)
    expect(await firstIds()).toEqual([undefined, undefined, undefined])
    await catalog.commitTable(visits, {
      requirements: [],
      updates: [{ action: 'upgrade-format-version', formatVersion: 3 }],
      base: await load(),
    })
    await append(file('d', 3))
    const ids = await firstIds()
    expect(new Set(ids).size).toBe(4)
    expect(ids).not.toContain(undefined)
    expect((await load()).metadata.nextRowId).toBe(40n)
  })

  it('gives every row an id once, and files keep theirs when manifests are written again', async () => {
    const firstIds = async () =>
      Object.fromEntries(
        (await planFiles(await load())).map((task) => [task.file.filePath, task.file.firstRowId]),
      )
    expect(await firstIds()).toEqual({ a: 0n, b: 10n, c: 20n })
    await append(file('d', 3))
    await commit(
      overwriteFiles({
        remove: [a],
        add: [file('e', 1)],
        filter: alwaysTrue,
        startingSnapshotId: start,
        isolation: 'snapshot',
      }),
    )
    const ids = await firstIds()
    expect(ids).toMatchObject({ b: 10n, c: 20n, d: 30n })
    expect(ids.e).toBeGreaterThanOrEqual(40n)
    expect((await load()).metadata.nextRowId).toBeGreaterThanOrEqual((ids.e ?? 0n) + 10n)
  })
})
