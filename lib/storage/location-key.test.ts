import { describe, expect, it } from 'vitest'
import { isWithin, locationKey } from './location-key.ts'

describe('locationKey', () => {
  it.each([
    ['s3a://bucket/a/b.parquet', 's3://bucket/a/b.parquet'],
    ['s3n://bucket//a///b.parquet', 's3://bucket/a/b.parquet'],
    ['s3://bucket/a/b/', 's3://bucket/a/b'],
    ['file:/data/x', 'file:///data/x'],
    ['file://localhost/data/x', '/data/x'],
    ['/data//x/', 'file:///data/./x'],
    ['gs://bucket//x', 'gs://bucket/x'],
    ['file:////data/x/.', 'file:///data/x'],
    ['s3://bucket/./x', 's3a://bucket/x'],
  ])('takes %s for %s', (one, other) => {
    expect(locationKey(one)).toBe(locationKey(other))
  })

  it.each([
    ['s3://bucket/a', 's3://bucket-2/a'],
    ['s3://bucket/a', 'gs://bucket/a'],
    ['s3://bucket/a', 's3://bucket/A'],
    ['file:///a%20b', 'file:///a b'],
    ['hdfs://one:8020/a', 'hdfs://two:8020/a'],
  ])('tells %s from %s', (one, other) => {
    expect(locationKey(one)).not.toBe(locationKey(other))
  })
})

describe('isWithin', () => {
  it('knows folders by whole names', () => {
    expect(isWithin('s3a://b/table/data/x', 's3://b/table/')).toBe(true)
    expect(isWithin('s3://b/table', 's3://b/table')).toBe(true)
    expect(isWithin('s3://b/table-2/x', 's3://b/table')).toBe(false)
    expect(isWithin('s3://b/x', 's3://b')).toBe(true)
    expect(isWithin('/a/b', '/')).toBe(true)
  })
})
