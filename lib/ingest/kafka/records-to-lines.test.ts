import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { KafkaRecord, TopicBatch } from '#lib/kafka/kafka-client.ts'
import { recordsToLines } from './records-to-lines.ts'

const record = (offset: bigint, value: string | null): KafkaRecord => ({
  offset,
  timestamp: 0,
  key: null,
  value: value === null ? null : Buffer.from(value),
})

const folder = mkdtempSync(path.join(tmpdir(), 'firn-lines-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function written(batch: TopicBatch) {
  const file = path.join(folder, 'lines.jsonl')
  const result = await recordsToLines(batch, file)
  return { ...result, lines: readFileSync(file) }
}

describe('recordsToLines', () => {
  it('starts a run of positions for each partition and after each gap', async () => {
    const result = await written({
      topic: 't',
      rows: 5,
      bytes: 0,
      partitions: [
        {
          partition: 0,
          from: 10n,
          to: 15n,
          highWatermark: 15n,
          records: [record(10n, 'a'), record(11n, 'b'), record(14n, 'c')],
        },
        { partition: 3, from: 7n, to: 9n, highWatermark: 9n, records: [record(7n, null), record(8n, 'd')] },
      ],
    })
    expect(result.lines.toString()).toBe('a\nb\nc\nd\n')
    expect(result.positions).toEqual([
      { firstLine: 1, partition: '0', position: 10n },
      { firstLine: 3, partition: '0', position: 14n },
      { firstLine: 4, partition: '3', position: 8n },
    ])
    expect(result.slices.map(({ start, end }) => result.lines.toString('utf8', start, end))).toEqual([
      'a\nb\nc\n',
      'd\n',
    ])
    expect(result.empty).toBe(1)
  })

  it('keeps a value with line breaks on one line', async () => {
    const result = await written({
      topic: 't',
      rows: 1,
      bytes: 0,
      partitions: [
        { partition: 0, from: 0n, to: 1n, highWatermark: 1n, records: [record(0n, '{\r\n "a": 1\n}')] },
      ],
    })
    expect(result.lines.toString()).toBe('{   "a": 1 }\n')
  })
})
