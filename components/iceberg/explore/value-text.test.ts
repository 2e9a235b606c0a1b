import { expect, it } from 'vitest'
import { isNumeric, valueText } from './value-text.ts'

const type = (name: string, scale = 0) => ({ name, scale })

it.each([
  [type('Int64'), 9223372036854775807n, '9223372036854775807'],
  [type('Timestamp<MICROSECOND>'), Date.UTC(2025, 6, 1, 4, 0, 1), '2025-07-01 04:00:01'],
  [type('Timestamp<MICROSECOND>'), Date.UTC(2025, 6, 1, 4, 0, 1, 500), '2025-07-01 04:00:01.500'],
  [type('Date32<DAY>'), Date.UTC(2025, 6, 1), '2025-07-01'],
  [type('Decimal[38e+0]'), new Uint32Array([420, 0, 0, 0]), '420'],
  [type('Decimal[38e+2]', 2), new Uint32Array([0xfffffffb, 0xffffffff, 0xffffffff, 0xffffffff]), '-0.05'],
  [type('Utf8'), '한글', '한글'],
  [type('Bool'), false, 'false'],
  [type('Struct'), { toJSON: () => ({ id: 1n }) }, '{"id":"1"}'],
  [type('Int64'), null, null],
])('%j %s → %s', (valueType, value, text) => {
  expect(valueText(valueType, value)).toBe(text)
})

it('knows which columns align to the right', () => {
  expect(['Int64', 'Float64', 'Decimal[38e+0]', 'Uint8'].map((name) => isNumeric(type(name)))).toEqual(
    Array(4).fill(true),
  )
  expect(['Utf8', 'Timestamp<MICROSECOND>', 'Interval'].map((name) => isNumeric(type(name)))).toEqual(
    Array(3).fill(false),
  )
})
