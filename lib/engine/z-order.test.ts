import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { interleavedSql } from './z-order.ts'

// DuckDB starts slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

/** Bit by bit, as the definition says. */
function interleaved(places: readonly number[]): bigint {
  const bits = Array.from({ length: 16 }, (_, index) => 15 - index).flatMap((bit) =>
    places.map((place) => (place >> bit) & 1),
  )
  return BigInt(`0b${bits.join('')}`)
}

test.each([2, 3, 4])('places of %i columns are interleaved bit by bit', async (columns) => {
  const place = fc.integer({ min: 0, max: 65_535 })
  const rows = [
    Array.from({ length: columns }, () => 65_535),
    Array.from({ length: columns }, (_, index) => (index === 0 ? 65_535 : 0)),
    ...fc.sample(fc.array(place, { minLength: columns, maxLength: columns }), 200),
  ]
  const connection = await (await DuckDBInstance.create()).connect()
  try {
    const names = Array.from({ length: columns }, (_, index) => `p${index}`)
    const values = rows.map((row, at) => `(${at}, ${row.map((one) => `${one}::UBIGINT`).join(', ')})`)
    const reader = await connection.runAndReadAll(
      `SELECT ${interleavedSql(names)} FROM (VALUES ${values.join(', ')}) AS t(line, ${names.join(', ')}) ORDER BY line`,
    )
    expect(reader.getRows().map(([found]) => BigInt(found as bigint))).toEqual(rows.map(interleaved))
  } finally {
    connection.closeSync()
  }
})
