import { SpecError } from './spec-error.ts'
import { decimalParameters, fixedLength, type PrimitiveType, type PrimitiveValue } from './types.ts'

/** Binary single-value serialization (spec, appendix D): bounds in manifests and partition summaries. */

/** Strings and binaries longer than this many code points or bytes are shortened in bounds, as other writers do. */
const boundLength = 16

const fixedWidth = (length: number, write: (buffer: Buffer) => void): Buffer => {
  const buffer = Buffer.allocUnsafe(length)
  write(buffer)
  return buffer
}

const mismatch = (type: PrimitiveType, value: unknown): SpecError =>
  new SpecError(`A value of type ${type} was expected, found ${typeof value} ${String(value).slice(0, 80)}.`)

function asNumber(type: PrimitiveType, value: PrimitiveValue): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint' && BigInt(Number(value)) === value) return Number(value)
  throw mismatch(type, value)
}

function asBigint(type: PrimitiveType, value: PrimitiveValue): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  throw mismatch(type, value)
}

function asBytes(type: PrimitiveType, value: PrimitiveValue): Buffer {
  if (!(value instanceof Uint8Array)) throw mismatch(type, value)
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}

/** The shortest two's-complement big-endian bytes of an integer. */
export function bigintToBytes(value: bigint): Buffer {
  let length = 1
  while (BigInt.asIntN(length * 8, value) !== value) length += 1
  const hex = BigInt.asUintN(length * 8, value)
    .toString(16)
    .padStart(length * 2, '0')
  return Buffer.from(hex, 'hex')
}

/** Reads a two's-complement big-endian integer of any length. */
export function bytesToBigint(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`))
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export function uuidToBytes(value: string): Buffer {
  const lower = value.toLowerCase()
  if (!uuidPattern.test(lower)) throw mismatch('uuid', value)
  return Buffer.from(lower.replaceAll('-', ''), 'hex')
}

export function bytesToUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Serializes a whole value, never shortened. @throws SpecError when the value is not of the type. */
export function encodeValue(type: PrimitiveType, value: PrimitiveValue): Buffer {
  switch (type) {
    case 'boolean':
      if (typeof value !== 'boolean') throw mismatch(type, value)
      return Buffer.from([value ? 1 : 0])
    case 'int':
    case 'date': {
      const number = asNumber(type, value)
      if ((number | 0) !== number) throw mismatch(type, value)
      return fixedWidth(4, (buffer) => buffer.writeInt32LE(number))
    }
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'timestamp_ns':
    case 'timestamptz_ns': {
      const bigint = asBigint(type, value)
      if (BigInt.asIntN(64, bigint) !== bigint) throw mismatch(type, value)
      return fixedWidth(8, (buffer) => buffer.writeBigInt64LE(bigint))
    }
    case 'float': {
      if (typeof value !== 'number') throw mismatch(type, value)
      return fixedWidth(4, (buffer) => buffer.writeFloatLE(value))
    }
    case 'double': {
      if (typeof value !== 'number') throw mismatch(type, value)
      return fixedWidth(8, (buffer) => buffer.writeDoubleLE(value))
    }
    case 'string':
      if (typeof value !== 'string') throw mismatch(type, value)
      return Buffer.from(value, 'utf8')
    case 'uuid':
      if (typeof value !== 'string') throw mismatch(type, value)
      return uuidToBytes(value)
    case 'binary':
      return asBytes(type, value)
    default: {
      const length = fixedLength(type)
      if (length !== null) {
        const bytes = asBytes(type, value)
        if (bytes.length !== length) throw mismatch(type, value)
        return bytes
      }
      return bigintToBytes(asBigint(type, value))
    }
  }
}

/** Reads a serialized value. An 8-byte value of an `int` column, or 4 bytes of a `long` or `double`, stem from a widened type. */
export function decodeValue(type: PrimitiveType, bytes: Uint8Array): PrimitiveValue {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const need = (...lengths: number[]): void => {
    if (lengths.includes(buffer.length)) return
    throw new SpecError(
      `A bound of type ${type} has ${buffer.length} bytes, expected ${lengths.join(' or ')}.`,
    )
  }
  switch (type) {
    case 'boolean':
      need(1)
      return buffer[0] !== 0
    case 'int':
    case 'date':
      need(4)
      return buffer.readInt32LE()
    case 'timestamp':
    case 'timestamp_ns':
      need(4, 8)
      if (buffer.length === 8) return buffer.readBigInt64LE()
      // Days, from before the column was widened from date.
      return BigInt(buffer.readInt32LE()) * (type === 'timestamp' ? 86_400_000_000n : 86_400_000_000_000n)
    case 'long':
    case 'time':
    case 'timestamptz':
    case 'timestamptz_ns':
      need(4, 8)
      return buffer.length === 4 ? BigInt(buffer.readInt32LE()) : buffer.readBigInt64LE()
    case 'float':
      need(4)
      return buffer.readFloatLE()
    case 'double':
      need(4, 8)
      return buffer.length === 4 ? buffer.readFloatLE() : buffer.readDoubleLE()
    case 'string':
      return buffer.toString('utf8')
    case 'uuid':
      need(16)
      return bytesToUuid(buffer)
    case 'binary':
      return buffer
    default:
      if (decimalParameters(type)) return bytesToBigint(buffer)
      return buffer
  }
}

function truncateCodePoints(text: string): string | null {
  // A string has at most as many code points as UTF-16 units, so short ones need no walk.
  if (text.length <= boundLength) return null
  let end = 0
  for (let count = 0; count < boundLength; count += 1) {
    if (end >= text.length) return null
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  }
  return end < text.length ? text.slice(0, end) : null
}

/** The smallest string that is greater than all strings starting with `prefix`, of at most its length; null if there is none. */
function incrementString(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0)
  for (let index = points.length - 1; index >= 0; index -= 1) {
    let next = (points[index] ?? 0) + 1
    // Surrogates are no characters.
    if (next >= 0xd800 && next <= 0xdfff) next = 0xe000
    if (next <= 0x10ffff) return String.fromCodePoint(...points.slice(0, index), next)
  }
  return null
}

function incrementBytes(prefix: Buffer): Buffer | null {
  for (let index = prefix.length - 1; index >= 0; index -= 1) {
    const byte = prefix[index] ?? 0
    if (byte < 255) {
      const result = Buffer.from(prefix.subarray(0, index + 1))
      result[index] = byte + 1
      return result
    }
  }
  return null
}

/**
 * Serializes a column's smallest or largest value as a bound. Strings are cut after 16 code points and binaries after 16
 * bytes; an upper bound that is cut has its last code point (byte) incremented, so that it stays an upper bound.
 * Returns null when the value gives no bound: NaN, or a cut upper bound that cannot be incremented.
 * Also takes values of `PrimitiveValue` in wider JavaScript types: bigint for int, safe integers for long.
 * @throws SpecError when the value is not of the type.
 */
export function encodeBound(
  type: PrimitiveType,
  value: PrimitiveValue,
  side: 'lower' | 'upper',
): Buffer | null {
  if (typeof value === 'number' && Number.isNaN(value)) return null
  if (type === 'string' && typeof value === 'string') {
    const cut = truncateCodePoints(value)
    if (cut === null) return Buffer.from(value, 'utf8')
    const bound = side === 'lower' ? cut : incrementString(cut)
    return bound === null ? null : Buffer.from(bound, 'utf8')
  }
  const bytes = encodeValue(type, value)
  if (type !== 'binary' || bytes.length <= boundLength) return bytes
  const cut = bytes.subarray(0, boundLength)
  return side === 'lower' ? Buffer.from(cut) : incrementBytes(cut)
}
