import { SpecError } from './spec-error.ts'

/** Twice as much is still exact in a float. */
const maxNumber = 2 ** 52

const notWhole = (bits: 32 | 52 | 64, value: unknown) =>
  new SpecError(`Avro: expected a whole number of at most ${bits} bits, found ${String(value)}.`)

/**
 * Writes Avro's binary encoding into a buffer that grows, for what is written often: avsc takes an object for each pair
 * of a map, and a manifest of a thousand files has a hundred thousand pairs.
 */
export class AvroSink {
  bytes: Buffer
  position = 0

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafe(capacity)
  }

  /** Makes room for `length` more bytes. */
  reserve(length: number): void {
    const needed = this.position + length
    if (needed <= this.bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(larger, 0, 0, this.position)
    this.bytes = larger
  }

  /** An `int`. */
  int(value: number): void {
    if ((value | 0) !== value) throw notWhole(32, value)
    this.number(value)
  }

  /** A `long` of up to 52 bits: a length or a count. */
  number(value: number): void {
    if (!(Number.isInteger(value) && value < maxNumber && value > -maxNumber)) throw notWhole(52, value)
    this.reserve(10)
    const { bytes } = this
    let { position } = this
    let rest = value < 0 ? -2 * value - 1 : 2 * value
    while (rest > 127) {
      bytes[position++] = (rest % 128) + 128
      rest = Math.floor(rest / 128)
    }
    bytes[position++] = rest
    this.position = position
  }

  /** A `long`. */
  bigint(value: bigint): void {
    if (typeof value !== 'bigint') throw notWhole(64, value)
    const small = Number(value)
    if (small < maxNumber && small > -maxNumber) {
      this.number(small)
      return
    }
    if (BigInt.asIntN(64, value) !== value) throw notWhole(64, value)
    this.reserve(10)
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
    while (rest > 127n) {
      this.bytes[this.position++] = Number(rest & 127n) + 128
      rest >>= 7n
    }
    this.bytes[this.position++] = Number(rest)
  }

  /** Bytes that are encoded already. */
  raw(encoded: Uint8Array): void {
    const { length } = encoded
    this.reserve(length)
    // A call costs more than these few, and most bounds are no longer.
    if (length <= 16) for (let at = 0; at < length; at += 1) this.bytes[this.position + at] = encoded[at] ?? 0
    else this.bytes.set(encoded, this.position)
    this.position += length
  }

  /** `bytes`. */
  blob(value: Uint8Array): void {
    this.number(value.length)
    this.raw(value)
  }

  /** `string`. */
  text(value: string): void {
    this.blob(Buffer.from(value, 'utf8'))
  }
}
