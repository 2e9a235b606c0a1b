import { SpecError } from './spec-error.ts'
import { formatDecimal, formatMicros, formatNanos } from './transform.ts'
import {
  type DefaultValue,
  decimalParameters,
  fixedLength,
  type IcebergType,
  isPrimitive,
  type PrimitiveType,
  type PrimitiveValue,
} from './types.ts'

/** JSON single-value serialization (spec, appendix D): default values of columns. */

const timestampPattern = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9}))?(\+00:00|Z)?$/
const timePattern = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?$/

const refuse = (type: IcebergType, json: unknown): SpecError =>
  new SpecError(`${JSON.stringify(json)?.slice(0, 80)} is not a value of type ${JSON.stringify(type)}.`)

/** Nanoseconds since the epoch of a timestamp without zone or in UTC. */
function nanosOf(type: PrimitiveType, json: unknown): bigint {
  const match = typeof json === 'string' ? timestampPattern.exec(json) : null
  const millis = match ? Date.parse(`${match[1]}T${match[2]}Z`) : Number.NaN
  // A timestamp with zone has to say so, one without must not.
  if (!match || Number.isNaN(millis) || type.startsWith('timestamptz') !== (match[4] !== undefined)) {
    throw refuse(type, json)
  }
  return BigInt(millis) * 1_000_000n + BigInt((match[3] ?? '').padEnd(9, '0'))
}

function microsOfDay(type: PrimitiveType, json: unknown): bigint {
  const match = typeof json === 'string' ? timePattern.exec(json) : null
  const [hours, minutes, seconds] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3] ?? 0)]
  if (!match || hours > 23 || minutes > 59 || seconds > 59) throw refuse(type, json)
  return BigInt((hours * 60 + minutes) * 60 + seconds) * 1_000_000n + BigInt((match[4] ?? '').padEnd(6, '0'))
}

function integerOf(type: PrimitiveType, json: unknown, bits: number): bigint {
  const integral = typeof json === 'bigint' || (typeof json === 'number' && Number.isInteger(json))
  const value = integral ? BigInt(json) : 0n
  if (!integral || BigInt.asIntN(bits, value) !== value) throw refuse(type, json)
  return value
}

function decimalOf(type: PrimitiveType, json: unknown, precision: number, scale: number): bigint {
  const match = typeof json === 'string' ? /^(-?)(\d+)(?:\.(\d+))?$/.exec(json) : null
  const fraction = match?.[3] ?? ''
  if (!match || fraction.length !== scale) throw refuse(type, json)
  const unscaled = BigInt(`${match[1]}${match[2]}${fraction}`)
  if ((unscaled < 0n ? -unscaled : unscaled) >= 10n ** BigInt(precision)) throw refuse(type, json)
  return unscaled
}

function bytesOf(type: PrimitiveType, json: unknown): Uint8Array {
  const length = fixedLength(type)
  const hex = typeof json === 'string' && /^(?:[0-9a-fA-F]{2})*$/.test(json)
  if (!hex || (length !== null && json.length !== length * 2)) throw refuse(type, json)
  return Buffer.from(json, 'hex')
}

/** Reads a value of a primitive type. @throws SpecError when it is not one. */
export function valueFromJson(type: PrimitiveType, json: unknown): PrimitiveValue {
  switch (type) {
    case 'boolean':
      if (typeof json !== 'boolean') throw refuse(type, json)
      return json
    case 'int':
      return Number(integerOf(type, json, 32))
    case 'long':
      return integerOf(type, json, 64)
    case 'float':
    case 'double':
      if (typeof json !== 'number' && typeof json !== 'bigint') throw refuse(type, json)
      return Number(json)
    case 'date': {
      const millis =
        typeof json === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(json) ? Date.parse(json) : Number.NaN
      if (Number.isNaN(millis)) throw refuse(type, json)
      return millis / 86_400_000
    }
    case 'time':
      return microsOfDay(type, json)
    case 'timestamp':
    case 'timestamptz': {
      const nanos = nanosOf(type, json)
      if (nanos % 1000n !== 0n) throw refuse(type, json)
      return nanos / 1000n
    }
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return nanosOf(type, json)
    case 'string':
      if (typeof json !== 'string') throw refuse(type, json)
      return json
    case 'uuid':
      if (typeof json !== 'string' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(json)) {
        throw refuse(type, json)
      }
      return json.toLowerCase()
    case 'unknown':
    case 'variant':
      throw refuse(type, json)
    default: {
      const decimal = decimalParameters(type)
      if (decimal) return decimalOf(type, json, decimal.precision, decimal.scale)
      if (type.startsWith('geo')) throw refuse(type, json)
      return bytesOf(type, json)
    }
  }
}

/** The reverse of `valueFromJson`, for `stringifyJson`. */
export function valueToJson(type: PrimitiveType, value: PrimitiveValue): unknown {
  switch (type) {
    case 'date':
      return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10)
    case 'time':
      return formatMicros(BigInt(value as bigint)).slice(11)
    case 'timestamp':
      return formatMicros(BigInt(value as bigint))
    case 'timestamptz':
      return `${formatMicros(BigInt(value as bigint))}+00:00`
    case 'timestamp_ns':
      return formatNanos(BigInt(value as bigint))
    case 'timestamptz_ns':
      return `${formatNanos(BigInt(value as bigint))}+00:00`
    default: {
      if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
      const decimal = decimalParameters(type)
      return decimal ? formatDecimal(BigInt(value as bigint), decimal.scale) : value
    }
  }
}

/** A column's default; null and absent are none. @throws SpecError when it is not of the column's type. */
export function defaultFromJson(type: IcebergType, json: unknown): DefaultValue | undefined {
  if (json === undefined || json === null) return undefined
  if (isPrimitive(type)) return valueFromJson(type, json)
  if (typeof json !== 'object') throw refuse(type, json)
  return json as DefaultValue
}

export const defaultToJson = (type: IcebergType, value: DefaultValue): unknown =>
  isPrimitive(type) ? valueToJson(type, value as PrimitiveValue) : value
