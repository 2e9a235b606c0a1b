import { describe, expect, it } from 'vitest'
import type { SnapshotItem } from '#lib/api/catalog-schemas.ts'
import { buildTimeline, downsample, recentThroughput } from './timeline.ts'

const snapshot = (index: number, over: Partial<SnapshotItem> = {}): SnapshotItem => ({
  snapshotId: String(index),
  parentSnapshotId: index === 0 ? null : String(index - 1),
  sequenceNumber: String(index + 1),
  committedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, index * 10)).toISOString(),
  operation: 'append',
  committedBy: 'firn',
  schemaId: 0,
  manifestList: '',
  inHistory: true,
  current: false,
  refs: [],
  added: { dataFiles: 1, records: 100, bytes: 1_000 },
  removed: { dataFiles: 0, records: 0, bytes: 0 },
  totals: { dataFiles: index + 1, records: 100 * (index + 1), bytes: 1_000 * (index + 1) },
  summary: {},
  ...over,
})

const runId = '0199a1b2-0000-7000-8000-000000000000'

const compaction = (index: number): SnapshotItem =>
  snapshot(index, {
    operation: 'replace',
    added: { dataFiles: 1, records: 1_000, bytes: 8_000 },
    removed: { dataFiles: 10, records: 1_000, bytes: 10_000 },
    totals: { dataFiles: 3, records: 1_200, bytes: 10_000 },
  })

describe('downsample', () => {
  const many = Array.from({ length: 5_000 }, (_, index) =>
    index % 100 === 50 ? compaction(index) : snapshot(index),
  )

  it('keeps within the limit, the ends, and every compaction with the snapshot before it', () => {
    const kept = downsample(many, 500)
    expect(kept.length).toBeLessThanOrEqual(500)
    const ids = kept.map((item) => Number(item.snapshotId))
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
    expect(ids[0]).toBe(0)
    expect(ids.at(-1)).toBe(4_999)
    for (let index = 50; index < 5_000; index += 100) {
      expect(ids).toContain(index)
      expect(ids).toContain(index - 1)
    }
  })

  it('keeps within the limit where compactions alone are too many', () => {
    const all = Array.from({ length: 2_000 }, (_, index) => compaction(index))
    expect(downsample(all, 500).length).toBeLessThanOrEqual(500)
  })

  it('leaves a short history alone', () => {
    expect(downsample(many.slice(0, 3), 500)).toHaveLength(3)
    expect(downsample([], 500)).toEqual([])
  })
})

describe('buildTimeline', () => {
  it('shows a compaction before and after, even without its parent', () => {
    const timeline = buildTimeline([{ ...compaction(1), summary: { 'firn.run-id': runId } }], 500)
    expect(timeline.compactions).toEqual([
      {
        snapshotId: '1',
        at: compaction(1).committedAt,
        runId,
        before: { files: 12, bytes: 12_000, averageFileBytes: 1_000 },
        after: { files: 3, bytes: 10_000, averageFileBytes: 3_333 },
        removed: { files: 10, bytes: 10_000, averageFileBytes: 1_000 },
        added: { files: 1, bytes: 8_000, averageFileBytes: 8_000 },
      },
    ])
  })

  it('is oldest first and leaves out what the current snapshot does not descend from', () => {
    const items = [snapshot(2), snapshot(1, { inHistory: false }), snapshot(0)]
    expect(buildTimeline(items, 500).points.map((item) => item.snapshotId)).toEqual(['0', '2'])
  })
})

describe('recentThroughput', () => {
  const now = new Date(Date.UTC(2026, 0, 1, 0, 1, 0))

  it('counts appended rows, not what a compaction rewrote', () => {
    expect(recentThroughput([compaction(5), snapshot(4), snapshot(3)], now, 60)).toEqual({
      records: 200,
      seconds: 60,
      recordsPerSecond: 200 / 60,
    })
  })

  it('is null where nothing came in', () => {
    expect(recentThroughput([snapshot(0)], now, 10)).toBeNull()
  })
})
