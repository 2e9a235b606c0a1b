import { describe, expect, it } from 'vitest'
import { isAppError } from '#lib/errors.ts'
import { compareValues, matchesFilter, parseFilter } from './parse-filter.ts'

const fields = ['year', 'month', 'hour', 'rows', 'path']
const passes = (text: string, row: Record<string, string | null>): boolean =>
  matchesFilter(
    parseFilter(text, fields),
    (field) => row[field] ?? null,
    () => Object.values(row).join(' '),
  )

describe('parseFilter', () => {
  it('reads fields, operators, lists, negation and words', () => {
    expect(parseFilter('year:2025 hour:>=13 month:7,8 -rows:<5 Parquet "a b"', fields)).toEqual({
      conditions: [
        { field: 'year', operator: '=', values: ['2025'] },
        { field: 'hour', operator: '>=', values: ['13'] },
        { field: 'month', operator: '=', values: ['7', '8'] },
        { field: 'rows', operator: '>=', values: ['5'] },
      ],
      words: ['parquet', 'a b'],
    })
  })

  it('keeps a quoted value whole, with its comma and colon', () => {
    expect(parseFilter('path:"a,b: \\"c\\""', fields).conditions).toEqual([
      { field: 'path', operator: '=', values: ['a,b: "c"'] },
    ])
  })

  it('takes a pasted location as a word', () => {
    expect(parseFilter('s3://bucket/Data', fields)).toEqual({ conditions: [], words: ['s3://bucket/data'] })
  })

  it('has nothing to say about no text', () => {
    expect(parseFilter(undefined, fields)).toEqual({ conditions: [], words: [] })
    expect(parseFilter('   ', fields)).toEqual({ conditions: [], words: [] })
  })

  it('names the unknown field and the known ones', () => {
    try {
      parseFilter('yaer:2025', fields)
      expect.unreachable()
    } catch (error) {
      expect(isAppError(error, 'bad-input') && error.userMessage).toMatch(/"yaer".*year, month/)
    }
  })
})

describe('matchesFilter', () => {
  it('joins words by AND and values by OR', () => {
    const row = { year: '2025', month: '7', hour: '13', path: 'data/year=2025/x.parquet' }
    expect(passes('year:2025 hour:12,13', row)).toBe(true)
    expect(passes('year:2025 hour:12', row)).toBe(false)
    expect(passes('x.parquet hour:13', row)).toBe(true)
    expect(passes('-hour:13', row)).toBe(false)
  })

  it('compares numbers as numbers, not as text', () => {
    expect(passes('hour:>9', { hour: '13' })).toBe(true)
    expect(passes('month:07', { month: '7' })).toBe(true)
  })

  it('finds NULL by its name, and ranges never match it', () => {
    expect(passes('hour:null', { hour: null })).toBe(true)
    expect(passes('hour:*', { hour: null })).toBe(false)
    expect(passes('hour:<99', { hour: null })).toBe(false)
  })
})

describe('compareValues', () => {
  it('tells neighbours beyond 2^53 apart', () => {
    expect(compareValues('9007199254740993', '9007199254740992')).toBe(1)
  })
})
