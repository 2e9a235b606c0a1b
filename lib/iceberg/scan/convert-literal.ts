import { AppError } from '../../errors.ts'
import { decimalParameters, fixedLength, type PrimitiveType, type PrimitiveValue } from '../spec/types.ts'
import type { Literal } from './expression.ts'

const dateText = /^[+-]?\d{4,6}-\d{2}-\d{2}$/
const timestampText =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,6})\d*)?(Z|[+-]\d{2}:?\d{2})?$/i
const timeText = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?$/
const decimalText = /^([+-]?)(\d+)(?:\.(\d+))?$/

function parseTimestamp(text: string, zoned: boolean): bigint | null {
  const match = timestampText.exec(text)
  if (!match || (zoned && !match[4])) return null
  const zone = zoned ? (match[4] ?? 'Z').replace(/^([+-]\d{2})(\d{2})$/, '$1:$2') : 'Z'
  const millis = Date.parse(`${match[1]}T${match[2]}${zone.toUpperCase()}`)
  if (Number.isNaN(millis)) return null
  return BigInt(millis) * 1000n + BigInt((match[3] ?? '').padEnd(6, '0'))
}

function parseTime(text: string): bigint | null {
  const match = timeText.exec(text)
  if (!match) return null
  const seconds = Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0)
  return BigInt(seconds) * 1_000_000n + BigInt((match[4] ?? '').padEnd(6, '0'))
}

function parseDecimal(text: string, scale: number): bigint | null {
  const match = decimalText.exec(text)
  const fraction = (match?.[3] ?? '').replace(/0+$/, '')
  if (!match || fraction.length > scale) return null
  const unscaled = BigInt(`${match[2]}${fraction.padEnd(scale, '0')}`)
  return match[1] === '-' ? -unscaled : unscaled
}

const parseDate = (text: string): number | null => {
  const millis = dateText.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return Number.isNaN(millis) ? null : millis / 86_400_000
}

function convert(type: PrimitiveType, literal: Literal): PrimitiveValue | null {
  const integer =
    typeof literal === 'bigint' || (typeof literal === 'number' && Number.isSafeInteger(literal))
      ? literal
      : null
  switch (type) {
    case 'boolean':
      return typeof literal === 'boolean' ? literal : null
    case 'int':
    case 'long':
      return integer === null ? null : BigInt(integer)
    case 'float':
    case 'double':
      return typeof literal === 'number' || typeof literal === 'bigint' ? Number(literal) : null
    case 'string':
      return typeof literal === 'string' ? literal : null
    case 'uuid':
      return typeof literal === 'string' && /^[0-9a-f-]{36}$/i.test(literal) ? literal.toLowerCase() : null
    case 'binary':
      return literal instanceof Uint8Array ? literal : null
    case 'date':
      if (literal instanceof Date) return Math.floor(literal.getTime() / 86_400_000)
      if (typeof literal === 'string') return parseDate(literal)
      return integer === null ? null : Number(integer)
    case 'time':
      return typeof literal === 'string' ? parseTime(literal) : typeof literal === 'bigint' ? literal : null
    case 'timestamp':
    case 'timestamptz':
      if (literal instanceof Date) return BigInt(literal.getTime()) * 1000n
      if (typeof literal === 'string') return parseTimestamp(literal, type === 'timestamptz')
      // A number could be seconds, milliseconds or microseconds, so only bigint microseconds are taken.
      return typeof literal === 'bigint' ? literal : null
    default: {
      if (fixedLength(type) !== null) return literal instanceof Uint8Array ? literal : null
      const { scale } = decimalParameters(type) ?? { scale: 0 }
      if (typeof literal === 'bigint') return literal
      return typeof literal === 'string' || typeof literal === 'number'
        ? parseDecimal(String(literal), scale)
        : null
    }
  }
}

const expectations: Partial<Record<PrimitiveType, string>> = {
  date: 'a date such as 2025-07-01',
  time: 'a time such as 13:00:00',
  timestamp: 'a timestamp without offset such as 2025-07-01T13:00:00, or microseconds as bigint',
  timestamptz: 'a timestamp with offset such as 2025-07-01T13:00:00Z, or microseconds as bigint',
}

/**
 * A literal as a value of the column's type. Integers become bigint whatever their width, so that a literal that does
 * not fit the column compares right.
 * @throws AppError `bad-input` when it is no value of that type
 */
export function convertLiteral(column: string, type: PrimitiveType, literal: Literal): PrimitiveValue {
  const value = convert(type, literal)
  if (value !== null) return value
  throw new AppError(
    'bad-input',
    `The filter compares column "${column}" of type ${type} with ${JSON.stringify(String(literal))}; expected ${expectations[type] ?? `a value of type ${type}`}.`,
    { context: { column, type } },
  )
}
