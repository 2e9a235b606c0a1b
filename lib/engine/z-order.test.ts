import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { interleavedSql } from './z-order.ts'

/** Bit by bit, as the definition says. */
function interleaved(places: readonly number[]): bigint {
  const bits = Array.from({ length: 16 }, (_, index) => 15 - index).flatMap((bit) =>
    places.map((place) => (place >> bit) & 1),
  )
  return BigInt(`0b${bits.join('')}`)
}

test('places are interleaved bit by bit, up to 64 of them', async () => {
  const connection = await (await DuckDBInstance.create()).connect()
  const place = fc.integer({ min: 0, max: 65_535 })
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(place, { minLength: 2, maxLength: 4 }), async (places) => {
        const sql = interleavedSql(places.map((one) => `${one}::UBIGINT`))
        const reader = await connection.runAndReadAll(`SELECT ${sql}`)
        expect(BigInt(reader.value(0, 0) as bigint)).toBe(interleaved(places))
      }),
      { numRuns: 50, examples: [[[65_535, 65_535, 65_535, 65_535]], [[0, 65_535]]] },
    )
  } finally {
    connection.closeSync()
  }
})
