import { expect, it } from 'vitest'
import type { FileStat } from '../../storage/file-io.ts'
import { commitWithRetry } from '../commit/commit-with-retry.ts'
import { alwaysTrue } from '../scan/expression.ts'
import { readManifestList, snapshotToRead } from '../scan/manifest-files.ts'
import { planFiles } from '../scan/plan-files.ts'
import type { DataFile } from '../spec/data-file.ts'
import { MemoryCatalog } from '../test-support/memory-catalog.ts'
import { MemoryFileIO } from '../test-support/memory-file-io.ts'
import { visits, visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { appendFiles } from './append-files.ts'
import { rowDelta } from './row-delta.ts'

const minCount = 8
const properties = { 'commit.manifest.min-count-to-merge': String(minCount) }

/** Counts what is written as manifests; the manifest list is one file of every commit. */
class CountingFileIO extends MemoryFileIO {
  bytes = 0
  writes = 0
  override async write(...args: Parameters<MemoryFileIO['write']>): Promise<FileStat> {
    const stat = await super.write(...args)
    if (args[0].endsWith('.avro') && !args[0].includes('/snap-')) {
      this.bytes += stat.size
      this.writes += 1
    }
    return stat
  }
}

it('keeps the cost of a commit the same however many there were', { timeout: 30_000 }, async () => {
  const targetBytes = 120_000
  const io = new CountingFileIO()
  const catalog = new MemoryCatalog(io)
  // Some hundred commits fill a manifest, which is left alone from then on.
  await catalog.createTable(visits, {
    ...visitsRequest,
    properties: { ...properties, 'commit.manifest.target-size-bytes': String(targetBytes) },
  })
  const commits = 150
  const filesPerCommit = 60
  const perCommit: { bytes: number; writes: number; reads: number }[] = []
  for (let index = 0; index < commits; index += 1) {
    const before = { bytes: io.bytes, writes: io.writes, reads: io.reads }
    const files = Array.from({ length: filesPerCommit }, (_, part) =>
      visitsFile({
        day: index % 7,
        ids: [BigInt(index), BigInt(part + index)],
        path: `file-${index}-${part}`,
      }),
    )
    await commitWithRetry(catalog, visits, appendFiles({ files }))
    perCommit.push({
      bytes: io.bytes - before.bytes,
      writes: io.writes - before.writes,
      reads: io.reads - before.reads,
    })
  }
  const table = await catalog.loadTable(visits)
  expect(await planFiles(table)).toHaveLength(commits * filesPerCommit)
  // In any stretch of commits each writes one small manifest, and every few of them all are merged into one at most full.
  const stretch = minCount * 3
  const merges = stretch / (minCount / 2)
  const small = (perCommit[0]?.bytes ?? 0) * 1.2
  for (let start = 0; start + stretch <= commits; start += 1) {
    const part = perCommit.slice(start, start + stretch)
    const total = (key: 'bytes' | 'writes' | 'reads') => part.reduce((sum, one) => sum + one[key], 0)
    expect(total('writes'), `manifests from ${start} on`).toBeLessThanOrEqual(stretch + merges)
    expect(total('bytes'), `bytes from ${start} on`).toBeLessThanOrEqual(
      stretch * small + merges * targetBytes,
    )
    expect(total('reads'), `reads from ${start} on`).toBeLessThanOrEqual(stretch + merges * (minCount + 1))
  }
  // The manifest list grows by one line for each full manifest.
  const snapshot = snapshotToRead(table, undefined)
  const manifests = snapshot ? await readManifestList(table, snapshot) : []
  expect(manifests.length).toBeLessThan(commits / 8)
})

it('merges manifests of delete files, too, and they still apply to the same files', async () => {
  const catalog = new MemoryCatalog()
  await catalog.createTable(visits, { ...visitsRequest, properties })
  const files = Array.from({ length: minCount }, (_, index) =>
    visitsFile({ day: 1, ids: [BigInt(index), BigInt(index)], path: `data-${index}` }),
  )
  await commitWithRetry(catalog, visits, appendFiles({ files }))
  const load = () => catalog.loadTable(visits)
  const deleteManifests = async () => {
    const table = await load()
    const snapshot = snapshotToRead(table, undefined)
    const manifests = snapshot ? await readManifestList(table, snapshot) : []
    return manifests.filter((manifest) => manifest.content === 'deletes')
  }
  for (const [index, of] of files.entries()) {
    const deletes: DataFile = {
      content: 'position-deletes',
      filePath: `delete-${index}`,
      fileFormat: 'PARQUET',
      specId: 0,
      partition: of.partition,
      recordCount: 1n,
      fileSizeInBytes: 100n,
      referencedDataFile: of.filePath,
    }
    const { metadata } = await load()
    await commitWithRetry(
      catalog,
      visits,
      rowDelta({
        addDeletes: [deletes],
        referenced: [of],
        filter: alwaysTrue,
        startingSnapshotId: metadata.currentSnapshotId,
        isolation: 'snapshot',
      }),
    )
    if (index < minCount - 1) expect(await deleteManifests()).toHaveLength(index + 1)
  }
  const [merged, ...others] = await deleteManifests()
  expect(others).toEqual([])
  expect(merged).toMatchObject({
    addedFilesCount: 1,
    existingFilesCount: minCount - 1,
    minSequenceNumber: 2n,
  })
  const tasks = await planFiles(await load())
  expect(
    Object.fromEntries(
      tasks.map((task) => [task.file.filePath, task.deletes.map((one) => one.file.filePath)]),
    ),
  ).toEqual(Object.fromEntries(files.map((one, index) => [one.filePath, [`delete-${index}`]])))
})
