import { crc32 } from 'node:zlib'
import { decodeRoaringBitmap, encodeRoaringBitmap } from './roaring-bitmap.ts'
import { SpecError } from './spec-error.ts'

/**
 * Deletion vectors (puffin spec: blob type `deletion-vector-v1`): the positions of deleted rows of one data file as a
 * 64-bit Roaring bitmap, framed by length, magic and checksum.
 */

export const deletionVectorType = 'deletion-vector-v1'

const magic = Buffer.from([0xd1, 0xd3, 0x39, 0x64])
/** Length before and checksum after the vector. */
const frameBytes = 8
/** Positions are numbers here: beyond 2^53 they would not be exact, and no file has so many rows. */
const highestKey = 2 ** 21 - 1

/** Where nobody says how many there are. */
const maxPositions = 100_000_000

const damaged = (what: string): SpecError => new SpecError(`The deletion vector is damaged: ${what}.`)

/** Writes a blob. `sorted`: row positions (0-based), ascending, none twice. */
export function encodeDeletionVector(sorted: ArrayLike<number>): Buffer {
  const bitmaps: { key: number; values: number[] }[] = []
  let previous = -1
  for (let index = 0; index < sorted.length; index += 1) {
    const position = sorted[index] as number
    if (!Number.isSafeInteger(position) || position <= previous) {
      throw new SpecError(
        `Positions of a deletion vector have to ascend; found ${position} after ${previous}.`,
      )
    }
    previous = position
    const key = Math.floor(position / 2 ** 32)
    if (bitmaps.at(-1)?.key !== key) bitmaps.push({ key, values: [] })
    bitmaps.at(-1)?.values.push(position % 2 ** 32)
  }
  const count = Buffer.alloc(8)
  count.writeBigUInt64LE(BigInt(bitmaps.length))
  const parts: Uint8Array[] = [magic, count]
  for (const { key, values } of bitmaps) {
    const keyBytes = Buffer.alloc(4)
    keyBytes.writeUInt32LE(key)
    parts.push(keyBytes, encodeRoaringBitmap(values))
  }
  const body = Buffer.concat(parts)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}

/**
 * The positions in a blob, ascending.
 * @param expected how many there have to be: the record count of the vector's manifest entry
 * @throws SpecError when the bytes are no deletion vector, or one of another size
 */
export function decodeDeletionVector(blob: Buffer, expected?: bigint): Float64Array {
  if (blob.length < frameBytes + magic.length + 8) throw damaged(`it has ${blob.length} bytes`)
  const length = blob.readUInt32BE()
  if (length !== blob.length - frameBytes) {
    throw damaged(`it says that it has ${length} bytes, found ${blob.length - frameBytes}`)
  }
  const body = blob.subarray(4, 4 + length)
  if (!body.subarray(0, 4).equals(magic)) throw damaged('its magic bytes are missing')
  if (crc32(body) !== blob.readUInt32BE(4 + length)) throw damaged('its checksum is wrong')
  const positions: number[] = []
  const limit = Number(expected ?? maxPositions)
  const count = body.readBigUInt64LE(4)
  let offset = 12
  let previousKey = -1
  for (let index = 0n; index < count; index += 1n) {
    if (offset + 4 > body.length) throw damaged(`it has fewer than ${count} bitmaps`)
    const key = body.readUInt32LE(offset)
    if (key > highestKey || key <= previousKey) throw damaged(`the key ${key} of a bitmap is out of order`)
    previousKey = key
    const base = key * 2 ** 32
    offset = decodeRoaringBitmap(body, offset + 4, (value) => {
      // A few bytes can stand for billions of positions.
      if (positions.length === limit)
        throw damaged(`it has more than the ${limit} deleted rows of the manifest`)
      positions.push(base + value)
    })
  }
  if (offset !== body.length) throw damaged(`${body.length - offset} bytes are left over`)
  if (expected !== undefined && BigInt(positions.length) !== expected) {
    throw damaged(`the manifest counts ${expected} deleted rows, it has ${positions.length}`)
  }
  return Float64Array.from(positions)
}
