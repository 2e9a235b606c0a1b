import { describe, expect, it } from 'vitest'
import { fileLink, linkFilter } from './file-link.ts'

describe('the link of a file', () => {
  it('is its name, with the place of a deletion vector', () => {
    const data = { path: 's3://lake/t/data/day=1/a b.parquet', contentOffset: null }
    expect(fileLink(data)).toBe('a b.parquet')
    expect(linkFilter(fileLink(data))).toBe('"a b.parquet"')
    const vector = { path: 's3://lake/t/data/x-deletes.puffin', contentOffset: 42 }
    expect(fileLink(vector)).toBe('x-deletes.puffin#42')
    expect(linkFilter(fileLink(vector))).toBe('"x-deletes.puffin" offset:42')
  })

  it('finds names that have quotes or a number sign', () => {
    expect(linkFilter('a"b#c.parquet')).toBe('"a\\"b#c.parquet"')
  })
})
