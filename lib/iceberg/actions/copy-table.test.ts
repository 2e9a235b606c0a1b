import { expect, it } from 'vitest'
import type { Table } from '../catalog/catalog.ts'
import { commitChange } from '../commit/commit-change.ts'
import { commitWithRetry } from '../commit/commit-with-retry.ts'
import { eq } from '../scan/expression.ts'
import { readManifest, readManifestList } from '../scan/manifest-files.ts'
import { planFiles } from '../scan/plan-files.ts'
import type { DataFile } from '../spec/data-file.ts'
import { currentSnapshot } from '../spec/table-metadata.ts'
import { tableMetadataFromJson, tableMetadataToJson } from '../spec/table-metadata-json.ts'
import { MemoryCatalog } from '../test-support/memory-catalog.ts'
import { visits, visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { appendFiles } from './append-files.ts'
import { copyTableMetadata } from './copy-table.ts'
import { updatePartitionSpec } from './update-partition-spec.ts'

/** All live files of a table with everything manifests say about them, by path. */
async function filesOf(table: Table): Promise<Map<string, DataFile>> {
  const snapshot = currentSnapshot(table.metadata)
  const files = new Map<string, DataFile>()
  for (const manifest of snapshot ? await readManifestList(table, snapshot) : []) {
    for (const { file } of await readManifest(table, manifest, 'all')) files.set(file.filePath, file)
  }
  return files
}

it.each([2, 3])(
  'a copy of a table of version %i has its files with all that is known of them',
  async (version) => {
    const catalog = new MemoryCatalog()
    await catalog.createTable(visits, { ...visitsRequest, properties: { 'format-version': String(version) } })
    const append = (files: DataFile[]) => commitWithRetry(catalog, visits, appendFiles({ files }))
    await append([
      visitsFile({ day: 1, ids: [1n, 10n], path: 'a' }),
      visitsFile({ day: 2, ids: [11n, 20n], path: 'b' }),
    ])
    await commitChange(catalog, visits, updatePartitionSpec([{ change: 'drop-field', name: 'day' }]))
    await append([{ ...visitsFile({ day: 1, ids: [21n, 30n], path: 'c' }), specId: 1, partition: {} }])
    await append([visitsFile({ day: 4, ids: [31n, 40n], path: 'rows-deleted' })])
    const source = await catalog.loadTable(visits)
    const merged = { ...visitsFile({ day: 4, ids: [31n, 35n], path: 'new/d' }) }

    const metadata = await copyTableMetadata({
      source,
      snapshot: currentSnapshot(source.metadata),
      location: 'memory://warehouse/copy',
      copied: new Map(['a', 'b', 'c'].map((name) => [name, `new/${name}`])),
      rewritten: [merged],
      properties: { 'firn.backup.table': 'test.visits' },
    })
    const copy: Table = { ...source, metadata: tableMetadataFromJson(tableMetadataToJson(metadata)) }
    expect(copy.metadata).toMatchObject({
      location: 'memory://warehouse/copy',
      schemas: source.metadata.schemas,
      partitionSpecs: source.metadata.partitionSpecs,
      properties: { 'firn.backup.table': 'test.visits' },
    })
    expect(copy.metadata.snapshots).toHaveLength(1)
    expect(copy.metadata.tableUuid).not.toBe(source.metadata.tableUuid)
    expect(currentSnapshot(copy.metadata)?.summary).toMatchObject({
      'total-data-files': '4',
      'total-records': '35',
    })

    const [before, after] = [await filesOf(source), await filesOf(copy)]
    for (const name of ['a', 'b', 'c']) {
      expect(after.get(`new/${name}`)).toEqual({ ...before.get(name), filePath: `new/${name}` })
    }
    expect([...after.keys()].sort()).toEqual(['new/a', 'new/b', 'new/c', 'new/d'])
    expect(after.get('new/c')?.firstRowId).toBe(version === 3 ? 20n : undefined)
    // New ids begin where the source's end.
    if (version === 3) expect(after.get('new/d')?.firstRowId).toBeGreaterThanOrEqual(40n)
    const found = await planFiles(copy, { filter: eq('id', 25) })
    expect(found.map(({ file }) => file.filePath)).toEqual(['new/c'])
  },
)
