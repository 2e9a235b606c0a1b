import { isUtf8 } from 'node:buffer'
import { messageOf } from '../../errors.ts'
import { longestLineBytes } from './prepare-input.ts'
import { byteOrderMark, type ScannedLine } from './scan-lines.ts'

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`

/**
 * Says why a line is no JSON object, in one sentence; null when it is one (the mapping's own reasons then say what is
 * wrong with its fields).
 */
export function diagnoseLine({ bytes, length }: ScannedLine): string | null {
  if (length > longestLineBytes) {
    return `line: expected at most ${longestLineBytes} bytes, found ${length}`
  }
  if (!isUtf8(bytes)) return 'line: expected UTF-8, found bytes that are not'
  try {
    const value: unknown = JSON.parse(bytes.subarray(byteOrderMark(bytes)).toString('utf8'))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? null : `line: expected a JSON object, found ${kindOf(value)}`
  } catch (error) {
    // V8 quotes the text around the fault, which the row's raw column has in full.
    const reason = messageOf(error)
      .replace(/, (?:\.\.\.)?".*$/s, '')
      .slice(0, 120)
    return `line: expected JSON, found malformed text (${reason})`
  }
}

/** The first bytes of a line as text for a column: bytes that are not UTF-8 become U+FFFD, NUL disappears. */
export function rawText(bytes: Buffer, maxBytes: number): string {
  const text = bytes.subarray(0, maxBytes).toString('utf8').replaceAll('\0', '')
  return (bytes.length > maxBytes ? text.replace(/\uFFFD+$/, '') : text).replace(/\r$/, '')
}
