import { beforeEach, describe, expect, it } from 'vitest'
import { appendFiles } from '../actions/append-files.ts'
import { rewriteDataFiles } from '../actions/rewrite-data-files.ts'
import { commitWithRetry } from '../commit/commit-with-retry.ts'
import type { TableAction } from '../commit/table-action.ts'
import type { ManifestEntry } from '../spec/manifest.ts'
import { findSnapshot } from '../spec/table-metadata.ts'
import { MemoryCatalog } from '../test-support/memory-catalog.ts'
import { visits, visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { compareSnapshots } from './compare-snapshots.ts'

let catalog: MemoryCatalog
const commit = async (action: TableAction) =>
  (await commitWithRetry(catalog, visits, action)).snapshot.snapshotId
const file = (path: string) => visitsFile({ day: 1, ids: [1n, 5n], path })
const append = (...paths: string[]) => commit(appendFiles({ files: paths.map(file) }))
const names = (entries: ManifestEntry[]) => entries.map((entry) => entry.file.filePath).sort()
const compare = async (from: bigint | undefined, to: bigint | undefined, mostFiles?: number) => {
  const table = await catalog.loadTable(visits)
  const of = (id: bigint | undefined) => (id === undefined ? undefined : findSnapshot(table.metadata, id))
  const { added, removed } = await compareSnapshots(table, of(from), of(to), mostFiles ? { mostFiles } : {})
  return { added: names(added), removed: names(removed) }
}

beforeEach(async () => {
  catalog = new MemoryCatalog()
  await catalog.createTable(visits, visitsRequest)
})

describe('comparing two snapshots', () => {
  it('finds files that came and went, in both directions', async () => {
    const first = await append('a', 'b')
    const second = await append('c')
    const merged = await commit(
      rewriteDataFiles({ remove: [file('a'), file('c')], add: [file('ac')], startingSnapshotId: second }),
    )
    expect(await compare(first, second)).toEqual({ added: ['c'], removed: [] })
    expect(await compare(first, merged)).toEqual({ added: ['ac'], removed: ['a'] })
    expect(await compare(merged, first)).toEqual({ added: ['a'], removed: ['ac'] })
    expect(await compare(undefined, merged)).toEqual({ added: ['ac', 'b'], removed: [] })
    expect(await compare(merged, undefined)).toEqual({ added: [], removed: ['ac', 'b'] })
    expect(await compare(merged, merged)).toEqual({ added: [], removed: [] })
  })

  it('does not read what both have, and refuses more than it is told to compare', async () => {
    const first = await append('a', 'b', 'c')
    const second = await append('d')
    // The three files of the first are in a manifest of both.
    expect(await compare(first, second, 1)).toEqual({ added: ['d'], removed: [] })
    await expect(compare(undefined, second, 3)).rejects.toMatchObject({ code: 'too-large' })
  })
})
