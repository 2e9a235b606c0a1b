import { expect, it } from 'vitest'
import { appendFiles } from '../actions/append-files.ts'
import { createReference } from '../actions/manage-references.ts'
import { rewriteDataFiles } from '../actions/rewrite-data-files.ts'
import { rollbackToSnapshot } from '../actions/rollback.ts'
import { commitChange } from '../commit/commit-change.ts'
import { commitWithRetry } from '../commit/commit-with-retry.ts'
import { MemoryCatalog } from '../test-support/memory-catalog.ts'
import { visits, visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { listEntries } from './list-entries.ts'
import { listHistory, listReferences } from './list-history.ts'
import { listManifests } from './list-manifests.ts'

it('history, references, manifests and entries say what happened to the table', async () => {
  const catalog = new MemoryCatalog()
  await catalog.createTable(visits, visitsRequest)
  const load = () => catalog.loadTable(visits)
  expect([listHistory(await load()), listReferences(await load())]).toEqual([[], []])
  expect([await listManifests(await load()), await listEntries(await load())]).toEqual([[], []])

  const a = visitsFile({ day: 1, ids: [1n, 2n], path: 'a' })
  const b = visitsFile({ day: null, ids: [1n, 2n], path: 'b' })
  const first = (await commitWithRetry(catalog, visits, appendFiles({ files: [a, b] }))).snapshot.snapshotId
  const second = (
    await commitWithRetry(
      catalog,
      visits,
      rewriteDataFiles({
        remove: [a],
        add: [visitsFile({ day: 20_270, ids: [1n, 2n], path: 'c' })],
        startingSnapshotId: first,
      }),
    )
  ).snapshot.snapshotId
  expect(
    (await listEntries(await load())).map((entry) => [
      entry.file.filePath,
      entry.status,
      entry.sequenceNumber,
    ]),
  ).toEqual([
    ['a', 'deleted', 1n],
    ['b', 'existing', 1n],
    ['c', 'added', 1n],
  ])
  expect((await listManifests(await load(), first)).map(({ partitions }) => partitions)).toEqual([
    [{ name: 'day', containsNull: true, containsNan: false, lower: '1970-01-02', upper: '1970-01-02' }],
  ])
  expect((await listManifests(await load())).map(({ manifest }) => manifest.addedFilesCount)).toEqual([1, 0])

  await commitChange(catalog, visits, createReference({ name: 'audit', type: 'branch' }))
  await commitChange(catalog, visits, rollbackToSnapshot(first))
  expect(listHistory(await load()).map(({ madeCurrentAtMs: _, ...item }) => item)).toEqual([
    { snapshotId: first, parentSnapshotId: undefined, isAncestorOfCurrent: true },
    { snapshotId: second, parentSnapshotId: first, isAncestorOfCurrent: false },
    { snapshotId: first, parentSnapshotId: undefined, isAncestorOfCurrent: true },
  ])
  expect(listReferences(await load()).map(({ name, snapshotId }) => [name, snapshotId])).toEqual([
    ['main', first],
    ['audit', second],
  ])
  await expect(listManifests(await load(), 1n)).rejects.toMatchObject({ code: 'not-found' })
})
