import type { FileIO } from '#lib/storage/file-io.ts'

const newline = 0x0a
const firstChunk = 64 * 1024
const largestChunk = 8 * 1024 * 1024

/** The last line border in `(from, to]`: the position after the last line break, or null when there is none. */
export async function lastLineBorder(
  io: FileIO,
  location: string,
  from: number,
  to: number,
): Promise<number | null> {
  let chunk = firstChunk
  for (let end = to; end > from; ) {
    const start = Math.max(from, end - chunk)
    const bytes = await io.read(location, { offset: start, length: end - start })
    const found = bytes.lastIndexOf(newline)
    if (found >= 0) return start + found + 1
    end = start
    chunk = Math.min(largestChunk, chunk * 2)
  }
  return null
}

/** The first line border after `from`, at most `size`: where a line that is longer than a batch ends. */
export async function nextLineBorder(
  io: FileIO,
  location: string,
  from: number,
  size: number,
): Promise<number | null> {
  for (let start = from; start < size; start += largestChunk) {
    const length = Math.min(largestChunk, size - start)
    const found = (await io.read(location, { offset: start, length })).indexOf(newline)
    if (found >= 0) return start + found + 1
  }
  return null
}
