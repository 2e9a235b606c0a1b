import { describe, expect, it } from 'vitest'
import type { PartitionItem } from '#lib/api/catalog-schemas.ts'
import { hourGrid } from './hour-grid.ts'

const item = (partition: Record<string, string | null>): PartitionItem => ({
  partition,
  specId: 0,
  rows: 1,
  files: 1,
  bytes: 1,
  averageFileBytes: 1,
  smallFiles: 1,
  deleteFiles: 0,
  lastUpdatedSnapshotId: null,
  lastUpdatedAt: null,
})
const identity = (year: string, month: string, day: string, hour: string) => item({ year, month, day, hour })

describe('hourGrid', () => {
  it('places identity year, month, day, hour and keeps days without partitions', () => {
    const grid = hourGrid([identity('2025', '7', '31', '23'), identity('2025', '8', '2', '0')])
    expect(grid?.days).toEqual(['2025-07-31', '2025-08-01', '2025-08-02'])
    expect([...(grid?.cells.keys() ?? [])]).toEqual(['2025-07-31T23', '2025-08-02T0'])
  })

  it('places an hour transform', () => {
    expect(hourGrid([item({ at_hour: '2025-07-01-13' })])?.cells.has('2025-07-01T13')).toBe(true)
  })

  it('keeps the latest days where there are too many', () => {
    const days = Array.from({ length: 100 }, (_, day) => new Date(Date.UTC(2025, 0, 1 + day)))
    const grid = hourGrid(
      days.map((day) => identity('2025', String(day.getUTCMonth() + 1), String(day.getUTCDate()), '0')),
    )
    expect(grid?.days).toHaveLength(62)
    expect(grid?.days.at(-1)).toBe('2025-04-10')
  })

  it('breaks the axis where many days are missing', () => {
    const grid = hourGrid([identity('2025', '7', '31', '23'), identity('2026', '11', '21', '12')])
    expect(grid?.days).toEqual(['2025-07-31', null, '2026-11-21'])
  })

  it.each([
    [[]],
    [[item({ region: 'kr' })]],
    [[identity('2025', '7', '31', '24')]],
    [[identity('2025', '13', '31', '2')]],
    [[identity('2025', '7', '31', '1'), item({ year: null, month: '7', day: '1', hour: '1' })]],
  ])('is null for anything else: %#', (partitions) => {
    expect(hourGrid(partitions)).toBeNull()
  })
})
