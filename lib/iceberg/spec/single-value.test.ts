import { describe, expect, it } from 'vitest'
import { compareValues } from './compare-values.ts'
import { decodeValue, encodeBound, encodeValue } from './single-value.ts'
import type { PrimitiveType, PrimitiveValue } from './types.ts'

const hex = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString('hex')

describe('single-value serialization', () => {
  it.each<[PrimitiveType, PrimitiveValue, string]>([
    ['boolean', true, '01'],
    ['int', 34, '22000000'],
    ['date', -1, 'ffffffff'],
    ['long', 34n, '2200000000000000'],
    ['long', 2n ** 63n - 1n, 'ffffffffffffff7f'],
    ['long', -(2n ** 63n), '0000000000000080'],
    ['long', 9007199254740993n, '0100000000002000'],
    ['timestamptz', 1751328000000001n, '014053d3d2380600'],
    ['float', 1.5, '0000c03f'],
    ['double', -0.5, '000000000000e0bf'],
    ['string', '눈', 'eb8888'],
    ['uuid', 'f79c3e09-677c-4bbd-a479-3f349cb785e7', 'f79c3e09677c4bbda4793f349cb785e7'],
    ['fixed[2]', Buffer.from([1, 2]), '0102'],
    ['binary', Buffer.from([]), ''],
    ['decimal(9,2)', 1420n, '058c'],
    ['decimal(9,2)', -1n, 'ff'],
    ['decimal(9,2)', 128n, '0080'],
    ['decimal(38,0)', 10n ** 37n, '0785ee10d5da46d900f436a000000000'],
  ])('%s %s', (type, value, expected) => {
    const bytes = encodeValue(type, value)
    expect(hex(bytes)).toBe(expected)
    expect(decodeValue(type, bytes)).toEqual(value)
  })

  it('reads bounds written before a type was widened', () => {
    expect(decodeValue('long', encodeValue('int', -7))).toBe(-7n)
    expect(decodeValue('double', encodeValue('float', 1.5))).toBe(1.5)
  })

  it('refuses values of another type, and integers that do not fit', () => {
    expect(() => encodeValue('long', 'x')).toThrow(/type long was expected/)
    expect(() => encodeValue('int', 2 ** 31)).toThrow(/type int/)
    expect(() => encodeValue('long', 2n ** 63n)).toThrow(/type long/)
    expect(() => encodeValue('fixed[4]', Buffer.from([1]))).toThrow(/fixed\[4\]/)
    expect(() => encodeValue('uuid', 'nope')).toThrow(/uuid/)
    expect(() => decodeValue('long', Buffer.from([1]))).toThrow(/expected 4 or 8/)
  })
})

describe('bounds', () => {
  it('keeps strings of up to 16 code points', () => {
    expect(encodeBound('string', '😀'.repeat(16), 'upper')).toEqual(Buffer.from('😀'.repeat(16)))
    expect(encodeBound('string', 'a'.repeat(16), 'upper')).toEqual(Buffer.from('a'.repeat(16)))
  })

  it('cuts longer ones, and the upper bound stays above the value', () => {
    const value = 'https://recipes.example/list?page=1'
    expect(encodeBound('string', value, 'lower')?.toString()).toBe('https://recipes.')
    expect(encodeBound('string', value, 'upper')?.toString()).toBe('https://recipes/')
    const upper = encodeBound('string', '가'.repeat(20), 'upper')?.toString() ?? ''
    expect(compareValues(upper, '가'.repeat(20))).toBeGreaterThan(0)
  })

  it('skips surrogates and carries over the last code point', () => {
    const prefix = 'x'.repeat(15)
    expect(encodeBound('string', `${prefix}\ud7ffz`, 'upper')?.toString()).toBe(`${prefix}\ue000`)
    expect(encodeBound('string', `${prefix}\u{10ffff}z`, 'upper')?.toString()).toBe(`${'x'.repeat(14)}y`)
    expect(encodeBound('string', '\u{10ffff}'.repeat(17), 'upper')).toBeNull()
    expect(encodeBound('string', '\u{10ffff}'.repeat(17), 'lower')).not.toBeNull()
  })

  it('cuts binaries by bytes', () => {
    expect(hex(encodeBound('binary', Buffer.alloc(20, 0xab), 'upper'))).toBe(`${'ab'.repeat(15)}ac`)
    expect(encodeBound('binary', Buffer.alloc(20, 0xff), 'upper')).toBeNull()
  })

  it('gives no bound for NaN', () => {
    expect(encodeBound('double', Number.NaN, 'lower')).toBeNull()
  })

  it('takes bigint for int and safe integers for long', () => {
    expect(encodeBound('int', 5n, 'lower')).toEqual(encodeBound('int', 5, 'lower'))
    expect(encodeBound('long', 5, 'lower')).toEqual(encodeBound('long', 5n, 'lower'))
  })
})

describe('order of values', () => {
  it('orders strings by UTF-8, not by UTF-16', () => {
    expect(compareValues('\ue000', '\u{10000}')).toBeLessThan(0)
    expect(compareValues('a', 'b')).toBeLessThan(0)
    expect(compareValues('a', 'a')).toBe(0)
  })

  it('orders bytes unsigned and mixes numbers with bigints', () => {
    expect(compareValues(Buffer.from([0x80]), Buffer.from([0x7f]))).toBeGreaterThan(0)
    expect(compareValues(5, 9007199254740993n)).toBeLessThan(0)
  })
})
