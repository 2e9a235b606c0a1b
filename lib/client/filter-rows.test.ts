import { describe, expect, it } from 'vitest'
import { compareCells, filterRows } from './filter-rows.ts'

const rows = [
  { name: 'events', state: 'active', bytes: 1200n },
  { name: 'errors', state: 'paused', bytes: 30n },
  { name: 's3://bucket/events', state: 'active', bytes: null },
]
const columns = [
  { id: 'name', value: (row: (typeof rows)[number]) => row.name },
  { id: 'state', value: (row: (typeof rows)[number]) => row.state },
  { id: 'bytes', value: (row: (typeof rows)[number]) => row.bytes },
]
const found = (text: string) => filterRows(rows, text, columns).map(({ name }) => name)

describe('filterRows', () => {
  it.each([
    ['', ['events', 'errors', 's3://bucket/events']],
    ['EVENTS', ['events', 's3://bucket/events']],
    ['state:active', ['events', 's3://bucket/events']],
    ['state:active -name:s3', ['events']],
    ['state:paused,active err', ['errors']],
    ['bytes:>100', ['events']],
    ['bytes:<=30', ['errors']],
    ['s3://bucket', ['s3://bucket/events']],
    ['"bucket/events"', ['s3://bucket/events']],
  ])('%s', (text, expected) => {
    expect(found(text)).toEqual(expected)
  })
})

it('sorts numbers by size and puts nothing last', () => {
  expect([null, 10n, 9, 2].sort(compareCells)).toEqual([2, 9, 10n, null])
  expect(['file10', 'file9', ''].sort(compareCells)).toEqual(['file9', 'file10', ''])
})
