import { murmur3 } from './murmur3.ts'
import type { Transform, UnknownTransform } from './partition-spec.ts'
import type { PartitionValue } from './partition-value.ts'
import { bigintToBytes, uuidToBytes } from './single-value.ts'
import { SpecError } from './spec-error.ts'
import { decimalParameters, fixedLength, type PrimitiveType, type PrimitiveValue } from './types.ts'

/** Partition transforms (spec: "Partition Transforms"). */

const parameterised = /^(bucket|truncate)\[(\d+)\]$/
const plain: ReadonlySet<string> = new Set(['identity', 'year', 'month', 'day', 'hour', 'void'])

const microsPerDay = 86_400_000_000n
const microsPerHour = 3_600_000_000n
const isNanos = (source: PrimitiveType): boolean => source === 'timestamp_ns' || source === 'timestamptz_ns'

/** Reads a transform's name. @throws SpecError for one this version does not know. */
export function parseTransform(text: string): Transform {
  if (plain.has(text)) return text as Transform
  const match = parameterised.exec(text)
  const width = Number(match?.[2])
  if (match && width > 0 && width <= 0x7fffffff) return `${match[1] as 'bucket' | 'truncate'}[${width}]`
  throw new SpecError(
    `"${text}" is not a partition transform. Known are identity, year, month, day, hour, bucket[n], truncate[w] and void.`,
  )
}

/** Reads a transform's name out of a table's metadata, where a later version's may be. */
export function readTransform(text: string): Transform {
  return isTransformName(text) ? parseTransform(text) : (text as UnknownTransform)
}

const isTransformName = (text: string): boolean =>
  plain.has(text) || /^(bucket|truncate)\[0*[1-9]\d*\]$/.test(text)

export const isUnknownTransform = (transform: Transform): transform is UnknownTransform =>
  !isTransformName(transform)

/** Kind and number of a transform: `bucket[16]` is `{kind: 'bucket', width: 16}`; width is 0 for those without. */
export function transformParts(transform: Transform): { kind: string; width: number } {
  const match = parameterised.exec(transform)
  return match ? { kind: match[1] ?? '', width: Number(match[2]) } : { kind: transform, width: 0 }
}

const timeKinds: Record<string, readonly string[]> = {
  year: ['date', 'timestamp', 'timestamptz', 'timestamp_ns', 'timestamptz_ns'],
  month: ['date', 'timestamp', 'timestamptz', 'timestamp_ns', 'timestamptz_ns'],
  day: ['date', 'timestamp', 'timestamptz', 'timestamp_ns', 'timestamptz_ns'],
  hour: ['timestamp', 'timestamptz', 'timestamp_ns', 'timestamptz_ns'],
}
const notHashable: ReadonlySet<string> = new Set(['boolean', 'float', 'double', 'unknown', 'variant'])
const notOrdered = /^(variant|geometry|geography)/
const truncatable: ReadonlySet<string> = new Set(['int', 'long', 'string', 'binary'])

/** The type a transform makes of a source type. @throws SpecError when the transform does not take that type. */
export function transformResultType(transform: Transform, source: PrimitiveType): PrimitiveType {
  // The specification has readers assume a string.
  if (isUnknownTransform(transform)) return 'string'
  const { kind } = transformParts(transform)
  const refuse = () => new SpecError(`The transform ${transform} does not take a column of type ${source}.`)
  if (kind === 'void') return source
  if (notOrdered.test(source)) throw refuse()
  if (kind === 'identity') return source
  if (kind === 'bucket') {
    if (notHashable.has(source)) throw refuse()
    return 'int'
  }
  if (kind === 'truncate') {
    if (!truncatable.has(source) && !decimalParameters(source)) throw refuse()
    return source
  }
  if (!timeKinds[kind]?.includes(source)) throw refuse()
  return kind === 'day' ? 'date' : 'int'
}

const floorDivide = (a: bigint, b: bigint): bigint => {
  const quotient = a / b
  return a % b < 0n ? quotient - 1n : quotient
}

/** Microseconds since the epoch of a timestamp of either precision. */
const microsOf = (source: PrimitiveType, value: PrimitiveValue): bigint =>
  isNanos(source) ? floorDivide(BigInt(value as bigint), 1000n) : BigInt(value as bigint)

function daysOf(source: PrimitiveType, value: PrimitiveValue): number {
  return source === 'date' ? Number(value) : Number(floorDivide(microsOf(source, value), microsPerDay))
}

const hashLong = (value: bigint): number => {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeBigInt64LE(value)
  return murmur3(bytes)
}

/** The 32-bit hash the bucket transform uses (spec, appendix B). */
export function bucketHash(source: PrimitiveType, value: PrimitiveValue): number {
  if (typeof value === 'string')
    return murmur3(source === 'uuid' ? uuidToBytes(value) : Buffer.from(value, 'utf8'))
  if (value instanceof Uint8Array) return murmur3(value)
  if (decimalParameters(source)) return murmur3(bigintToBytes(BigInt(value)))
  // Nanoseconds hash as their microseconds do, so that both precisions share buckets.
  return hashLong(isNanos(source) ? microsOf(source, value) : BigInt(value))
}

function truncateString(text: string, width: number): string {
  if (text.length <= width) return text
  let end = 0
  for (let count = 0; count < width && end < text.length; count += 1) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  }
  return text.slice(0, end)
}

function truncateValue(value: PrimitiveValue, width: number): PrimitiveValue {
  if (typeof value === 'string') return truncateString(value, width)
  if (typeof value === 'number') return value - (((value % width) + width) % width)
  if (typeof value === 'bigint') {
    const wide = BigInt(width)
    return value - (((value % wide) + wide) % wide)
  }
  return value instanceof Uint8Array ? value.subarray(0, width) : value
}

/**
 * The function a transform is for values of a source type; null gives null.
 * @throws SpecError when the transform does not take that type.
 */
export function transformFunction(
  transform: Transform,
  source: PrimitiveType,
): (value: PartitionValue) => PartitionValue {
  transformResultType(transform, source)
  if (isUnknownTransform(transform)) {
    throw new SpecError(
      `The transform ${transform} is not known to this version of Firn and cannot be applied.`,
    )
  }
  const { kind, width } = transformParts(transform)
  const onValue = (apply: (value: PrimitiveValue) => PartitionValue) => (value: PartitionValue) =>
    value === null ? null : apply(value)
  switch (kind) {
    case 'void':
      return () => null
    case 'year':
      return onValue((value) => new Date(daysOf(source, value) * 86_400_000).getUTCFullYear() - 1970)
    case 'month':
      return onValue((value) => {
        const date = new Date(daysOf(source, value) * 86_400_000)
        return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
      })
    case 'day':
      return onValue((value) => daysOf(source, value))
    case 'hour':
      return onValue((value) => Number(floorDivide(microsOf(source, value), microsPerHour)))
    case 'bucket':
      return onValue((value) => (bucketHash(source, value) & 0x7fffffff) % width)
    case 'truncate':
      return onValue((value) => truncateValue(value, width))
    default:
      return (value) => value
  }
}

/** Whether a transform keeps the order of its source values, so that ranges can be projected through it. */
export function keepsOrder(transform: Transform): boolean {
  const { kind } = transformParts(transform)
  return kind !== 'bucket' && kind !== 'void' && !isUnknownTransform(transform)
}

const pad = (value: number, length = 2): string => String(value).padStart(length, '0')
const isoDay = (days: number): string => new Date(days * 86_400_000).toISOString().slice(0, 10)

/** Microseconds since the epoch as `2025-07-01T00:00:00.000000` (the fraction only when it is not zero). */
export function formatMicros(micros: bigint): string {
  const seconds = floorDivide(micros, 1_000_000n)
  const fraction = micros - seconds * 1_000_000n
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
  return fraction === 0n ? text : `${text}.${fraction.toString().padStart(6, '0')}`
}

/** Nanoseconds since the epoch as `2025-07-01T00:00:00.000000000`, the fraction only when it is not zero. */
export function formatNanos(nanos: bigint): string {
  const seconds = floorDivide(nanos, 1_000_000_000n)
  const fraction = nanos - seconds * 1_000_000_000n
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
  return fraction === 0n ? text : `${text}.${fraction.toString().padStart(9, '0')}`
}

/** The unscaled value of a decimal as people write it: 1420 of scale 2 is `14.20`. */
export function formatDecimal(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString()
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** A value as people read it: dates and times in ISO 8601, decimals with their point, bytes in base64. */
export function formatValue(type: PrimitiveType, value: PartitionValue): string {
  if (value === null) return 'null'
  if (type === 'date') return isoDay(Number(value))
  if (type === 'timestamp') return formatMicros(BigInt(value as bigint))
  if (type === 'timestamptz') return `${formatMicros(BigInt(value as bigint))}+00:00`
  if (type === 'timestamp_ns') return formatNanos(BigInt(value as bigint))
  if (type === 'timestamptz_ns') return `${formatNanos(BigInt(value as bigint))}+00:00`
  if (type === 'time') return formatMicros(BigInt(value as bigint)).slice(11)
  if (value instanceof Uint8Array || fixedLength(type) !== null) {
    return Buffer.from(value as Uint8Array).toString('base64')
  }
  const decimal = decimalParameters(type)
  return decimal ? formatDecimal(BigInt(value as bigint), decimal.scale) : String(value)
}

/** A partition value as people read it: year 2025, month 2025-07, day 2025-07-01, hour 2025-07-01-13, else by its type. */
export function formatPartitionValue(
  transform: Transform,
  source: PrimitiveType,
  value: PartitionValue,
): string {
  if (value === null) return 'null'
  const number = Number(value)
  switch (transform) {
    case 'year':
      return String(1970 + number)
    case 'month':
      return `${1970 + Math.floor(number / 12)}-${pad((((number % 12) + 12) % 12) + 1)}`
    case 'day':
      return isoDay(number)
    case 'hour':
      return `${isoDay(Math.floor(number / 24))}-${pad(((number % 24) + 24) % 24)}`
    default:
      return formatValue(transformResultType(transform, source), value)
  }
}
