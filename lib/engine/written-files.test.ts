import { expect, test } from 'vitest'
import type { Schema } from '../iceberg/spec/schema.ts'
import type { IcebergType, PrimitiveType } from '../iceberg/spec/types.ts'
import {
  type DataFileFromStatsOptions,
  dataFilesFromStats,
  parseStatistic,
  partitionFolder,
} from './written-files.ts'

test.each<[PrimitiveType, string, unknown]>([
  ['boolean', '1', true],
  ['int', '-5', -5],
  ['long', '-9223372036854775808', -9223372036854775808n],
  ['double', '1e+300', 1e300],
  ['double', 'infinity', null],
  ['date', '1969-12-31', -1],
  ['date', '0045-03-15 (BC)', null],
  ['time', '10:11:12.5', 36_672_500_000n],
  ['timestamp', '1969-12-31 23:59:59.5', -500_000n],
  ['timestamptz', '2025-06-30 15:30:00.123456+00', 1_751_297_400_123_456n],
  ['timestamptz', 'infinity', null],
  ['timestamp_ns', '1969-12-31 23:59:59.999999999', -1n],
  ['timestamp_ns', '2024-02-29 00:00:00', 1_709_164_800_000_000_000n],
  ['decimal(9,2)', '1.25', 125n],
  ['decimal(9,2)', '-0.5', -50n],
  ['decimal(38,0)', '12345678901234567890123456789012345678', 12345678901234567890123456789012345678n],
  ['string', '한식', '한식'],
  ['binary', 'AA00', Buffer.from([0xaa, 0])],
])('a statistic of type %s: %s', (type, text, expected) => {
  expect(parseStatistic(type, text)).toEqual(expected)
})

const field = (id: number, name: string, type: IcebergType) => ({ id, name, type, required: false })
const schema: Schema = {
  schemaId: 0,
  fields: [
    field(1, 'page', { type: 'struct', fields: [field(2, 'url', 'string')] }),
    field(3, 'tags', { type: 'list', elementId: 4, element: 'long', elementRequired: false }),
    field(5, 'share', 'double'),
    field(6, 'segment', 'string'),
  ],
}
const spec = {
  specId: 2,
  fields: [{ sourceId: 6, fieldId: 1000, name: 'segment', transform: 'identity' as const }],
}
const dataFileFromStats = (written: Record<string, unknown>, target: DataFileFromStatsOptions) => {
  const [file] = dataFilesFromStats([written], target)
  if (!file) throw new Error('no file')
  return file
}
const row = (partition: string | null) => ({
  filename: '/a/b.parquet',
  count: 9_007_199_254_740_993n,
  file_size_bytes: 10n,
  column_statistics: JSON.stringify({
    '"page"."url"': {
      min: 'https://a',
      max: 'https://recipe.example.com',
      null_count: '1',
      num_values: '3',
    },
    '"tags"."element"': { min: '1', max: '9007199254740993', null_count: '0', num_values: '4' },
    '"share"': { has_nan: 'true', min: '1', max: '2', null_count: '0', num_values: '3' },
    '"gone"': { min: 'x', max: 'x' },
  }),
  partition_keys: JSON.stringify({ segment: partition }),
})

test('statistics of nested columns find their field ids; bounds leave out NaN and are shortened', () => {
  const file = dataFileFromStats(row('diet'), { schema, spec })
  expect(file).toMatchObject({ recordCount: 9007199254740993n, specId: 2, partition: { segment: 'diet' } })
  expect([...(file.valueCounts ?? [])]).toEqual([
    [2, 3n],
    [4, 4n],
    [5, 3n],
  ])
  expect([...(file.upperBounds?.keys() ?? [])]).toEqual([2, 4])
  expect(Buffer.from(file.upperBounds?.get(2) ?? []).toString()).toBe('https://recipe.f'.slice(0, 16))
})

test('a column without NaN says so, so that readers can use both of its bounds', () => {
  const { column_statistics: _, ...rest } = row('diet')
  const share = (has_nan: string) => ({
    ...rest,
    column_statistics: JSON.stringify({
      '"share"': { has_nan, min: '1', max: '2', null_count: '0', num_values: '3' },
    }),
  })
  const [without, having] = ['false', 'true'].map((nan) => dataFileFromStats(share(nan), { schema, spec }))
  expect([without?.nanValueCounts?.get(5), without?.lowerBounds?.has(5)]).toEqual([0n, true])
  expect([having?.nanValueCounts, having?.lowerBounds?.has(5)]).toEqual([undefined, false])
})

test('a null partition is null; another shape of statistics is refused', () => {
  expect(dataFileFromStats(row(null), { schema, spec }).partition).toEqual({ segment: null })
  expect(() => dataFileFromStats({ filename: 1 }, { schema, spec })).toThrow('another shape')
  const numbers = { ...row(null), partition_keys: JSON.stringify({ segment: 1 }) }
  expect(() => dataFileFromStats(numbers, { schema, spec })).toThrow('another shape')
})

test('a partition by the only value of a column: a file with more than one is refused', () => {
  const days: Schema = { schemaId: 0, fields: [field(1, 'day', 'int')] }
  const byDay = {
    specId: 0,
    fields: [{ sourceId: 1, fieldId: 1000, name: 'day', transform: 'identity' as const }],
  }
  const dayOf = (texts: Record<string, string>) => {
    const column_statistics = JSON.stringify({ '"day"': texts })
    const written = { ...row(null), count: 3n, partition_keys: null, column_statistics }
    return dataFileFromStats(written, { schema: days, spec: byDay, partition: 'only-value' }).partition
  }
  expect(dayOf({ min: '7', max: '7', null_count: '0', num_values: '3' })).toEqual({ day: 7 })
  expect(dayOf({ null_count: '3', num_values: '3' })).toEqual({ day: null })
  const refused: Record<string, string>[] = [
    { min: '7', max: '8', null_count: '0', num_values: '3' },
    { min: '7', max: '7', null_count: '1', num_values: '3' },
    { min: '7', max: '7' },
  ]
  for (const texts of refused)
    expect(() => dayOf(texts)).toThrow('expected one value in all 3 rows of a file')
})

test('partition folders', () => {
  expect(partitionFolder(spec, { segment: 'a/b 한' })).toBe('segment=a%2Fb%20%ED%95%9C')
  expect(partitionFolder(spec, { segment: null })).toBe('segment=__HIVE_DEFAULT_PARTITION__')
  expect(partitionFolder({ specId: 0, fields: [] }, {})).toBe('')
})
