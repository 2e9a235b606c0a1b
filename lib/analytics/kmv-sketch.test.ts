import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeSketch,
  emptySketch,
  encodeSketch,
  estimateDistinct,
  hashText,
  mergeSketches,
  sketchFromHex,
  sketchLength,
  sketchOf,
} from './kmv-sketch.ts'

const texts = fc.array(fc.string({ maxLength: 6 }), { maxLength: 200 })
const people = (count: number, prefix = 'person') => Array.from({ length: count }, (_, n) => `${prefix}-${n}`)

describe('KMV sketch', () => {
  it('hashes as the first 8 bytes of MD5, little-endian', () => {
    expect(hashText('abc')).toBe(12704604231530709392n)
  })

  it('is exact below k', () => {
    fc.assert(
      fc.property(texts, (values) => {
        expect(estimateDistinct(sketchOf(values, 256))).toEqual({
          count: new Set(values).size,
          exact: true,
          standardError: 0,
        })
      }),
    )
  })

  it('of a union is the union of sketches, in any order and any number of times', () => {
    fc.assert(
      fc.property(texts, texts, texts, (a, b, c) => {
        const k = 32
        const [left, middle, right] = [sketchOf(a, k), sketchOf(b, k), sketchOf(c, k)]
        const whole = sketchOf([...a, ...b, ...c], k)
        expect(mergeSketches([left, middle, right], k).words).toEqual(whole.words)
        expect(mergeSketches([right, left, middle, left], k).words).toEqual(whole.words)
        expect(mergeSketches([mergeSketches([left, right], k), middle], k).words).toEqual(whole.words)
      }),
    )
  })

  it('takes the smaller k of two sizes', () => {
    const merged = mergeSketches([sketchOf(people(500), 64), sketchOf(people(500), 256)], 4096)
    expect(merged.k).toBe(64)
    expect(merged.words).toEqual(sketchOf(people(500), 64).words)
  })

  it('survives storage', () => {
    fc.assert(
      fc.property(texts, (values) => {
        const sketch = sketchOf(values, 64)
        expect(decodeSketch(encodeSketch(sketch))).toEqual(sketch)
        const hex = Buffer.from(encodeSketch(sketch).subarray(8)).toString('hex')
        expect(sketchFromHex(hex, 64)).toEqual(sketch)
      }),
    )
  })

  it('refuses bytes that are not a sketch', () => {
    expect(() => decodeSketch(new Uint8Array([1, 2, 3]))).toThrow(/damaged/)
    expect(() => decodeSketch(encodeSketch(sketchOf(['a'], 8)).subarray(0, 12))).toThrow(/damaged/)
    expect(() => sketchFromHex('12', 8)).toThrow(/multiple of 16/)
  })

  it('of nobody counts nobody', () => {
    expect(estimateDistinct(emptySketch(16))).toEqual({ count: 0, exact: true, standardError: 0 })
    expect(sketchLength(mergeSketches([], 16))).toBe(0)
  })

  it('estimates within its standard error as often as a normal error would', { timeout: 30_000 }, () => {
    const k = 128
    const distinct = 4_000
    const trials = 40
    let within = 0
    let sum = 0
    for (let trial = 0; trial < trials; trial++) {
      const { count, exact, standardError } = estimateDistinct(sketchOf(people(distinct, `t${trial}`), k))
      expect(exact).toBe(false)
      expect(standardError / count).toBeCloseTo(1 / Math.sqrt(k - 2), 2)
      if (Math.abs(count - distinct) <= 2 * standardError) within++
      sum += count
    }
    // 95 % of a normal error lies within two standard errors; the hashes are fixed, so this never flickers.
    expect(within / trials).toBeGreaterThanOrEqual(0.9)
    expect(Math.abs(sum / trials - distinct) / distinct).toBeLessThan(0.02)
  })
})
