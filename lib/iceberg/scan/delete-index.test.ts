import { beforeEach, describe, expect, it } from 'vitest'
import { appendFiles } from '../actions/append-files.ts'
import { rewriteDataFiles } from '../actions/rewrite-data-files.ts'
import { snapshotSummary } from '../actions/snapshot-summary.ts'
import { SnapshotWriter } from '../actions/snapshot-writer.ts'
import { commitWithRetry } from '../commit/commit-with-retry.ts'
import type { TableAction } from '../commit/table-action.ts'
import type { DataFile } from '../spec/data-file.ts'
import { encodeBound } from '../spec/single-value.ts'
import { currentSnapshot } from '../spec/table-metadata.ts'
import { MemoryCatalog } from '../test-support/memory-catalog.ts'
import { visits, visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { readManifestList } from './manifest-files.ts'
import { planFiles } from './plan-files.ts'

let catalog: MemoryCatalog
const append = (files: DataFile[]) => commitWithRetry(catalog, visits, appendFiles({ files }))
const commitDeletes = (files: DataFile[]) => commitWithRetry(catalog, visits, addDeletes(files))

/** What other engines commit as a row delta: delete files in a manifest of their own. */
function addDeletes(files: DataFile[]): TableAction {
  const writer = new SnapshotWriter()
  return async (table, context) => {
    const parent = currentSnapshot(table.metadata)
    const entries = files.map((file) => ({
      status: 'added' as const,
      snapshotId: context.snapshotId,
      file,
    }))
    const manifest = await writer.writeManifest(table, context, 0, 'deletes', entries)
    const existing = parent ? await readManifestList(table, parent) : []
    const summary = snapshotSummary(table.metadata, parent, {
      operation: 'overwrite',
      added: files,
      removed: [],
      properties: {},
    })
    return writer.finish(table, context, [manifest, ...existing], summary)
  }
}

let deleteFiles = 0
const deletes = (
  content: 'position-deletes' | 'equality-deletes',
  day: number,
  more: Partial<DataFile> = {},
): DataFile => {
  deleteFiles += 1
  return {
    content,
    filePath: `delete-${deleteFiles}`,
    fileFormat: 'PARQUET',
    specId: 0,
    partition: { day },
    recordCount: 1n,
    fileSizeInBytes: 100n,
    ...more,
  }
}
const pathBounds = (path: string): Partial<DataFile> => ({
  lowerBounds: new Map([[2147483546, encodeBound('string', path, 'lower') ?? Buffer.alloc(0)]]),
  upperBounds: new Map([[2147483546, encodeBound('string', path, 'upper') ?? Buffer.alloc(0)]]),
})

const plan = async () => {
  const tasks = await planFiles(await catalog.loadTable(visits))
  return Object.fromEntries(
    tasks.map((task) => [task.file.filePath, task.deletes.map(({ file }) => file.filePath).sort()]),
  )
}

beforeEach(async () => {
  deleteFiles = 0
  catalog = new MemoryCatalog()
  await catalog.createTable(visits, visitsRequest)
  await append([
    visitsFile({ day: 1, ids: [1n, 10n], path: 'a' }),
    visitsFile({ day: 1, ids: [11n, 20n], path: 'b' }),
    visitsFile({ day: 2, ids: [1n, 10n], path: 'c' }),
  ])
})

describe('delete files', () => {
  it('apply to older files of their partition only', async () => {
    await commitDeletes([
      deletes('equality-deletes', 1, { equalityIds: [1] }),
      deletes('position-deletes', 2),
    ])
    await append([visitsFile({ day: 1, ids: [1n, 10n], path: 'later' })])
    expect(await plan()).toEqual({ a: ['delete-1'], b: ['delete-1'], c: ['delete-2'], later: [] })
  })

  it('by position are narrowed by reference and by the bounds of their paths', async () => {
    await commitDeletes([
      deletes('position-deletes', 1, { referencedDataFile: 'b' }),
      deletes('position-deletes', 1, pathBounds('a')),
    ])
    expect(await plan()).toEqual({ a: ['delete-2'], b: ['delete-1'], c: [] })
  })

  it('give way to the deletion vector of their data file', async () => {
    await commitDeletes([
      deletes('position-deletes', 1),
      deletes('equality-deletes', 1, { equalityIds: [1] }),
    ])
    await commitDeletes([
      deletes('position-deletes', 1, { fileFormat: 'PUFFIN', referencedDataFile: 'a', contentOffset: 4n }),
    ])
    expect(await plan()).toEqual({ a: ['delete-2', 'delete-3'], b: ['delete-1', 'delete-2'], c: [] })
  })

  it('count in the summary and survive appends', async () => {
    await commitDeletes([deletes('position-deletes', 1, { recordCount: 3n })])
    const { snapshot } = await append([visitsFile({ day: 5, ids: [1n, 1n] })])
    expect(snapshot.summary).toMatchObject({
      'total-delete-files': '1',
      'total-position-deletes': '3',
      'total-data-files': '4',
    })
  })
})

describe('a rewrite', () => {
  const remove = async () =>
    (await planFiles(await catalog.loadTable(visits)))
      .map(({ file }) => file)
      .filter((file) => file.partition.day === 1)
  const starting = async () => currentSnapshot((await catalog.loadTable(visits)).metadata)?.snapshotId ?? 0n

  it('is a conflict when a delete arrived for one of its files', async () => {
    const [files, startingSnapshotId] = [await remove(), await starting()]
    await commitDeletes([deletes('position-deletes', 1, { referencedDataFile: 'b' })])
    const add = [visitsFile({ day: 1, ids: [1n, 20n] })]
    await expect(
      commitWithRetry(catalog, visits, rewriteDataFiles({ remove: files, add, startingSnapshotId })),
    ).rejects.toMatchObject({ code: 'conflict', retryable: false, context: { filePath: 'b' } })
  })

  it('goes on when deletes arrived for other files, or were there before it was planned', async () => {
    await commitDeletes([deletes('position-deletes', 1, { referencedDataFile: 'a' })])
    const [files, startingSnapshotId] = [await remove(), await starting()]
    await commitDeletes([deletes('position-deletes', 2)])
    const add = [visitsFile({ day: 1, ids: [1n, 20n], path: 'merged' })]
    await commitWithRetry(catalog, visits, rewriteDataFiles({ remove: files, add, startingSnapshotId }))
    // A position delete names its file, so the old one's says nothing about the new file.
    expect(await plan()).toEqual({ merged: [], c: ['delete-2'] })
  })

  it('leaves its new files open to equality deletes that arrive after its start', async () => {
    const [files, startingSnapshotId] = [await remove(), await starting()]
    const add = [visitsFile({ day: 1, ids: [1n, 20n], path: 'merged' })]
    await commitWithRetry(catalog, visits, rewriteDataFiles({ remove: files, add, startingSnapshotId }))
    await commitDeletes([deletes('equality-deletes', 1, { equalityIds: [1] })])
    expect(await plan()).toEqual({ merged: ['delete-1'], c: [] })
  })
})
