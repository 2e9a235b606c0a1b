import { beforeEach, describe, expect, it } from 'vitest'
import { commitChange, type MakeChange } from '../commit/commit-change.ts'
import { commitWithRetry } from '../commit/commit-with-retry.ts'
import { resolveSnapshot } from '../inspect/resolve-snapshot.ts'
import { planAppends } from '../scan/incremental.ts'
import { ancestorsOf } from '../spec/snapshot-history.ts'
import { MemoryCatalog } from '../test-support/memory-catalog.ts'
import { visits, visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { appendFiles } from './append-files.ts'
import {
  createReference,
  dropReference,
  fastForward,
  replaceReference,
  setRetention,
} from './manage-references.ts'
import { rewriteDataFiles } from './rewrite-data-files.ts'
import { rollbackToSnapshot, rollbackToTime, setCurrentSnapshot, snapshotsLostBy } from './rollback.ts'

let catalog: MemoryCatalog
let ids: bigint[]
const load = () => catalog.loadTable(visits)
const change = (make: MakeChange) => commitChange(catalog, visits, make)
const append = async (path: string) => {
  const file = visitsFile({ day: 1, ids: [1n, 5n], path })
  const { snapshot } = await commitWithRetry(catalog, visits, appendFiles({ files: [file] }))
  return { file, id: snapshot.snapshotId }
}

beforeEach(async () => {
  catalog = new MemoryCatalog()
  await catalog.createTable(visits, visitsRequest)
  ids = []
  for (const path of ['a', 'b', 'c']) ids.push((await append(path)).id)
})

describe('branches and tags', () => {
  it('are made, moved, kept for a time and dropped', async () => {
    await change(
      createReference({ name: 'audit', type: 'branch', snapshotId: ids[0] as bigint, minSnapshotsToKeep: 2 }),
    )
    await change(createReference({ name: 'eod', type: 'tag', maxRefAgeMs: 1000 }))
    const { refs } = (await load()).metadata
    expect(refs.audit).toEqual({ type: 'branch', snapshotId: ids[0], minSnapshotsToKeep: 2 })
    expect(refs.eod).toEqual({ type: 'tag', snapshotId: ids[2], maxRefAgeMs: 1000 })
    await change(replaceReference('eod', ids[1] as bigint))
    await change(fastForward('audit', 'eod'))
    await change(setRetention('audit', { maxSnapshotAgeMs: 5 }))
    const moved = (await load()).metadata.refs
    expect(moved.eod).toEqual({ type: 'tag', snapshotId: ids[1], maxRefAgeMs: 1000 })
    expect(moved.audit).toEqual({ type: 'branch', snapshotId: ids[1], maxSnapshotAgeMs: 5 })
    await change(dropReference('audit'))
    await change(dropReference('eod'))
    expect(Object.keys((await load()).metadata.refs)).toEqual(['main'])
  })

  it('are refused where they would lose something or make no sense', async () => {
    await change(createReference({ name: 'audit', type: 'branch', snapshotId: ids[2] as bigint }))
    await change(createReference({ name: 'old', type: 'tag', snapshotId: ids[0] as bigint }))
    for (const [make, error] of [
      [createReference({ name: 'audit', type: 'tag' }), { code: 'already-exists' }],
      [createReference({ name: 'x', type: 'tag', minSnapshotsToKeep: 1 }), { code: 'bad-input' }],
      [createReference({ name: 'x', type: 'branch', maxRefAgeMs: 0 }), { code: 'bad-input' }],
      [createReference({ name: ' ', type: 'branch' }), { code: 'bad-input' }],
      [createReference({ name: 'x', type: 'tag', snapshotId: 1n }), { code: 'not-found' }],
      [fastForward('audit', 'old'), { message: expect.stringMatching(/cannot be moved forward/) }],
      [fastForward('old', 'audit'), { message: expect.stringMatching(/is a tag/) }],
      [fastForward('audit', 'nope'), { code: 'not-found' }],
      [replaceReference('nope', ids[0] as bigint), { code: 'not-found' }],
      [dropReference('main'), { code: 'bad-input' }],
      [dropReference('toString'), { code: 'not-found' }],
    ] as const) {
      await expect(change(make)).rejects.toMatchObject(error)
    }
  })

  it('are not moved twice by two who race', async () => {
    await change(createReference({ name: 'audit', type: 'branch', snapshotId: ids[0] as bigint }))
    catalog.beforeSwap = async () => {
      catalog.beforeSwap = undefined
      await change(replaceReference('audit', ids[2] as bigint))
    }
    // The other one moved it past where this would set it back to.
    await change(createReference({ name: 'middle', type: 'tag', snapshotId: ids[1] as bigint }))
    await expect(change(fastForward('audit', 'middle'))).rejects.toThrow(/cannot be moved forward/)
  })
})

describe('rollback', () => {
  it('goes back to a snapshot of the history, by id or time, and forward again only on purpose', async () => {
    const [first, second, third] = ids as [bigint, bigint, bigint]
    expect(snapshotsLostBy(await load(), first)?.map((one) => one.snapshotId)).toEqual([third, second])
    await change(rollbackToSnapshot(first))
    const back = await load()
    expect(back.metadata.currentSnapshotId).toBe(first)
    expect(back.metadata.snapshots).toHaveLength(3)
    await expect(change(rollbackToSnapshot(third))).rejects.toThrow(/not in its history/)
    await change(setCurrentSnapshot(third))
    expect((await load()).metadata.currentSnapshotId).toBe(third)
    expect((await load()).metadata.snapshotLog.map((entry) => entry.snapshotId)).toEqual([
      first,
      second,
      third,
      first,
      third,
    ])
    await expect(change(setCurrentSnapshot(1n))).rejects.toMatchObject({ code: 'not-found' })
  })

  it('by time takes the newest from before it', async () => {
    const { metadata } = await load()
    const second = metadata.snapshots[1]
    if (!second) throw new Error('There is no second snapshot.')
    await change(rollbackToTime(Date.now() + 1000))
    expect((await load()).metadata.currentSnapshotId).toBe(ids[2])
    await expect(change(rollbackToTime(metadata.snapshots[0]?.timestampMs ?? 0))).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('survives parents that go in a circle', async () => {
    const { metadata } = await load()
    const [first, ...others] = metadata.snapshots
    if (!first) throw new Error('There is no snapshot.')
    const circle = { ...metadata, snapshots: [{ ...first, parentSnapshotId: ids[2] as bigint }, ...others] }
    expect(ancestorsOf(circle, ids[2])).toHaveLength(3)
  })
})

describe('time travel', () => {
  it('finds snapshots by id, reference and time', async () => {
    await change(createReference({ name: 'old', type: 'tag', snapshotId: ids[0] as bigint }))
    const table = await load()
    expect(resolveSnapshot(table, { snapshotId: ids[1] as bigint }).snapshotId).toBe(ids[1])
    expect(resolveSnapshot(table, { ref: 'old' }).snapshotId).toBe(ids[0])
    expect(resolveSnapshot(table, { asOfMs: Date.now() + 1000 }).snapshotId).toBe(ids[2])
    expect(() => resolveSnapshot(table, { ref: 'constructor' })).toThrow(/It has: main, old/)
    expect(() => resolveSnapshot(table, { snapshotId: 1n })).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    )
    expect(() => resolveSnapshot(table, { asOfMs: 5 })).toThrow(/history begins at/)
    // After a rollback the time before it still shows what was current then.
    const rolled = {
      ...table,
      metadata: {
        ...table.metadata,
        currentSnapshotId: ids[0] as bigint,
        snapshotLog: [
          { snapshotId: ids[0] as bigint, timestampMs: 10 },
          { snapshotId: ids[2] as bigint, timestampMs: 20 },
          { snapshotId: ids[0] as bigint, timestampMs: 30 },
        ],
      },
    }
    expect([10, 29, 30].map((asOfMs) => resolveSnapshot(rolled, { asOfMs }).snapshotId)).toEqual([
      ids[0],
      ids[2],
      ids[0],
    ])
  })
})

describe('appends between two snapshots', () => {
  const paths = async (fromSnapshotId: bigint | undefined, toSnapshotId?: bigint) =>
    (
      await planAppends(await load(), {
        fromSnapshotId,
        ...(toSnapshotId === undefined ? {} : { toSnapshotId }),
      })
    ).map(({ file }) => file.filePath)

  it('are the files of each append once, whatever was compacted between', async () => {
    const [first, second, third] = ids as [bigint, bigint, bigint]
    expect(await paths(undefined)).toEqual(['a', 'b', 'c'])
    expect(await paths(first)).toEqual(['b', 'c'])
    expect(await paths(first, second)).toEqual(['b'])
    expect(await paths(third)).toEqual([])
    const { file } = await append('d')
    await commitWithRetry(
      catalog,
      visits,
      rewriteDataFiles({
        remove: [file],
        add: [visitsFile({ day: 1, ids: [1n, 5n], path: 'd2' })],
        startingSnapshotId: (await load()).metadata.currentSnapshotId as bigint,
      }),
    )
    expect(await paths(third)).toEqual(['d'])
  })

  it('are refused where rows were changed or the history is another', async () => {
    const [first, second, third] = ids as [bigint, bigint, bigint]
    await expect(paths(third, first)).rejects.toThrow(/not in the history/)
    await expect(paths(1n)).rejects.toMatchObject({ code: 'not-found' })
    const table = await load()
    const snapshots = table.metadata.snapshots.map((snapshot) =>
      snapshot.snapshotId === second ? { ...snapshot, summary: { operation: 'delete' } } : snapshot,
    )
    const deleted = { ...table, metadata: { ...table.metadata, snapshots } }
    await expect(planAppends(deleted, { fromSnapshotId: first })).rejects.toThrow(/changed rows/)
    expect(await planAppends(deleted, { fromSnapshotId: second })).toHaveLength(1)
    const expired = { ...table, metadata: { ...table.metadata, snapshots: snapshots.slice(1) } }
    await expect(planAppends(expired, { fromSnapshotId: undefined })).rejects.toThrow(/have expired/)
  })
})
