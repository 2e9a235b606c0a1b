import { expect, it } from 'vitest'
import type { IcebergType } from '../iceberg/spec/types.ts'
import { columnsNotWritten, duckdbType, fieldIdsOption } from './duckdb-types.ts'

const field = (id: number, type: IcebergType) => ({ id, name: `c${id}`, type, required: false })

it.each<IcebergType>(['variant', 'unknown', 'geometry', 'geometry(EPSG:4326)', 'geography'])(
  'reads %s, but does not write it, not even inside other types',
  (type) => {
    expect(duckdbType(type)).toBe(String(type).startsWith('geo') ? 'BLOB' : 'VARCHAR')
    const nested: IcebergType = { type: 'list', elementId: 3, element: type, elementRequired: false }
    expect(() => fieldIdsOption([field(1, 'long'), field(2, type)])).toThrow(/does not write them/)
    expect(() => fieldIdsOption([field(2, nested)])).toThrow(/does not write them/)
  },
)

it('refuses timestamptz_ns, which would lose its nanoseconds', () => {
  expect(duckdbType('timestamp_ns')).toBe('TIMESTAMP_NS')
  expect(() => duckdbType('timestamptz_ns')).toThrow(/lose the nanoseconds/)
})

it('names the columns it does not write before anything is read, nested ones by their full name', () => {
  const inside: IcebergType = {
    type: 'struct',
    fields: [field(4, 'string'), field(5, 'geometry(EPSG:4326)')],
  }
  const list: IcebergType = { type: 'list', elementId: 6, element: inside, elementRequired: false }
  const map: IcebergType = {
    type: 'map',
    keyId: 8,
    key: 'string',
    valueId: 9,
    value: 'timestamptz_ns',
    valueRequired: false,
  }
  const fields = [field(1, 'long'), field(2, 'variant'), field(3, list), field(7, map)]
  expect(columnsNotWritten(fields)).toEqual([
    'c2 (variant)',
    'c3.element.c5 (geometry(EPSG:4326))',
    'c7.value (timestamptz_ns)',
  ])
  expect(columnsNotWritten([field(1, 'timestamp_ns'), field(2, 'decimal(9,2)')])).toEqual([])
})
