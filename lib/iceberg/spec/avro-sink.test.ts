import fc from 'fast-check'
import { expect, test } from 'vitest'
import { avroType } from './avro.ts'
import { AvroSink } from './avro-sink.ts'

const written = (write: (sink: AvroSink) => void): Buffer => {
  const sink = new AvroSink(1)
  write(sink)
  return sink.bytes.subarray(0, sink.position)
}

const longs = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc
    .integer({ min: 49, max: 63 })
    .map((bits) => 2n ** BigInt(bits))
    .chain((edge) => fc.constantFrom(-edge, -edge + 1n, edge - 1n)),
)

function expectAsAvsc<Value>(
  type: string,
  values: fc.Arbitrary<Value>,
  write: (sink: AvroSink, value: Value) => void,
): void {
  const peer = avroType(type)
  fc.assert(
    fc.property(values, (value) => {
      expect(written((sink) => write(sink, value))).toEqual(peer.toBuffer(value))
    }),
    { numRuns: 500 },
  )
}

test('numbers, bytes and texts are as avsc encodes them', () => {
  expectAsAvsc('int', fc.integer(), (sink, value) => sink.int(value))
  expectAsAvsc('long', longs, (sink, value) => sink.bigint(value))
  const bytes = fc.uint8Array({ maxLength: 200 }).map((value) => Buffer.from(value))
  expectAsAvsc('bytes', bytes, (sink, value) => sink.blob(value))
  const texts = fc.string({ unit: 'grapheme', maxLength: 200 })
  expectAsAvsc('string', texts, (sink, value) => sink.text(value))
})

test('what is no whole number of its size is refused', () => {
  for (const value of [2 ** 31, -(2 ** 31) - 1, 1.5, Number.NaN]) {
    expect(() => written((sink) => sink.int(value))).toThrow('expected a whole number of at most 32 bits')
  }
  for (const value of [2 ** 53, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => written((sink) => sink.number(value))).toThrow('expected a whole number of at most 52 bits')
  }
  for (const value of [2n ** 63n, 5, '7', null]) {
    expect(() => written((sink) => sink.bigint(value as bigint))).toThrow('at most 64 bits')
  }
})
