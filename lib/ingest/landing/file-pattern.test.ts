import { describe, expect, it } from 'vitest'
import { filePattern } from './file-pattern.ts'

describe('filePattern', () => {
  it.each([
    ['a.jsonl', true],
    ['2025/07/a.ndjson', true],
    ['a.json', true],
    ['a.jsonl.gz', true],
    ['a.gz', true],
    ['a.jsonl.partial', false],
    ['.hidden.jsonl', false],
    ['.tmp/a.jsonl', false],
    ['a.csv', false],
  ])('%s is taken without a pattern: %s', (name, expected) => {
    expect(filePattern()(name)).toBe(expected)
  })

  it.each([
    ['events-*.jsonl', 'events-2025-07-01.jsonl', true],
    ['events-*.jsonl', 'old/events-2025-07-01.jsonl', false],
    ['**/events-*.jsonl', 'old/2025/events-1.jsonl', true],
    ['**/events-*.jsonl', 'events-1.jsonl', true],
    ['a?.json', 'ab.json', true],
    ['a.json', 'aXjson.json', false],
  ])('pattern %s and name %s: %s', (pattern, name, expected) => {
    expect(filePattern(pattern)(name)).toBe(expected)
  })
})
