import { expect, it } from 'vitest'
import type { IcebergType } from '../iceberg/spec/types.ts'
import { duckdbType, fieldIdsOption } from './duckdb-types.ts'

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
