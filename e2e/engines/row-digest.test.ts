import { expect, test } from 'vitest'
import type { NestedField } from '#lib/iceberg/spec/types.ts'
import { digestRows } from './row-digest.ts'

const field = (id: number, name: string, type: NestedField['type']) => ({ id, name, type, required: false })
const schema = {
  schemaId: 0,
  fields: [
    field(1, 'id', 'long'),
    field(2, 'at', 'timestamptz'),
    field(3, 'ratio', 'double'),
    field(4, 'raw', 'binary'),
    field(5, 'attributes', {
      type: 'map',
      keyId: 6,
      key: 'string',
      valueId: 7,
      value: 'int',
      valueRequired: false,
    }),
  ],
}
const row = {
  id: '9007199254740993',
  at: '2024-01-01 00:00:00.5+00',
  ratio: 0.1,
  raw: 'a\\x00\\xFF',
  attributes: [
    { key: '눈', value: 2 },
    { key: 'a', value: 1 },
  ],
}
const other = { id: '1', at: null, ratio: 'NaN', raw: null, attributes: [] }

test('values of all kinds have one text', () => {
  expect(digestRows(schema, [row, other]).first).toEqual([
    '["1",null,"NaN",null,[]]',
    '["9007199254740993","2024-01-01T00:00:00.500000","3fb999999999999a","6100ff",[["a","1"],["눈","2"]]]',
  ])
})

test('the hash knows neither the order of rows nor forgives a difference', () => {
  const { hash } = digestRows(schema, [row, other])
  expect(digestRows(schema, [other, row]).hash).toBe(hash)
  expect(digestRows(schema, [other, other, row]).hash).not.toBe(hash)
  expect(digestRows(schema, [{ ...row, id: '9007199254740992' }, other]).hash).not.toBe(hash)
})
