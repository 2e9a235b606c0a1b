import { open } from 'node:fs/promises'
import type { PositionRun } from '#lib/engine/tasks.ts'
import type { TopicBatch } from '#lib/kafka/kafka-client.ts'

const lineBreak = Buffer.from('\n')
/** Small writes cost a system call each, one large one a copy of the whole batch. */
const writeBytes = 4_000_000

export interface RecordLines {
  positions: PositionRun[]
  /** Byte ranges of the file by partition. */
  slices: { partition: number; from: bigint; to: bigint; start: number; end: number }[]
  /** Records without a value (tombstones), which an event stream has no use for. */
  empty: number
}

/**
 * Writes records as JSON Lines for the engine, partitions one after the other, and tells the offsets of the lines. Line
 * breaks inside a value become spaces: between JSON's tokens they mean the same, and within its strings they are not
 * allowed anyway.
 */
export async function recordsToLines(batch: TopicBatch, path: string): Promise<RecordLines> {
  const positions: PositionRun[] = []
  const slices: RecordLines['slices'] = []
  let line = 1
  let bytes = 0
  let empty = 0
  const file = await open(path, 'w')
  try {
    let parts: Buffer[] = []
    let waiting = 0
    const flush = async () => {
      if (parts.length > 0) await file.writeFile(Buffer.concat(parts, waiting))
      parts = []
      waiting = 0
    }
    for (const { partition, from, to, records } of batch.partitions) {
      const start = bytes
      let expected: bigint | undefined
      for (const { offset, value } of records) {
        if (value === null) {
          empty += 1
          continue
        }
        if (offset !== expected) {
          positions.push({ firstLine: line, partition: String(partition), position: offset })
        }
        expected = offset + 1n
        const text = onOneLine(value)
        parts.push(text, lineBreak)
        waiting += text.byteLength + 1
        bytes += text.byteLength + 1
        line += 1
        if (waiting >= writeBytes) await flush()
      }
      slices.push({ partition, from, to, start, end: bytes })
    }
    await flush()
  } finally {
    await file.close()
  }
  return { positions, slices, empty }
}

function onOneLine(value: Buffer): Buffer {
  if (!value.includes(0x0a) && !value.includes(0x0d)) return value
  const copy = Buffer.from(value)
  for (let index = 0; index < copy.length; index += 1) {
    if (copy[index] === 0x0a || copy[index] === 0x0d) copy[index] = 0x20
  }
  return copy
}
