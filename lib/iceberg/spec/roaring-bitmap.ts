import { SpecError } from './spec-error.ts'

/**
 * Sets of unsigned 32-bit numbers in the portable Roaring format (https://github.com/RoaringBitmap/RoaringFormatSpec), as
 * deletion vectors hold them. Written out here, since only whole sets are read and written, and since bytes of other
 * writers have to be checked before anything is allocated for them.
 */

const cookieWithoutRuns = 12346
const cookieWithRuns = 12347
/** With fewer containers than this, a set with runs has no offsets. */
const offsetsFrom = 4
/** A container of more values is a bitmap. */
const longestArray = 4096
const bitmapBytes = 8192

const damaged = (what: string): SpecError => new SpecError(`The Roaring bitmap is damaged: ${what}.`)

/** Values of one container: those with the same upper 16 bits. `values` has the lower ones, ascending. */
interface Container {
  key: number
  values: number[]
}

function containersOf(sorted: ArrayLike<number>): Container[] {
  const containers: Container[] = []
  let current: Container | undefined
  for (let index = 0; index < sorted.length; index += 1) {
    const value = sorted[index] as number
    const key = value >>> 16
    if (current?.key !== key) {
      current = { key, values: [] }
      containers.push(current)
    }
    current.values.push(value & 0xffff)
  }
  return containers
}

function runsOf(values: readonly number[]): [start: number, end: number][] {
  const runs: [number, number][] = []
  for (const value of values) {
    const last = runs.at(-1)
    if (last && value === last[1] + 1) last[1] = value
    else runs.push([value, value])
  }
  return runs
}

function encodeContainer({ values }: Container): { bytes: Buffer; isRun: boolean } {
  const runs = runsOf(values)
  const plainBytes = values.length > longestArray ? bitmapBytes : 2 * values.length
  if (2 + 4 * runs.length < plainBytes) {
    const bytes = Buffer.alloc(2 + 4 * runs.length)
    bytes.writeUInt16LE(runs.length)
    for (const [index, [start, end]] of runs.entries()) {
      bytes.writeUInt16LE(start, 2 + 4 * index)
      bytes.writeUInt16LE(end - start, 4 + 4 * index)
    }
    return { bytes, isRun: true }
  }
  const bytes = Buffer.alloc(plainBytes)
  if (values.length > longestArray) {
    for (const value of values) bytes[value >>> 3] = (bytes[value >>> 3] ?? 0) | (1 << (value & 7))
  } else {
    for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, 2 * index)
  }
  return { bytes, isRun: false }
}

/** Writes a set. `sorted`: unsigned 32-bit numbers, ascending, none twice. */
export function encodeRoaringBitmap(sorted: ArrayLike<number>): Buffer {
  const containers = containersOf(sorted)
  const encoded = containers.map(encodeContainer)
  const count = containers.length
  const hasRuns = encoded.some(({ isRun }) => isRun)
  const parts: Buffer[] = []
  if (hasRuns) {
    const head = Buffer.alloc(4 + Math.ceil(count / 8))
    head.writeUInt32LE(((count - 1) << 16) | cookieWithRuns)
    for (const [index, { isRun }] of encoded.entries()) {
      if (isRun) head[4 + (index >>> 3)] = (head[4 + (index >>> 3)] ?? 0) | (1 << (index & 7))
    }
    parts.push(head)
  } else {
    const head = Buffer.alloc(8)
    head.writeUInt32LE(cookieWithoutRuns)
    head.writeUInt32LE(count, 4)
    parts.push(head)
  }
  const descriptions = Buffer.alloc(4 * count)
  for (const [index, { key, values }] of containers.entries()) {
    descriptions.writeUInt16LE(key, 4 * index)
    descriptions.writeUInt16LE(values.length - 1, 4 * index + 2)
  }
  parts.push(descriptions)
  if (!hasRuns || count >= offsetsFrom) {
    const offsets = Buffer.alloc(4 * count)
    let offset = parts.reduce((sum, part) => sum + part.length, offsets.length)
    for (const [index, { bytes }] of encoded.entries()) {
      offsets.writeUInt32LE(offset, 4 * index)
      offset += bytes.length
    }
    parts.push(offsets)
  }
  return Buffer.concat([...parts, ...encoded.map(({ bytes }) => bytes)])
}

/** Goes forward over bytes and refuses to go beyond their end. */
class Cursor {
  position: number
  readonly #bytes: Buffer
  constructor(bytes: Buffer, position: number) {
    this.#bytes = bytes
    this.position = position
  }
  take(length: number): Buffer {
    const start = this.position
    if (start + length > this.#bytes.length) throw damaged(`it ends after ${this.#bytes.length} bytes`)
    this.position += length
    return this.#bytes.subarray(start, this.position)
  }
}

/**
 * Reads a set that starts at `offset` and hands on its numbers in ascending order.
 * @returns where the set ends
 * @throws SpecError when the bytes are no such set
 */
export function decodeRoaringBitmap(bytes: Buffer, offset: number, add: (value: number) => void): number {
  const cursor = new Cursor(bytes, offset)
  const cookie = cursor.take(4).readUInt32LE()
  const hasRuns = (cookie & 0xffff) === cookieWithRuns
  if (!hasRuns && cookie !== cookieWithoutRuns) throw damaged(`it starts with ${cookie}`)
  const count = hasRuns ? (cookie >>> 16) + 1 : cursor.take(4).readUInt32LE()
  if (count > 1 << 16) throw damaged(`it has ${count} containers`)
  const runFlags = hasRuns ? cursor.take(Math.ceil(count / 8)) : undefined
  const descriptions = cursor.take(4 * count)
  if (!hasRuns || count >= offsetsFrom) cursor.take(4 * count)
  let highest = -1
  const append = (value: number): void => {
    if (value <= highest) throw damaged('its numbers are not in order')
    highest = value
    add(value)
  }
  for (let index = 0; index < count; index += 1) {
    const base = descriptions.readUInt16LE(4 * index) * 0x10000
    const cardinality = descriptions.readUInt16LE(4 * index + 2) + 1
    if (((runFlags?.[index >>> 3] ?? 0) >>> (index & 7)) & 1) {
      const runs = cursor.take(2).readUInt16LE()
      const pairs = cursor.take(4 * runs)
      for (let run = 0; run < runs; run += 1) {
        const start = pairs.readUInt16LE(4 * run)
        const length = pairs.readUInt16LE(4 * run + 2)
        if (start + length > 0xffff) throw damaged('a run leaves its container')
        for (let value = start; value <= start + length; value += 1) append(base + value)
      }
    } else if (cardinality > longestArray) {
      const bitmap = cursor.take(bitmapBytes)
      for (const [byte, bits] of bitmap.entries()) {
        for (let bit = 0; bits >>> bit !== 0; bit += 1) {
          if ((bits >>> bit) & 1) append(base + byte * 8 + bit)
        }
      }
    } else {
      const values = cursor.take(2 * cardinality)
      for (let value = 0; value < cardinality; value += 1) append(base + values.readUInt16LE(2 * value))
    }
  }
  return cursor.position
}
