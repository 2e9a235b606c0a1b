import { beforeEach, describe, expect, it } from 'vitest'
import { commitChange } from '../commit/commit-change.ts'
import { commitWithRetry } from '../commit/commit-with-retry.ts'
import type { TableUpdate } from '../commit/table-update.ts'
import { alwaysTrue } from '../scan/expression.ts'
import { planFiles } from '../scan/plan-files.ts'
import { allReferences } from '../scan/reference-walk.ts'
import type { DataFile } from '../spec/data-file.ts'
import type { Snapshot } from '../spec/snapshot.ts'
import type { TableMetadata } from '../spec/table-metadata.ts'
import { MemoryCatalog } from '../test-support/memory-catalog.ts'
import { visits, visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { appendFiles } from './append-files.ts'
import {
  expireSnapshots,
  filesOnlyIn,
  metadataBeyondLog,
  type SnapshotRetention,
  selectExpired,
} from './expire-snapshots.ts'
import { createReference } from './manage-references.ts'
import { overwriteFiles } from './overwrite-files.ts'

const day = 86_400_000
const now = 100 * day
const retention: SnapshotRetention = {
  maxSnapshotAgeMs: 5 * day,
  minSnapshotsToKeep: 1,
  maxSnapshotsToKeep: null,
  maxRefAgeMs: null,
}

/** Snapshots n with parent n-1 unless told, `age` days old. */
const snapshot = (id: number, age: number, parent: number | null = id - 1): Snapshot => ({
  snapshotId: BigInt(id),
  sequenceNumber: BigInt(id),
  timestampMs: now - age * day,
  manifestList: `memory://${id}.avro`,
  summary: { operation: 'append' },
  ...(parent ? { parentSnapshotId: BigInt(parent) } : {}),
})

const metadata = (snapshots: Snapshot[], refs: TableMetadata['refs']): TableMetadata =>
  ({ snapshots, refs, currentSnapshotId: refs.main?.snapshotId }) as TableMetadata

const ids = (table: TableMetadata, policy: SnapshotRetention = retention) =>
  selectExpired(table, policy, now).snapshots.map(({ snapshotId }) => Number(snapshotId))

const main = (id: number) => ({ main: { snapshotId: BigInt(id), type: 'branch' as const } })

describe('selectExpired', () => {
  const history = [snapshot(1, 9, null), snapshot(2, 8), snapshot(3, 7), snapshot(4, 3), snapshot(5, 1)]

  it('goes by age and the least number, and always keeps the current snapshot', () => {
    expect(ids(metadata(history, main(5)))).toEqual([1, 2, 3])
    expect(ids(metadata(history, main(5)), { ...retention, minSnapshotsToKeep: 4 })).toEqual([1])
    expect(ids(metadata(history, main(5)), { ...retention, maxSnapshotAgeMs: 1 })).toEqual([1, 2, 3, 4])
    const idle = [snapshot(1, 90, null), snapshot(2, 80)]
    expect(ids(metadata(idle, main(2)), { ...retention, maxSnapshotAgeMs: 1 })).toEqual([1])
  })

  it('keeps at most so many, however young, unless a minimum or the branch itself asks for more', () => {
    const young = { ...retention, maxSnapshotAgeMs: 100 * day }
    expect(ids(metadata(history, main(5)), { ...young, maxSnapshotsToKeep: 2 })).toEqual([1, 2, 3])
    const least = { ...young, minSnapshotsToKeep: 4, maxSnapshotsToKeep: 2 }
    expect(ids(metadata(history, main(5)), least)).toEqual([1])
    const refs = { main: { ...main(5).main, maxSnapshotAgeMs: 100 * day } }
    expect(ids(metadata(history, refs), { ...young, maxSnapshotsToKeep: 2 })).toEqual([])
  })

  it('keeps the snapshots of tags, and what branches ask for themselves', () => {
    const refs = {
      ...main(5),
      tag: { snapshotId: 2n, type: 'tag' as const },
      branch: { snapshotId: 3n, type: 'branch' as const, minSnapshotsToKeep: 1, maxSnapshotAgeMs: 1 },
    }
    expect(ids(metadata(history, refs))).toEqual([1])
    const wide = { ...refs, branch: { ...refs.branch, minSnapshotsToKeep: 3 } }
    expect(ids(metadata(history, wide))).toEqual([])
  })

  it('lets references go by their own age, never main', () => {
    const refs = {
      ...main(5),
      old: { snapshotId: 1n, type: 'tag' as const, maxRefAgeMs: 2 * day },
      kept: { snapshotId: 2n, type: 'tag' as const },
    }
    const found = selectExpired(metadata(history, refs), retention, now)
    expect(found.refs.map(({ name }) => name)).toEqual(['old'])
    expect(found.snapshots.map(({ snapshotId }) => Number(snapshotId))).toEqual([1, 3])
    const all = selectExpired(metadata(history, refs), { ...retention, maxRefAgeMs: 1 }, now)
    expect(all.refs.map(({ name }) => name)).toEqual(['old', 'kept'])
  })

  it('keeps what belongs to no reference by its age: staged snapshots are somebody’s work', () => {
    const staged = [...history, snapshot(6, 1, 5), snapshot(7, 6, 3)]
    expect(ids(metadata(staged, main(5)))).toEqual([1, 2, 3, 7])
  })

  it('follows a broken ancestry only as far as it goes, and parents in a circle once', () => {
    const broken = [snapshot(1, 9, null), snapshot(4, 9, 3), snapshot(5, 8)]
    expect(ids(metadata(broken, main(5)), { ...retention, minSnapshotsToKeep: 10 })).toEqual([1])
    const circle = [snapshot(1, 9, 2), snapshot(2, 8, 1)]
    expect(ids(metadata(circle, main(2)))).toEqual([1])
  })
})

describe('expiry of a table', () => {
  let catalog: MemoryCatalog
  beforeEach(async () => {
    catalog = new MemoryCatalog()
    await catalog.createTable(visits, visitsRequest)
  })
  const load = () => catalog.loadTable(visits)
  const file = async (name: string): Promise<DataFile> => {
    const made = visitsFile({ day: 1, ids: [1n, 2n], path: `memory://warehouse/visits/data/${name}` })
    await catalog.io.write(made.filePath, Buffer.from(name))
    return made
  }
  const append = async (name: string) =>
    (await commitWithRetry(catalog, visits, appendFiles({ files: [await file(name)] }))).snapshot
  const replace = async (remove: string, add: string) =>
    commitWithRetry(
      catalog,
      visits,
      overwriteFiles({
        remove: (await planFiles(await load()))
          .map((task) => task.file)
          .filter(({ filePath }) => filePath.endsWith(`/${remove}`)),
        add: [await file(add)],
        filter: alwaysTrue,
        startingSnapshotId: (await load()).metadata.currentSnapshotId,
        isolation: 'snapshot',
      }),
    )
  const all = async (keep = 1) =>
    selectExpired(
      (await load()).metadata,
      { ...retention, minSnapshotsToKeep: keep, maxSnapshotAgeMs: 0 },
      Date.now() + day,
    )
  const only = async (removed: Iterable<bigint>) => {
    const found = []
    for await (const files of filesOnlyIn(await load(), new Set(removed))) found.push(...files)
    return found
  }
  const names = (files: { location: string }[]) =>
    files.map(({ location }) => location.split('/').at(-1)).sort()
  const expire = async () => {
    const expired = await all()
    await commitChange(catalog, visits, (table) => expireSnapshots(table, expired))
  }

  it('finds exactly the files that nothing kept refers to', async () => {
    const first = await append('a')
    await append('b')
    await commitChange(
      catalog,
      visits,
      createReference({ name: 'audit', type: 'tag', snapshotId: first.snapshotId }),
    )
    await replace('a', 'c')
    await replace('b', 'd')
    await replace('d', 'e')
    const expired = await all()
    // The tag keeps the first snapshot with file a; the second has b, which the third still had.
    const found = await only(expired.snapshots.map(({ snapshotId }) => snapshotId))
    expect(names(found.filter(({ kind }) => kind === 'data'))).toEqual(['b', 'd'])
    expect(found.filter(({ kind }) => kind === 'manifest-list')).toHaveLength(3)
    await expire()
    const left = await load()
    expect(left.metadata.snapshots).toHaveLength(2)
    for await (const { files } of allReferences(left)) {
      for (const { location } of files) {
        expect(await catalog.io.stat(location)).not.toBeNull()
        expect(found.map((one) => one.location)).not.toContain(location)
      }
    }
  })

  it('opens a manifest that is kept once', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await append(name)
    const expired = await all()
    const table = await load()
    const before = catalog.io.reads
    const found = []
    for await (const files of filesOnlyIn(table, new Set(expired.snapshots.map((one) => one.snapshotId)))) {
      found.push(...files)
    }
    // Five manifest lists and five manifests at most; those in memory are not read at all.
    expect(catalog.io.reads - before).toBeLessThanOrEqual(10)
    expect(found.map(({ kind }) => kind)).toEqual(Array(4).fill('manifest-list'))
  })

  it('does not prove anything where kept metadata is missing, and skips removed metadata that is', async () => {
    await append('a')
    await append('b')
    const table = await load()
    const [first, second] = table.metadata.snapshots as [Snapshot, Snapshot]
    // Read through another object, past what is remembered of these files.
    const blank = (missing: string): typeof table => ({
      ...table,
      metadata: {
        ...table.metadata,
        snapshots: table.metadata.snapshots.map((one) =>
          one.manifestList === missing ? { ...one, manifestList: `${missing}-gone` } : one,
        ),
      },
    })
    const walk = async (from: typeof table) => {
      const found = []
      for await (const files of filesOnlyIn(from, new Set([first.snapshotId]))) found.push(...files)
      return found
    }
    expect(await walk(blank(first.manifestList))).toEqual([])
    await expect(walk(blank(second.manifestList))).rejects.toMatchObject({ code: 'not-found' })
  })

  it('refuses when a reference moved to a snapshot that was to go', async () => {
    const first = await append('a')
    await append('b')
    const expired = await all()
    await commitChange(
      catalog,
      visits,
      createReference({ name: 'late', type: 'tag', snapshotId: first.snapshotId }),
    )
    const table = await load()
    expect(() => expireSnapshots(table, expired)).toThrow(/"late" points to snapshot/)
  })

  it('puts removed snapshots back as they were, log and ancestry included', async () => {
    for (const name of ['a', 'b', 'c']) await append(name)
    const before = (await load()).metadata
    const expired = await all()
    await expire()
    await append('d')
    const update: TableUpdate = {
      action: 'restore-snapshots',
      snapshots: expired.snapshots,
      snapshotLog: before.snapshotLog,
    }
    await commitChange(catalog, visits, () => ({ requirements: [], updates: [update] }))
    const after = (await load()).metadata
    expect(after.snapshots.slice(0, 3)).toEqual(before.snapshots)
    expect(after.snapshotLog.slice(0, 3)).toEqual(before.snapshotLog)
    expect(after.lastSequenceNumber).toBe(4n)
    await expect(
      commitChange(catalog, visits, () => ({ requirements: [], updates: [update] })),
    ).rejects.toThrow(/is there already/)
  })

  it('finds earlier metadata files through the logs of those that are there', async () => {
    await commitChange(catalog, visits, () => ({
      requirements: [],
      updates: [{ action: 'set-properties', updates: { 'write.metadata.previous-versions-max': '2' } }],
    }))
    for (const name of ['a', 'b', 'c', 'd', 'e']) await append(name)
    const stranger = 'memory://warehouse/visits/metadata/00000-stranger.metadata.json'
    await catalog.io.write(stranger, Buffer.from('{}'))
    const found = []
    for await (const files of metadataBeyondLog(await load())) found.push(...files)
    const numbers = found.map(({ location }) => Number(/(\d{5})-[^/]*$/.exec(location)?.[1]))
    expect(numbers).toEqual([3, 2, 1, 0])
    expect(found.map(({ location }) => location)).not.toContain(stranger)
  })
})
