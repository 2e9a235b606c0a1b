import { describe, expect, it } from 'vitest'
import { LocationSet } from './location-set.ts'

describe('LocationSet', () => {
  it('has what was added and nothing else, in any spelling, beyond its first size', () => {
    const set = new LocationSet()
    const name = (n: number) => `s3://bucket/table/data/day=${n % 31}/${n}-0192-abcdef.parquet`
    for (let n = 0; n < 50_000; n++) expect(set.add(name(n))).toBe(true)
    for (let n = 0; n < 50_000; n++) expect(set.has(name(n))).toBe(true)
    for (let n = 50_000; n < 100_000; n++) expect(set.has(name(n))).toBe(false)
    expect(set.size).toBe(50_000)
    expect(set.add('s3a://bucket//table/data/day=7/7-0192-abcdef.parquet')).toBe(false)
  })

  it('spreads locations that differ in a character over all 64 bits', () => {
    const set = new LocationSet()
    for (let n = 0; n < 300_000; n++) set.add(`file:///w/t/data/${String(n).padStart(7, '0')}`)
    expect(set.size).toBe(300_000)
  })
})
