import { beforeEach, describe, expect, it } from 'vitest'
import { commitChange } from '../commit/commit-change.ts'
import { commitWithRetry } from '../commit/commit-with-retry.ts'
import { alwaysTrue } from '../scan/expression.ts'
import { readManifest, readManifestList } from '../scan/manifest-files.ts'
import type { DataFile } from '../spec/data-file.ts'
import { currentSnapshot } from '../spec/table-metadata.ts'
import { MemoryCatalog } from '../test-support/memory-catalog.ts'
import { visits, visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { appendFiles } from './append-files.ts'
import { dropDanglingDeletes } from './drop-dangling-deletes.ts'
import { rewriteDataFiles } from './rewrite-data-files.ts'
import { rollbackToSnapshot } from './rollback.ts'
import { rowDelta } from './row-delta.ts'

let catalog: MemoryCatalog
const commit = (action: Parameters<typeof commitWithRetry>[2]) => commitWithRetry(catalog, visits, action)
const drop = () => commit(dropDanglingDeletes())

/** Paths of the live delete files. */
async function deleteFiles(): Promise<string[]> {
  const table = await catalog.loadTable(visits)
  const snapshot = currentSnapshot(table.metadata)
  const manifests = snapshot ? await readManifestList(table, snapshot) : []
  const found: string[] = []
  for (const manifest of manifests.filter(({ content }) => content === 'deletes')) {
    for (const { status, file } of await readManifest(table, manifest, 'identity')) {
      if (status !== 'deleted') found.push(file.filePath)
    }
  }
  return found.sort()
}

const [a, b, elsewhere] = [
  visitsFile({ day: 1, ids: [1n, 10n], path: 'a' }),
  visitsFile({ day: 1, ids: [11n, 20n], path: 'b' }),
  visitsFile({ day: 2, ids: [1n, 10n], path: 'elsewhere' }),
]
const deletes = (filePath: string, day: number, more: Partial<DataFile>): DataFile => ({
  content: 'position-deletes',
  filePath,
  fileFormat: 'PARQUET',
  specId: 0,
  partition: { day },
  recordCount: 2n,
  fileSizeInBytes: 100n,
  ...more,
})
const byEquality: Partial<DataFile> = { content: 'equality-deletes', equalityIds: [1] }

async function change(addDeletes: DataFile[]) {
  const { metadata } = await catalog.loadTable(visits)
  const startingSnapshotId = metadata.currentSnapshotId
  return commit(rowDelta({ addDeletes, filter: alwaysTrue, startingSnapshotId, isolation: 'snapshot' }))
}

async function compact(remove: DataFile[], path: string) {
  const { metadata } = await catalog.loadTable(visits)
  const add = [visitsFile({ day: 1, ids: [1n, 20n], path })]
  const startingSnapshotId = metadata.currentSnapshotId as bigint
  return commit(rewriteDataFiles({ remove, add, startingSnapshotId }))
}

beforeEach(async () => {
  catalog = new MemoryCatalog()
  await catalog.createTable(visits, visitsRequest)
  await commit(appendFiles({ files: [a, b, elsewhere] }))
})

describe('dropDanglingDeletes', () => {
  it('drops what applies to no file, and keeps what applies to one', async () => {
    await change([
      deletes('of both', 1, {}),
      deletes('equality of both', 1, byEquality),
      deletes('equality elsewhere', 2, byEquality),
    ])
    await expect(drop()).rejects.toMatchObject({ code: 'conflict', retryable: false })
    // A merged file is as old as the snapshot it was read from, and a position delete of that age could be about it.
    await commit(appendFiles({ files: [visitsFile({ day: 3, ids: [1n, 2n] })] }))
    await compact([a], 'a2')
    await expect(drop()).rejects.toThrow(/applies to some data file/)
    await compact([b], 'b2')
    // The merged files' deletes were applied; what they leave is nobody's.
    const { snapshot } = await drop()
    expect(snapshot.summary).toMatchObject({ operation: 'replace', 'removed-delete-files': '2' })
    expect(await deleteFiles()).toEqual(['equality elsewhere'])
    await expect(drop()).rejects.toMatchObject({ code: 'conflict' })
  })

  it('keeps what came into use again while it was made', async () => {
    const { snapshot } = await change([deletes('of both', 1, {})])
    await compact([a, b], 'ab')
    catalog.beforeSwap = async () => {
      catalog.beforeSwap = undefined
      await commitChange(catalog, visits, rollbackToSnapshot(snapshot.snapshotId))
    }
    await expect(drop()).rejects.toThrow(/applies to some data file/)
    expect(await deleteFiles()).toEqual(['of both'])
  })
})
