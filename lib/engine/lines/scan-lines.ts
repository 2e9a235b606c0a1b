import { open } from 'node:fs/promises'

const chunkBytes = 4 << 20
const lineFeed = 10

/** What DuckDB's JSON reader skips between values; a line of nothing else is no row. */
const isWhitespace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13)

function isBlank(chunk: Uint8Array, from: number, to: number): boolean {
  for (let index = from; index < to; index += 1) if (!isWhitespace(chunk[index] as number)) return false
  return true
}

/** Bytes of the byte-order mark that a file begins with, which DuckDB skips there and only there. */
export const byteOrderMark = (bytes: Uint8Array): number =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0

export interface LineTotals {
  /** Lines, the last one also without its line break. */
  lines: number
  blankLines: number
  /** Bytes of the longest line without its line break. */
  longestLine: number
  bytes: number
}

/** Counts a file's lines, reading it once in constant memory. */
export async function countLines(path: string): Promise<LineTotals> {
  const totals: LineTotals = { lines: 0, blankLines: 0, longestLine: 0, bytes: 0 }
  const buffer = Buffer.allocUnsafe(chunkBytes)
  const file = await open(path)
  try {
    // Of the line that a chunk ends in the middle of:
    let carriedBytes = 0
    let carriedBlank = true
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, null)
      if (bytesRead === 0) break
      const mark = totals.bytes === 0 ? byteOrderMark(buffer.subarray(0, bytesRead)) : 0
      totals.bytes += bytesRead
      let start = 0
      for (;;) {
        const end = buffer.indexOf(lineFeed, start)
        if (end === -1 || end >= bytesRead) break
        const length = carriedBytes + end - start
        if (length > totals.longestLine) totals.longestLine = length
        totals.lines += 1
        // Lines of data start with a brace: the loop over blanks is hardly ever entered.
        if (carriedBlank && isBlank(buffer, Math.max(start, mark), end)) totals.blankLines += 1
        carriedBytes = 0
        carriedBlank = true
        start = end + 1
      }
      if (start < bytesRead) {
        carriedBytes += bytesRead - start
        carriedBlank &&= isBlank(buffer, Math.max(start, mark), bytesRead)
      }
    }
    if (carriedBytes > 0) {
      totals.lines += 1
      if (carriedBlank) totals.blankLines += 1
      if (carriedBytes > totals.longestLine) totals.longestLine = carriedBytes
    }
  } finally {
    await file.close()
  }
  return totals
}

export interface ScannedLine {
  /** 1-based, blank lines count. */
  line: number
  /** 1-based among the lines that are not blank: DuckDB's row. */
  row: number
  /** The line's bytes without its line break, up to `keepBytes`. Valid until the next step. */
  bytes: Buffer
  /** Bytes of the whole line without its line break. */
  length: number
}

/** Walks over the lines of a file that are not blank, keeping at most `keepBytes` of each. */
export async function* scanLines(path: string, keepBytes: number): AsyncGenerator<ScannedLine> {
  const file = await open(path)
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes)
    let line = 0
    let row = 0
    let mark = 0
    let kept: Buffer[] = []
    let length = 0
    let blank = true
    const add = (from: number, to: number, copy: boolean) => {
      const room = keepBytes - Math.min(length, keepBytes)
      if (room > 0) {
        const part = chunk.subarray(from, Math.min(to, from + room))
        kept.push(copy ? Buffer.from(part) : part)
      }
      length += to - from
      blank &&= isBlank(chunk, Math.max(from, mark), to)
    }
    const finish = (): ScannedLine | null => {
      line += 1
      const bytes = kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept)
      const scanned = blank ? null : { line, row: row + 1, bytes, length }
      if (scanned) row += 1
      kept = []
      length = 0
      blank = true
      return scanned
    }
    for (let first = true; ; first = false) {
      const { bytesRead } = await file.read(chunk, 0, chunkBytes, null)
      if (bytesRead === 0) break
      mark = first ? byteOrderMark(chunk.subarray(0, bytesRead)) : 0
      let start = 0
      for (;;) {
        const end = chunk.indexOf(lineFeed, start)
        if (end === -1 || end >= bytesRead) break
        add(start, end, false)
        const scanned = finish()
        if (scanned) yield scanned
        start = end + 1
      }
      if (start < bytesRead) add(start, bytesRead, true)
    }
    if (length > 0) {
      const scanned = finish()
      if (scanned) yield scanned
    }
  } finally {
    await file.close()
  }
}

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace] = [34, 92, 91, 93, 123, 125]

/**
 * Whether a line begins with an object that also ends on it: whatever else is wrong with it, no parser goes on behind it.
 * Other lines are never events.
 */
export function isClosedObject(bytes: Uint8Array): boolean {
  let start = byteOrderMark(bytes)
  while (start < bytes.length && isWhitespace(bytes[start] as number)) start += 1
  if (bytes[start] !== openBrace) return false
  let depth = 0
  for (let index = start; index < bytes.length; index += 1) {
    const byte = bytes[index]
    if (byte === quote) {
      for (index += 1; bytes[index] !== quote; index += bytes[index] === backslash ? 2 : 1) {
        if (index >= bytes.length) return false
      }
    } else if (byte === openBrace || byte === openBracket) depth += 1
    else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1
      if (depth === 0) return true
    }
  }
  return false
}
