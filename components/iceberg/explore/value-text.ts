/** The parts of an Arrow type that decide how its values read; Arrow's own classes fit. */
export interface ValueType {
  /** Arrow's type name: `Int64`, `Utf8`, `Decimal[38e+0]`, `Timestamp<MICROSECOND>`, `Date32<DAY>`. */
  name: string
  /** Digits after the point of a decimal. */
  scale: number
}

const isTime = (name: string): boolean => name.startsWith('Timestamp')
const isDate = (name: string): boolean => name.startsWith('Date')
const isDecimal = (name: string): boolean => name.startsWith('Decimal')

/** Columns that align to the right. */
export const isNumeric = ({ name }: ValueType): boolean => /^(Int|Uint|Float)\d|^Decimal/.test(name)

/** The integer in little-endian 32-bit words, two's complement. */
function wordsToBigint(words: ArrayLike<number>): bigint {
  let value = 0n
  for (let index = words.length - 1; index >= 0; index -= 1) {
    value = (value << 32n) | BigInt((words[index] ?? 0) >>> 0)
  }
  return BigInt.asIntN(32 * words.length, value)
}

function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return unscaled.toString()
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

const plain = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value

/** A value that Arrow gave as text, null for NULL: times in UTC, decimals with their point, nested values as JSON. */
export function valueText(type: ValueType, value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (isTime(type.name) && typeof value === 'number') {
    return new Date(value)
      .toISOString()
      .replace('T', ' ')
      .replace(/(\.000)?Z$/, '')
  }
  if (isDate(type.name) && typeof value === 'number') return new Date(value).toISOString().slice(0, 10)
  if (isDecimal(type.name) && ArrayBuffer.isView(value)) {
    return decimalText(wordsToBigint(value as unknown as ArrayLike<number>), type.scale)
  }
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'object' && 'toJSON' in value && typeof value.toJSON === 'function') {
    return JSON.stringify(value.toJSON(), plain)
  }
  return String(value)
}
