import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { primitives } from '../test-support/arbitrary.ts'
import { compareValues } from './compare-values.ts'
import { parseJson, stringifyJson } from './json.ts'
import { decodeValue, encodeBound, encodeValue } from './single-value.ts'
import { valueFromJson, valueToJson } from './single-value-json.ts'

const isNumber = (value: unknown): boolean => typeof value !== 'number' || Number.isFinite(value)

describe.each(primitives)('values of type %s', (type, values) => {
  it('come back from their bytes', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(decodeValue(type, encodeValue(type, value))).toEqual(value)
      }),
    )
  })

  it('come back from their JSON', () => {
    fc.assert(
      fc.property(values.filter(isNumber), (value) => {
        const text = stringifyJson(valueToJson(type, value))
        // JSON has one zero.
        expect(valueFromJson(type, parseJson(text))).toEqual(value === 0 ? 0 : value)
      }),
    )
  })

  it('lie between their bounds', () => {
    fc.assert(
      fc.property(values, (value) => {
        const [lower, upper] = [encodeBound(type, value, 'lower'), encodeBound(type, value, 'upper')]
        if (Number.isNaN(value)) {
          expect([lower, upper]).toEqual([null, null])
          return
        }
        expect(lower).not.toBeNull()
        if (lower) expect(compareValues(decodeValue(type, lower), value)).toBeLessThanOrEqual(0)
        if (upper) expect(compareValues(decodeValue(type, upper), value)).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('have one order', () => {
    const ordered = values.filter((value) => !Number.isNaN(value))
    fc.assert(
      fc.property(ordered, ordered, ordered, (a, b, c) => {
        expect(Math.sign(compareValues(a, b)) + Math.sign(compareValues(b, a))).toBe(0)
        expect(compareValues(a, a)).toBe(0)
        const [low, middle, high] = [a, b, c].sort(compareValues)
        if (low === undefined || middle === undefined || high === undefined) return
        expect(compareValues(low, middle)).toBeLessThanOrEqual(0)
        expect(compareValues(low, high)).toBeLessThanOrEqual(0)
      }),
    )
  })
})
