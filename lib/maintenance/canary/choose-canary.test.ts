import { describe, expect, it } from 'vitest'
import { filterSql } from '#lib/engine/scan/filter-sql.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { bind } from '#lib/iceberg/scan/bind.ts'
import type { Transform } from '#lib/iceberg/spec/partition-spec.ts'
import type { PartitionValue } from '#lib/iceberg/spec/partition-value.ts'
import type { TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import type { PrimitiveType } from '#lib/iceberg/spec/types.ts'
import type { LiveFile, PartitionFiles } from '../partition-files.ts'
import {
  canaryFilter,
  canarySql,
  choosePartitions,
  mostBytes,
  mostCountedBytes,
  mostFiles,
  whyTooMuch,
} from './choose-canary.ts'

const metadataOf = (transform: Transform, type: PrimitiveType) =>
  ({
    schemas: [
      {
        schemaId: 0,
        fields: [
          { id: 1, name: 'payload', required: false, type: { type: 'struct', fields: [] } },
          { id: 2, name: 'at', required: false, type },
        ],
      },
    ],
    currentSchemaId: 0,
    partitionSpecs: [{ specId: 0, fields: [{ sourceId: 2, fieldId: 1000, name: 'p', transform }] }],
    defaultSpecId: 0,
    sortOrders: [],
    defaultSortOrderId: 0,
  }) as unknown as TableMetadata

const file = (bytes: number) =>
  ({ bytes, file: { fileSizeInBytes: BigInt(bytes), filePath: 'x' } }) as unknown as LiveFile
const partition = (key: string, sizes: number[], value: PartitionValue = key): PartitionFiles => ({
  key,
  name: key,
  specId: 0,
  partition: { p: value },
  files: sizes.map(file),
})

describe('the partitions a canary asks', () => {
  const keys = (chosen: PartitionFiles[]) => chosen.map(({ key }) => key)

  it('are the rewritten ones in their order, else the largest, as many as fit', () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((key, index) => partition(key, [index + 1]))
    expect(keys(choosePartitions(all, ['c', 'a', 'gone']))).toEqual(['c', 'a'])
    expect(keys(choosePartitions(all))).toEqual(['f', 'e', 'd', 'c'])
  })

  it('leave out what is too large or has too many files, and are one at least', () => {
    const large = partition('large', [mostBytes + 1])
    const many = partition('many', new Array(mostFiles + 1).fill(0))
    expect(keys(choosePartitions([large, many, partition('small', [5])]))).toEqual(['small'])
    expect(keys(choosePartitions([large, partition('larger', [mostBytes + 2])]))).toEqual(['large'])
    expect(choosePartitions([])).toEqual([])
  })
})

it('a canary over too many files or bytes is not asked', () => {
  expect(whyTooMuch([file(mostCountedBytes)])).toBeNull()
  expect(whyTooMuch([file(mostCountedBytes), file(1)])).toContain('2 files of 256000001 bytes')
  expect(whyTooMuch(new Array(mostFiles + 1).fill(file(0)))).toContain('2001 files')
})

describe('a canary’s statement', () => {
  const whereOf = (transform: Transform, type: PrimitiveType, value: PartitionValue) => {
    const metadata = metadataOf(transform, type)
    const { filter } = canaryFilter(metadata, [partition('p', [1], value)])
    if (filter.op === 'true') return null
    const [schema] = metadata.schemas
    return schema ? filterSql(bind(filter, schema), schema) : undefined
  }

  it.each<[Transform, PrimitiveType, PartitionValue, string | null]>([
    ['identity', 'string', 'a', `"at" = CAST('a' AS VARCHAR)`],
    ['identity', 'string', null, '"at" IS NULL'],
    ['year', 'date', 55, `("at" >= CAST('2025-01-01' AS DATE) AND "at" < CAST('2026-01-01' AS DATE))`],
    ['month', 'date', 666, `("at" >= CAST('2025-07-01' AS DATE) AND "at" < CAST('2025-08-01' AS DATE))`],
    ['day', 'date', -1, `("at" >= CAST('1969-12-31' AS DATE) AND "at" < CAST('1970-01-01' AS DATE))`],
    ['truncate[10]', 'long', 20n, `("at" >= CAST('20' AS BIGINT) AND "at" < CAST('30' AS BIGINT))`],
    ['truncate[2]', 'string', 'ab', `starts_with("at", CAST('ab' AS VARCHAR))`],
    ['bucket[4]', 'string', 3, null],
    ['identity', 'double', Number.NaN, null],
  ])('says %s of %s = %s as %s', (transform, type, value, where) => {
    expect(whereOf(transform, type, value)).toBe(where)
  })

  it('says hours as instants', () => {
    expect(whereOf('hour', 'timestamptz', 486_313)).toMatch(
      />= CAST\('2025-06-24.01:00:00.*< CAST\('2025-06-24.02:00:00/,
    )
  })

  it('reads a column of what is small, and only counts the rest', () => {
    const table = {
      identifier: { namespace: ['a'], name: 'odd "name' },
      metadata: metadataOf('bucket[4]', 'date'),
    } as Table
    const { filter } = canaryFilter(table.metadata, [partition('p', [1], 3)])
    expect(canarySql(table, filter, [file(10)])).toBe(
      'SELECT count(*)::VARCHAR AS rows, sum(hash("at"))::VARCHAR AS checksum FROM "odd ""name"',
    )
    expect(canarySql(table, filter, [file(mostBytes), file(1)])).toBe(
      'SELECT count(*)::VARCHAR AS rows FROM "odd ""name"',
    )
  })
})
