import { describe, expect, it } from 'vitest'
import { bucketOf, chartRows, previousKey, unfinishedKey } from './time-series.ts'

const points = [
  {
    start: '2025-07-31T12:00:00Z',
    end: '2025-07-31T13:00:00Z',
    values: { visits: 4 },
    previous: { visits: 3 },
  },
  { start: '2025-07-31T13:00:00Z', end: '2025-07-31T14:00:00Z', values: { visits: null } },
  { start: '2025-07-31T14:00:00Z', end: '2025-07-31T15:00:00Z', values: { visits: 7 } },
  { start: '2025-07-31T15:00:00Z', end: '2025-07-31T16:00:00Z', values: { visits: 2 }, unfinished: true },
]
const series = [{ key: 'visits', label: 'Visits' }]

describe('chartRows', () => {
  it('keeps gaps as gaps', () => {
    expect(chartRows(points, series, false).map((row) => row.visits)).toEqual([4, null, 7, 2])
    expect(chartRows(points, series, false).map((row) => row[previousKey('visits')])).toEqual([
      3,
      null,
      null,
      null,
    ])
  })

  it('draws the unfinished bucket apart, from the last finished one', () => {
    const rows = chartRows(points, series, true)
    expect(rows.map((row) => row.visits)).toEqual([4, null, 7, null])
    expect(rows.map((row) => row[unfinishedKey('visits')])).toEqual([undefined, undefined, 7, 2])
  })
})

it('finds the bucket of an event', () => {
  expect(bucketOf('2025-07-31T13:59:59Z', points)).toBe(points[1])
  expect(bucketOf('2025-07-31T11:00:00Z', points)).toBeUndefined()
  expect(bucketOf('2025-07-31T16:00:00Z', points)).toBeUndefined()
})
