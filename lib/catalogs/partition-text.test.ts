import { expect, it } from 'vitest'
import type { PartitionSpec } from '#lib/iceberg/spec/partition-spec.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'
import { partitionTextOf } from './partition-text.ts'

it('keeps the order of the spec, reads like people write, and leaves NULL null', () => {
  const schema: Schema = {
    schemaId: 0,
    fields: [
      { id: 1, name: 'year', type: 'int', required: true },
      { id: 2, name: 'at', type: 'timestamptz', required: true },
      { id: 3, name: 'shop', type: 'long', required: false },
    ],
  }
  const spec: PartitionSpec = {
    specId: 1,
    fields: [
      { sourceId: 2, fieldId: 1001, name: 'at_hour', transform: 'hour' },
      { sourceId: 1, fieldId: 1000, name: 'year', transform: 'identity' },
      { sourceId: 3, fieldId: 1002, name: 'shop', transform: 'identity' },
    ],
  }
  const text = partitionTextOf(spec, [schema])
  expect(Object.entries(text({ year: 2025, at_hour: 486_493, shop: 9223372036854775807n }))).toEqual([
    ['at_hour', '2025-07-01-13'],
    ['year', '2025'],
    ['shop', '9223372036854775807'],
  ])
  expect(text({ year: 2025 })).toEqual({ at_hour: null, year: '2025', shop: null })
})
