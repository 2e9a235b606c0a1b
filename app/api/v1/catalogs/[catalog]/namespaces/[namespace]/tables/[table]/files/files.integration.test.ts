import { afterAll, beforeAll, expect, it } from 'vitest'
import { listFiles } from '#lib/api/catalogs.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import { rowDelta } from '#lib/iceberg/actions/row-delta.ts'
import { updateSchema } from '#lib/iceberg/actions/update-schema.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { alwaysTrue } from '#lib/iceberg/scan/expression.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import { deletedFilePathId, deletedPositionId } from '#lib/iceberg/spec/reserved-fields.ts'
import { encodeValue } from '#lib/iceberg/spec/single-value.ts'
import { visitsFile, visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'
import { callRoute, signInAs } from '../../../../../../../../../../e2e/harness/call-route.ts'
import {
  createRestWorkspace,
  type RestWorkspace,
} from '../../../../../../../../../../e2e/harness/rest-workspace.ts'
import { GET } from './route.ts'

let test: RestWorkspace
let catalog: BuiltInCatalog
let cookie: string

beforeAll(async () => {
  test = await createRestWorkspace()
  ;({ cookie } = await signInAs('viewer'))
  catalog = await openCatalog()
  await catalog.createNamespace(['lab'])
})
afterAll(() => test.close())

const files = async (table: string, filter: string) => {
  const params = { catalog: 'firn', namespace: 'lab', table }
  const { status, body } = await callRoute(GET, { cookie, params, query: { filter, stats: 'true' } })
  expect(status, JSON.stringify(body)).toBe(200)
  return listFiles.response.parse(body).items
}

/** A table with two data files and, after a column was dropped, delete files for them. */
async function tableWith(name: string, version: string, deletesFor: (data: DataFile[]) => DataFile[]) {
  const identifier = { namespace: ['lab'], name }
  await catalog.createTable(identifier, { ...visitsRequest, properties: { 'format-version': version } })
  const data = ['a.parquet', 'b.parquet'].map((path) => ({
    ...visitsFile({ day: 1, ids: [1n, 10n], path }),
    valueCounts: new Map([
      [1, 10n],
      [4, 10n],
    ]),
    nanValueCounts: new Map([[4, 2n]]),
    upperBounds: new Map([[4, encodeValue('double', 0.5)]]),
  }))
  await commitWithRetry(catalog, identifier, appendFiles({ files: data }))
  await commitChange(catalog, identifier, updateSchema([{ change: 'drop-column', column: 'score' }]))
  const { metadata } = await catalog.loadTable(identifier)
  await commitWithRetry(
    catalog,
    identifier,
    rowDelta({
      addDeletes: deletesFor(data),
      referenced: data,
      filter: alwaysTrue,
      startingSnapshotId: metadata.currentSnapshotId,
      isolation: 'snapshot',
    }),
  )
}

const deleteFile = (filePath: string): DataFile => ({
  content: 'position-deletes',
  filePath,
  fileFormat: 'PARQUET',
  specId: 0,
  partition: { day: 1 },
  recordCount: 3n,
  fileSizeInBytes: 900n,
})

it('position and equality deletes tell what they delete, with statistics of their own columns', async () => {
  await tableWith('deletes', '2', () => [
    {
      ...deleteFile('positions.parquet'),
      referencedDataFile: 'a.parquet',
      valueCounts: new Map([[deletedPositionId, 3n]]),
      lowerBounds: new Map([
        [deletedFilePathId, encodeValue('string', 'a.parquet')],
        [deletedPositionId, encodeValue('long', 7n)],
      ]),
    },
    { ...deleteFile('equal.parquet'), content: 'equality-deletes', equalityIds: [1, 2] },
  ])
  const [positions] = await files('deletes', 'content:position-deletes')
  expect(positions).toMatchObject({
    target: 'a.parquet',
    equalityColumns: null,
    contentOffset: null,
    rows: 3,
  })
  expect(positions?.columns?.slice(0, 2)).toMatchObject([
    { name: 'file_path', lower: 'a.parquet' },
    { name: 'pos', values: 3, lower: '7' },
  ])
  expect((await files('deletes', 'target:a.parquet')).map(({ path }) => path)).toEqual(['positions.parquet'])
  const [equal] = await files('deletes', 'content:equality-deletes')
  expect(equal).toMatchObject({ target: null, equalityColumns: ['id', 'page'] })
  expect(equal?.columns?.map(({ name }) => name)).toEqual(['id', 'page', 'day'])
})

it('a data file still shows the statistics of columns that were dropped', async () => {
  const [data] = await files('deletes', 'b.parquet')
  expect(data?.columns?.at(-1)).toMatchObject({
    name: 'score',
    type: 'double',
    dropped: true,
    values: 10,
    nans: 2,
    upper: '0.5',
  })
  expect(data?.columns?.[0]).toMatchObject({ name: 'id', dropped: false })
})

it('deletion vectors in one file are told apart by their place', async () => {
  await tableWith('vectors', '3', (data) =>
    data.map((file, index) => ({
      ...deleteFile('vectors.puffin'),
      fileFormat: 'PUFFIN' as const,
      referencedDataFile: file.filePath,
      contentOffset: BigInt(4 + index * 40),
      contentSizeInBytes: 40n,
    })),
  )
  const vectors = await files('vectors', 'content:position-deletes')
  expect(vectors.map(({ contentOffset, target, bytes }) => [contentOffset, target, bytes]).sort()).toEqual([
    [4, 'a.parquet', 40],
    [44, 'b.parquet', 40],
  ])
  const [second] = await files('vectors', '"vectors.puffin" offset:44')
  expect(second).toMatchObject({ target: 'b.parquet', format: 'PUFFIN' })
})
