import { beforeEach, describe, expect, it } from 'vitest'
import { commitWithRetry } from '../commit/commit-with-retry.ts'
import { listFiles } from '../inspect/list-files.ts'
import { listPartitions } from '../inspect/list-partitions.ts'
import { listSnapshots } from '../inspect/list-snapshots.ts'
import { readManifest, readManifestList } from '../scan/manifest-files.ts'
import { planFiles } from '../scan/plan-files.ts'
import type { DataFile } from '../spec/data-file.ts'
import { currentSnapshot } from '../spec/table-metadata.ts'
import { MemoryCatalog } from '../test-support/memory-catalog.ts'
import { visits, visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { appendFiles } from './append-files.ts'
import { rewriteDataFiles } from './rewrite-data-files.ts'

let catalog: MemoryCatalog
const load = () => catalog.loadTable(visits)
const append = (files: DataFile[], summary?: Record<string, string>) =>
  commitWithRetry(catalog, visits, appendFiles(summary ? { files, summary } : { files }))
const manifests = async () => {
  const table = await load()
  const snapshot = currentSnapshot(table.metadata)
  return snapshot ? readManifestList(table, snapshot) : []
}

async function create(properties: Record<string, string> = {}): Promise<void> {
  catalog = new MemoryCatalog()
  await catalog.createTable(visits, { ...visitsRequest, properties })
}

beforeEach(() => create())

describe('appendFiles', () => {
  it('writes the standard keys of the summary and carries on the totals', async () => {
    await append([visitsFile({ day: 1, ids: [1n, 10n] }), visitsFile({ day: 2, ids: [11n, 20n] })])
    const { snapshot } = await append([visitsFile({ day: 2, ids: [21n, 25n] })], {
      'firn.commit-id': 'x',
      operation: 'delete',
    })
    expect(snapshot.summary).toEqual({
      'firn.commit-id': 'x',
      operation: 'append',
      'added-data-files': '1',
      'added-records': '5',
      'added-files-size': '1000',
      'changed-partition-count': '1',
      'total-records': '25',
      'total-files-size': '3000',
      'total-data-files': '3',
      'total-delete-files': '0',
      'total-position-deletes': '0',
      'total-equality-deletes': '0',
    })
  })

  it('refuses no files, a file twice, and files that do not fit the table', async () => {
    const file = visitsFile({ day: 1, ids: [1n, 1n] })
    await expect(append([])).rejects.toThrow(/at least one file/)
    await expect(append([file, file])).rejects.toThrow(/given twice/)
    await expect(append([{ ...file, specId: 4 }])).rejects.toThrow(/partition spec 4/)
    await expect(append([{ ...file, partition: {} }])).rejects.toThrow(
      /no value for the partition field "day"/,
    )
    await expect(append([{ ...file, content: 'position-deletes' }])).rejects.toThrow(/not a data file/)
  })

  it('merges manifests at commit.manifest.min-count-to-merge and keeps each file’s own snapshot and sequence', async () => {
    await create({ 'commit.manifest.min-count-to-merge': '4' })
    for (let day = 1; day <= 3; day += 1) await append([visitsFile({ day, ids: [1n, 1n] })])
    expect(await manifests()).toHaveLength(3)
    await append([visitsFile({ day: 4, ids: [1n, 1n] })])
    const [merged, ...others] = await manifests()
    expect(others).toEqual([])
    expect(merged).toMatchObject({ addedFilesCount: 1, existingFilesCount: 3, minSequenceNumber: 1n })
    const table = await load()
    const entries = merged ? await readManifest(table, merged, 'all') : []
    const byDay = entries.toSorted((a, b) => Number(a.file.partition.day) - Number(b.file.partition.day))
    expect(byDay.map((entry) => entry.sequenceNumber)).toEqual([1n, 2n, 3n, 4n])
    expect(byDay.map((entry) => entry.snapshotId)).toEqual(
      table.metadata.snapshots.map((one) => one.snapshotId),
    )
    expect(byDay[0]?.file.lowerBounds?.get(1)).toBeDefined()
    // The manifest that was merged at once is not left behind.
    const used = new Set<string>()
    for (const snapshot of table.metadata.snapshots) {
      used.add(snapshot.manifestList)
      for (const manifest of await readManifestList(table, snapshot)) used.add(manifest.manifestPath)
    }
    const stored = [...catalog.io.files.keys()].filter((path) => path.endsWith('.avro'))
    expect(stored.filter((path) => !used.has(path))).toEqual([])
  })

  it('does not merge beyond commit.manifest.target-size-bytes', async () => {
    await create({ 'commit.manifest.min-count-to-merge': '2', 'commit.manifest.target-size-bytes': '10' })
    for (let day = 1; day <= 3; day += 1) await append([visitsFile({ day, ids: [1n, 1n] })])
    expect(await manifests()).toHaveLength(3)
  })
})

describe('rewriteDataFiles', () => {
  const small = () => [visitsFile({ day: 1, ids: [1n, 5n] }), visitsFile({ day: 1, ids: [6n, 10n] })]
  const start = async (files: DataFile[]) => (await append(files)).snapshot.snapshotId

  it('replaces files in one snapshot that keeps the rows', async () => {
    const remove = small()
    const other = visitsFile({ day: 2, ids: [11n, 12n] })
    const startingSnapshotId = await start([...remove, other])
    const merged = visitsFile({ day: 1, ids: [1n, 10n] })
    const { snapshot } = await commitWithRetry(
      catalog,
      visits,
      rewriteDataFiles({ remove, add: [merged], startingSnapshotId }),
    )
    expect(snapshot.summary).toMatchObject({
      operation: 'replace',
      'added-data-files': '1',
      'deleted-data-files': '2',
      'added-records': '10',
      'deleted-records': '10',
      'changed-partition-count': '1',
      'total-records': '12',
      'total-data-files': '2',
    })
    const files = await listFiles(await load())
    expect(files.map(({ file }) => file.filePath).sort()).toEqual([merged.filePath, other.filePath].sort())
    // Deletes that come later with a higher sequence number must apply, those before must not.
    expect(files.find(({ file }) => file.filePath === merged.filePath)?.sequenceNumber).toBe(1n)
    // The old snapshot still reads its own files.
    expect(await listFiles(await load(), startingSnapshotId)).toHaveLength(3)
  })

  it('carries deleted entries for one snapshot only', async () => {
    const remove = small()
    const startingSnapshotId = await start(remove)
    const add = [visitsFile({ day: 1, ids: [1n, 10n] })]
    await commitWithRetry(catalog, visits, rewriteDataFiles({ remove, add, startingSnapshotId }))
    const deleted = async () => (await manifests()).reduce((sum, one) => sum + one.deletedFilesCount, 0)
    expect(await deleted()).toBe(2)
    await append([visitsFile({ day: 3, ids: [1n, 1n] })])
    expect(await deleted()).toBe(0)
    expect(await planFiles(await load())).toHaveLength(2)
  })

  it('yields to appends that were first, and keeps their files', async () => {
    const remove = small()
    const startingSnapshotId = await start(remove)
    const late = visitsFile({ day: 1, ids: [50n, 60n] })
    catalog.beforeSwap = async () => {
      catalog.beforeSwap = undefined
      await append([late])
    }
    const add = [visitsFile({ day: 1, ids: [1n, 10n] })]
    const { attempts } = await commitWithRetry(
      catalog,
      visits,
      rewriteDataFiles({ remove, add, startingSnapshotId }),
    )
    expect(attempts).toBe(2)
    const paths = (await listFiles(await load())).map(({ file }) => file.filePath)
    expect(paths.sort()).toEqual([late.filePath, ...add.map((file) => file.filePath)].sort())
  })

  it('is a conflict for good when a file was removed by another rewrite', async () => {
    const remove = small()
    const startingSnapshotId = await start(remove)
    const rewrite = () =>
      commitWithRetry(
        catalog,
        visits,
        rewriteDataFiles({ remove, add: [visitsFile({ day: 1, ids: [1n, 10n] })], startingSnapshotId }),
      )
    await rewrite()
    const before = (await load()).metadataLocation
    await expect(rewrite()).rejects.toMatchObject({ code: 'conflict', retryable: false })
    expect((await load()).metadataLocation).toBe(before)
  })

  it('is a conflict when the starting snapshot is gone', async () => {
    const remove = small()
    await start(remove)
    const action = rewriteDataFiles({ remove, add: [], startingSnapshotId: 1n })
    await expect(commitWithRetry(catalog, visits, action)).rejects.toThrow(/has expired/)
  })
})

describe('inspect', () => {
  it('lists snapshots, files and partitions', async () => {
    await append([
      visitsFile({ day: 2, ids: [1n, 10n], path: 'b' }),
      visitsFile({ day: null, ids: [1n, 1n], path: 'c' }),
    ])
    const { snapshot } = await append([visitsFile({ day: 2, ids: [1n, 5n], path: 'a' })])
    const table = await load()
    expect(listSnapshots(table).map((one) => [one.isCurrent, one.operation, one.refs])).toEqual([
      [true, 'append', ['main']],
      [false, 'append', []],
    ])
    expect((await listFiles(table)).map(({ file }) => file.filePath)).toEqual(['a', 'b', 'c'])
    expect(await listPartitions(table, { smallerThan: 1000 })).toEqual([
      expect.objectContaining({ path: 'day=null', files: 1, rows: 1n, bytes: 1000n, smallFiles: 0 }),
      expect.objectContaining({
        path: 'day=1970-01-03',
        files: 2,
        rows: 15n,
        lastSnapshotId: snapshot.snapshotId,
        lastUpdatedMs: snapshot.timestampMs,
      }),
    ])
    expect((await listPartitions(table, { smallerThan: 1001 })).map((one) => one.smallFiles)).toEqual([1, 2])
    await expect(listFiles(table, 1n)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is empty for a table without snapshots', async () => {
    expect(await listFiles(await load())).toEqual([])
    expect(await listPartitions(await load())).toEqual([])
    expect(listSnapshots(await load())).toEqual([])
  })
})
