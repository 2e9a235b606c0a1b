import { describe, expect, test } from 'vitest'
import { fileLocation, formatLocation, joinLocation, parseLocation } from './location.ts'

describe('parseLocation', () => {
  test.each([
    ['file:///data/x.parquet', 'file:///data/x.parquet'],
    ['file:/data/x.parquet', 'file:///data/x.parquet'],
    ['file://localhost/data/x', 'file:///data/x'],
    ['/data//./x', 'file:///data/x'],
    ['file:///a%2Fb/한 글#1?', 'file:///a%2Fb/한 글#1?'],
    ['s3://bucket/a/b=%20/c', 's3://bucket/a/b=%20/c'],
    ['s3a://bucket/a', 's3://bucket/a'],
    ['s3://bucket', 's3://bucket/'],
  ])('%s', (given, expected) => {
    expect(formatLocation(parseLocation(given))).toBe(expected)
  })

  test.each([
    'data/x',
    'gs://bucket/x',
    's3:///x',
    '',
    'file://host/x',
    'file:///data/../etc/passwd',
    's3://bucket/a/../b',
    '/data/..',
    'file:///data/x\0y',
  ])('refuses %j', (given) => {
    expect(() => parseLocation(given)).toThrow(expect.objectContaining({ code: 'bad-input' }))
  })

  test('dots inside a name are no way out', () => {
    expect(parseLocation('file:///data/a..b/...')).toEqual({ scheme: 'file', path: '/data/a..b/...' })
  })
})

test('locations are joined and made from paths', () => {
  expect(joinLocation('s3://b/w/', 'ns', 't')).toBe('s3://b/w/ns/t')
  expect(fileLocation('/a b/c')).toBe('file:///a b/c')
})
