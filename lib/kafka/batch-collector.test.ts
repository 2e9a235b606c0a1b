import { expect, test } from 'vitest'
import { BatchCollector } from './batch-collector.ts'

const record = (offset: bigint, bytes = 10) => ({
  offset,
  timestamp: 0,
  key: null,
  value: Buffer.alloc(bytes),
})
const collector = () => new BatchCollector('t', { rows: 3, bytes: 100, milliseconds: 1000 })

test('is due when rows, bytes or time are up, whichever is first', () => {
  const byRows = collector()
  expect(byRows.remainingMs(0)).toBe(Number.POSITIVE_INFINITY)
  byRows.add(0, 0n, record(0n), 5n, 500)
  expect(byRows.remainingMs(600)).toBe(900)
  expect(byRows.remainingMs(1500)).toBe(0)
  byRows.add(0, 1n, record(1n), 5n, 1000)
  expect(byRows.remainingMs(1000)).toBe(500)
  byRows.add(1, 0n, record(0n), 5n, 1000)
  expect(byRows.isFull).toBe(true)
  expect(byRows.remainingMs(1000)).toBe(0)
  const byBytes = collector()
  byBytes.add(0, 0n, record(0n, 100), 5n, 0)
  expect(byBytes.isFull).toBe(true)
})

test('ranges begin where the last one ended, and cover offsets without records', () => {
  const batches = collector()
  batches.add(1, 4n, record(7n), 20n, 0)
  batches.add(0, 2n, record(2n), 20n, 0)
  expect(batches.extend(1, 9n)).toBe(true)
  expect(batches.extend(1, 8n)).toBe(true)
  expect(batches.extend(2, 5n)).toBe(false)
  const batch = batches.take()
  expect(batch.partitions.map(({ partition, from, to }) => [partition, from, to])).toEqual([
    [0, 2n, 3n],
    [1, 4n, 9n],
  ])
  expect([batch.rows, batch.bytes]).toEqual([2, 20])
  expect(batches.isEmpty).toBe(true)
  expect(batches.extend(1, 12n)).toBe(false)
})

test('offsets beyond 2^53 stay exact', () => {
  const batches = collector()
  batches.add(0, 9_007_199_254_740_993n, record(9_007_199_254_740_993n), 9_007_199_254_740_995n, 0)
  expect(batches.take().partitions[0]?.to).toBe(9_007_199_254_740_994n)
})
