import { beforeEach, expect, it } from 'vitest'
import { commitChange } from '../commit/commit-change.ts'
import { commitWithRetry } from '../commit/commit-with-retry.ts'
import { MemoryCatalog } from '../test-support/memory-catalog.ts'
import { visits, visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { appendFiles } from './append-files.ts'
import { type PropertyChanges, updateProperties, upgradeFormatVersion } from './update-properties.ts'
import { updateSchema } from './update-schema.ts'

let catalog: MemoryCatalog
const load = () => catalog.loadTable(visits)
const update = (changes: PropertyChanges) => commitChange(catalog, visits, updateProperties(changes))
const create = (formatVersion: number) =>
  catalog.createTable(visits, {
    ...visitsRequest,
    properties: { 'format-version': String(formatVersion), a: '1' },
  })

beforeEach(async () => {
  catalog = new MemoryCatalog()
  await create(2)
})

it('sets and removes properties, and commits nothing when nothing changes', async () => {
  const mode = { 'write.metadata.metrics.column.page': 'truncate(32)' }
  await update({ set: mode })
  expect((await load()).metadata.properties).toMatchObject(mode)
  await update({ set: { owner: '팀', 'write.target-file-size-bytes': '1000' }, remove: ['a', 'not-there'] })
  const { metadata, metadataLocation } = await load()
  expect(metadata.properties).toMatchObject({ owner: '팀', 'write.target-file-size-bytes': '1000' })
  expect(metadata.properties.a).toBeUndefined()
  await update({ set: { owner: '팀' }, remove: ['a'] })
  expect((await load()).metadataLocation).toBe(metadataLocation)
})

it.each<[PropertyChanges, RegExp]>([
  [{ set: { 'commit.manifest.min-count-to-merge': '0' } }, /whole number above 0, found "0"/],
  [{ set: { 'write.format.default': 'csv' } }, /one of parquet, avro, orc/],
  [{ set: { 'commit.manifest-merge.enabled': 'yes' } }, /one of true, false/],
  [{ set: { 'write.metadata.metrics.default': 'truncate(0)' } }, /none, counts, truncate/],
  [{ set: { 'commit.retry.num-retries': '-1' } }, /whole number from 0 on/],
  [{ set: { 'write.parquet.stats-enabled.column.page': 'maybe' } }, /one of true, false/],
  [{ set: { 'write.metadata.metrics.column.nothing': 'full' } }, /"nothing", which the table does not have/],
  [{ set: { 'format-version': '3' } }, /catalog's own/],
  [{ set: { 'schema.name-mapping.default': '{}' } }, /no|not valid/],
  [{ set: { ' ': 'x' } }, /needs a name/],
  [{ set: { a: '2' }, remove: ['a'] }, /set and removed/],
])('refuses %j', async (changes, message) => {
  await expect(update(changes)).rejects.toThrow(
    expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(message) }),
  )
})

it('upgrades a table from version 1 to 3, after which it takes appends and defaults', async () => {
  await create(1)
  const file = visitsFile({ day: 1, ids: [1n, 5n] })
  const append = () => commitWithRetry(catalog, visits, appendFiles({ files: [file] }))
  await expect(append()).rejects.toThrow(/upgrade it to version 2 first/)
  const upgrade = (version: number) => commitChange(catalog, visits, upgradeFormatVersion(version))
  await upgrade(3)
  await upgrade(3)
  await expect(upgrade(2)).rejects.toThrow(/cannot go back/)
  await expect(upgrade(4)).rejects.toThrow(/no format version 4/)
  await append()
  await commitChange(
    catalog,
    visits,
    updateSchema([{ change: 'add-column', name: 'n', type: 'int', required: true, default: 7 }]),
  )
  const { metadata } = await load()
  expect(metadata).toMatchObject({ formatVersion: 3, nextRowId: 5n })
  expect(metadata.snapshots[0]).toMatchObject({ firstRowId: 0n, addedRows: 5n })
})
