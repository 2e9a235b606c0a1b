import { zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeDeletionVector, encodeDeletionVector } from './deletion-vector.ts'
import { decodePuffinFooter, encodePuffin, readPuffinBlob } from './puffin.ts'

const roundTrip = (positions: readonly number[]) => [...decodeDeletionVector(encodeDeletionVector(positions))]
const every = (step: number, count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => from + index * step)

describe('deletion vector', () => {
  it.each<[string, number[]]>([
    ['no position', []],
    ['the first and the last row of a file', [0, 4_294_967_295]],
    ['an array container', every(3, 4096)],
    ['a bitmap container', every(2, 5000)],
    ['a full container', every(1, 65_536)],
    ['one run over container borders', every(1, 200_000, 60_000)],
    [
      'three containers with runs, which have no offsets',
      [...every(1, 100), ...every(1, 100, 65_536), 140_000],
    ],
    ['rows beyond 2^32', [5, 2 ** 32, 2 ** 32 + 1, 2 ** 33 + 7, 2 ** 52]],
  ])('keeps %s', (_, positions) => {
    expect(roundTrip(positions)).toEqual(positions)
  })

  it('keeps any set of positions', () => {
    const position = fc.oneof(fc.nat(300_000), fc.integer({ min: 0, max: 2 ** 40 }))
    fc.assert(
      fc.property(fc.uniqueArray(position, { maxLength: 500 }), (positions) => {
        const sorted = positions.toSorted((a, b) => a - b)
        expect(roundTrip(sorted)).toEqual(sorted)
      }),
      { numRuns: 200 },
    )
  })

  it('writes the bytes of the format: length, magic, count, key, bitmap, checksum', () => {
    expect(encodeDeletionVector([1, 5]).toString('hex')).toBe(
      [
        '00000024',
        'd1d33964',
        '0100000000000000',
        '00000000',
        // Cookie, one container, key 0 with two values, which lie at byte 16.
        '3a300000010000000000010010000000',
        '01000500',
        encodeDeletionVector([1, 5]).subarray(-4).toString('hex'),
      ].join(''),
    )
  })

  it('refuses positions that do not ascend', () => {
    expect(() => encodeDeletionVector([2, 2])).toThrow(/ascend/)
    expect(() => encodeDeletionVector([-1])).toThrow(/ascend/)
  })

  it('finds any damage by the checksum, and another count than the manifest’s', () => {
    const blob = encodeDeletionVector(every(7, 10_000))
    for (let index = 0; index < blob.length; index += 97) {
      const damaged = Buffer.from(blob)
      damaged[index] = (damaged[index] ?? 0) ^ 0x10
      expect(() => decodeDeletionVector(damaged)).toThrow(/damaged/)
      expect(() => decodeDeletionVector(blob.subarray(0, index))).toThrow(/damaged/)
    }
    expect(() => decodeDeletionVector(blob, 9_999n)).toThrow(/more than the 9999 deleted rows/)
    expect(() => decodeDeletionVector(blob, 10_001n)).toThrow(/counts 10001 deleted rows, it has 10000/)
  })
})

describe('puffin', () => {
  const blob = (data: string) => ({
    type: 'deletion-vector-v1',
    fields: [],
    snapshotId: -1n,
    sequenceNumber: 2n ** 60n,
    properties: { cardinality: '1' },
    data: Buffer.from(data),
  })

  it('keeps blobs and what they are', () => {
    const { bytes, blobs } = encodePuffin([blob('first'), blob(''), blob('셋')], { 'created-by': 'firn' })
    const footer = decodePuffinFooter(bytes)
    expect(footer).toEqual({ blobs, properties: { 'created-by': 'firn' } })
    expect(footer.blobs[0]?.sequenceNumber).toBe(2n ** 60n)
    expect(footer.blobs.map((one) => readPuffinBlob(bytes, one).toString())).toEqual(['first', '', '셋'])
  })

  it('reads blobs that are compressed with zstd', () => {
    const { bytes, blobs } = encodePuffin([{ ...blob(''), data: zstdCompressSync('sketch') }], {})
    expect(blobs).toHaveLength(1)
    for (const one of blobs) {
      expect(readPuffinBlob(bytes, { ...one, compression: 'zstd' }).toString()).toBe('sketch')
      expect(() => readPuffinBlob(bytes, { ...one, compression: 'lz4' })).toThrow(/LZ4/)
    }
  })

  it('refuses what is no puffin file', () => {
    const { bytes } = encodePuffin([blob('x')], {})
    expect(() => decodePuffinFooter(Buffer.from('PFA1'))).toThrow(/no puffin file/)
    const compressed = Buffer.from(bytes)
    compressed[bytes.length - 8] = 1
    expect(() => decodePuffinFooter(compressed)).toThrow(/LZ4/)
    const size = Buffer.from(bytes)
    size.writeInt32LE(1_000_000, bytes.length - 12)
    expect(() => decodePuffinFooter(size)).toThrow(/damaged/)
    const outside = Buffer.from(bytes.toString('latin1').replace('"length":1', '"length":9'), 'latin1')
    expect(() => decodePuffinFooter(outside)).toThrow(/lies outside/)
  })
})
