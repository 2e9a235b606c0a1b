import { beforeEach, describe, expect, it } from 'vitest'
import { commitChange } from '../commit/commit-change.ts'
import { type CommitOptions, commitWithRetry } from '../commit/commit-with-retry.ts'
import type { TableAction } from '../commit/table-action.ts'
import { listFiles } from '../inspect/list-files.ts'
import { alwaysTrue } from '../scan/expression.ts'
import { MemoryCatalog } from '../test-support/memory-catalog.ts'
import { visits, visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { appendFiles } from './append-files.ts'
import { cherryPick, publishStaged } from './cherry-pick.ts'
import { createReference, fastForward } from './manage-references.ts'
import { overwriteFiles } from './overwrite-files.ts'
import { replacePartitions } from './replace-partitions.ts'

let catalog: MemoryCatalog
const load = () => catalog.loadTable(visits)
const commit = async (action: TableAction, target?: CommitOptions<null>['target']) =>
  (await commitWithRetry(catalog, visits, action, target ? { target } : {})).snapshot
const file = (path: string, day = 1) => visitsFile({ day, ids: [1n, 5n], path })
const append = (path: string, target?: CommitOptions<null>['target'], day = 1) =>
  commit(appendFiles({ files: [file(path, day)] }), target)
const audit = { branch: 'audit' }
const paths = async (ref = 'main') => {
  const table = await load()
  return (await listFiles(table, table.metadata.refs[ref]?.snapshotId)).map((one) => one.file.filePath)
}

beforeEach(async () => {
  catalog = new MemoryCatalog()
  await catalog.createTable(visits, visitsRequest)
  await append('a')
})

describe('writing to a branch', () => {
  it('begins at main and leaves main alone', async () => {
    const first = await append('b', audit)
    expect(first.parentSnapshotId).toBe((await load()).metadata.currentSnapshotId)
    await append('c', audit)
    await append('d')
    expect(await paths('audit')).toEqual(['a', 'b', 'c'])
    expect(await paths()).toEqual(['a', 'd'])
    expect((await load()).metadata.snapshotLog).toHaveLength(2)
    // Totals go on from the branch's own parent.
    const { snapshots } = (await load()).metadata
    expect(snapshots.map((snapshot) => snapshot.summary['total-data-files'])).toEqual(['1', '2', '3', '2'])
  })

  it('overwrites by what the branch has, and keeps its retention', async () => {
    await commitChange(
      catalog,
      visits,
      createReference({ name: 'audit', type: 'branch', minSnapshotsToKeep: 9 }),
    )
    const { snapshotId } = await append('b', audit)
    const overwrite = overwriteFiles({
      remove: [file('b')],
      add: [file('b2')],
      filter: alwaysTrue,
      startingSnapshotId: snapshotId,
      isolation: 'serializable',
    })
    await commit(overwrite, audit)
    expect(await paths('audit')).toEqual(['a', 'b2'])
    expect((await load()).metadata.refs.audit?.minSnapshotsToKeep).toBe(9)
    await commitChange(catalog, visits, fastForward('main', 'audit'))
    expect(await paths()).toEqual(['a', 'b2'])
    // What the branch read is not what main has, once both went on.
    const next = await append('c', audit)
    await append('d')
    await expect(
      commit(
        overwriteFiles({
          remove: [file('a')],
          add: [],
          filter: alwaysTrue,
          startingSnapshotId: next.snapshotId,
          isolation: 'snapshot',
        }),
      ),
    ).rejects.toMatchObject({ code: 'conflict' })
  })

  it('that is a tag is refused, and racing writers of a branch both land', async () => {
    await commitChange(catalog, visits, createReference({ name: 'eod', type: 'tag' }))
    await expect(append('b', { branch: 'eod' })).rejects.toThrow(/is a tag/)
    catalog.beforeSwap = async () => {
      catalog.beforeSwap = undefined
      await append('first', audit)
    }
    await append('second', audit)
    expect(await paths('audit')).toEqual(['a', 'first', 'second'])
  })
})

describe('write, audit, publish', () => {
  it('stages a snapshot that nobody reads until it is published, once', async () => {
    const staged = await append('b', { wapId: 'load-7' })
    expect(staged.summary['wap.id']).toBe('load-7')
    expect(await paths()).toEqual(['a'])
    await append('c')
    const published = await commit(publishStaged('load-7'))
    expect(await paths()).toEqual(['a', 'b', 'c'])
    expect(published.summary).toMatchObject({
      operation: 'append',
      'published-wap-id': 'load-7',
      'source-snapshot-id': staged.snapshotId.toString(),
      'total-data-files': '3',
    })
    await expect(commit(publishStaged('load-7'))).rejects.toThrow(/was picked before/)
    await expect(commit(publishStaged('other'))).rejects.toMatchObject({ code: 'not-found' })
    // Another one under the same id.
    await append('d', { wapId: 'load-7' })
    await expect(commit(publishStaged('load-7'))).rejects.toThrow(/"load-7" was published before/)
  })

  it('moves main onto the staged snapshot where nothing came between', async () => {
    const staged = await append('b', { wapId: 'load-8' })
    expect(await commit(publishStaged('load-8'))).toEqual(staged)
    expect((await load()).metadata.currentSnapshotId).toBe(staged.snapshotId)
    await expect(commit(cherryPick(staged.snapshotId))).rejects.toThrow(
      /in the history of the branch already/,
    )
  })
})

describe('cherryPick', () => {
  it('does an overwrite of partitions again, unless they have changed', async () => {
    await append('x', undefined, 2)
    const staged = await commit(replacePartitions({ add: [file('x2', 2)] }), { wapId: 'w' })
    await append('y', undefined, 3)
    await commit(cherryPick(staged.snapshotId))
    expect(await paths()).toEqual(['a', 'x2', 'y'])
    const other = await commit(replacePartitions({ add: [file('y2', 3)] }), { wapId: 'v' })
    await append('y3', undefined, 3)
    await expect(commit(cherryPick(other.snapshotId))).rejects.toMatchObject({ code: 'conflict' })
    expect(await paths()).toEqual(['a', 'x2', 'y', 'y3'])
  })

  it('refuses what it could not do the same way', async () => {
    const start = await append('b')
    const deleted = await commit(
      overwriteFiles({
        remove: [file('b')],
        add: [],
        filter: alwaysTrue,
        startingSnapshotId: start.snapshotId,
        isolation: 'snapshot',
      }),
      { wapId: 'delete' },
    )
    await append('c')
    await expect(commit(cherryPick(deleted.snapshotId))).rejects.toThrow(/\(delete\) cannot be picked/)
    await expect(commit(cherryPick(1n))).rejects.toMatchObject({ code: 'not-found' })
  })

  it('gets a race right', async () => {
    const staged = await append('b', { wapId: 'w' })
    catalog.beforeSwap = async () => {
      catalog.beforeSwap = undefined
      await append('c')
    }
    const published = await commit(publishStaged('w'))
    expect(published.snapshotId).not.toBe(staged.snapshotId)
    expect(await paths()).toEqual(['a', 'b', 'c'])
  })
})
