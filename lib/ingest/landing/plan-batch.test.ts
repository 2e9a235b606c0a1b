import { describe, expect, it } from 'vitest'
import type { LandingFile } from './landing-file.ts'
import { planGrowingBatch, planLoadBatch } from './plan-batch.ts'

const file = (name: string, size: number, more: Partial<LandingFile> = {}): LandingFile => ({
  id: name,
  name,
  location: `file:///landing/${name}`,
  position: 0,
  size,
  etag: 'e',
  modifiedAt: new Date(0),
  state: 'open',
  details: { lines: 0 },
  quiet: true,
  ...more,
})
const mb = 1_000_000
const names = (planned: { file: LandingFile }[]) => planned.map(({ file: { name } }) => name)

describe('planLoadBatch', () => {
  const limits = { batchBytes: 256 * mb, lanes: 2 }

  it('takes whole files in the order of their names up to a fair share', () => {
    const files = ['c', 'a', 'b', 'd', 'e', 'f', 'g', 'h'].map((name) => file(name, 40 * mb))
    expect(names(planLoadBatch(files, limits))).toEqual(['a', 'b'])
  })

  it('takes everything when little is left', () => {
    expect(names(planLoadBatch([file('a', 1), file('b', 2)], limits))).toEqual(['a', 'b'])
  })

  it('takes a thousand files at most, however small', () => {
    const files = Array.from({ length: 1_500 }, (_, index) => file(String(index).padStart(4, '0'), 1_000))
    expect(planLoadBatch(files, limits)).toHaveLength(1_000)
  })

  it('leaves growing files and those that are read alone', () => {
    const files = [file('a', 10, { quiet: false }), file('b', 10, { position: 10 }), file('c', 10)]
    expect(names(planLoadBatch(files, limits))).toEqual(['c'])
  })

  it('cuts a file that is larger than a batch, but never a gzip', () => {
    const [piece] = planLoadBatch([file('big.jsonl', 600 * mb, { position: 10 * mb })], limits)
    expect(piece).toMatchObject({ from: 10 * mb, to: 266 * mb })
    const [whole] = planLoadBatch([file('big.jsonl.gz', 600 * mb)], limits)
    expect(whole).toMatchObject({ from: 0, to: 600 * mb })
  })
})

describe('planGrowingBatch', () => {
  const options = { now: 20_000, batchSeconds: 10, batchBytes: 100 }

  it('waits until the oldest unread bytes have waited long enough, then takes all growing files', () => {
    const files = [file('a', 10, { quiet: false }), file('b', 20, { quiet: false, position: 5 })]
    expect(planGrowingBatch(files, new Map([['a', 10_001]]), options)).toEqual([])
    const due = planGrowingBatch(files, new Map([['a', 10_000]]), options)
    expect(due).toMatchObject([
      { from: 0, to: 10 },
      { from: 5, to: 20 },
    ])
  })

  it('does not wait when a batch is full', () => {
    const files = [file('a', 250, { quiet: false })]
    expect(planGrowingBatch(files, new Map([['a', 19_999]]), options)).toMatchObject([{ from: 0, to: 100 }])
  })

  it('takes a thousand files at most', () => {
    const files = Array.from({ length: 1_500 }, (_, index) => file(`${index}`, 10, { quiet: false }))
    const options = { now: 20_000, batchSeconds: 10, batchBytes: 1_000_000 }
    expect(planGrowingBatch(files, new Map([['7', 0]]), options)).toHaveLength(1_000)
  })

  it('takes no more than a batch, first what waits longest', () => {
    const files = ['a', 'b', 'c'].map((name) => file(name, 60, { quiet: false }))
    const waiting = new Map([
      ['a', 9_000],
      ['b', 8_000],
      ['c', 9_500],
    ])
    expect(names(planGrowingBatch(files, waiting, options))).toEqual(['b'])
    expect(names(planGrowingBatch(files, waiting, { ...options, batchBytes: 130 }))).toEqual(['b', 'a'])
  })
})
