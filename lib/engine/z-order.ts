import type { DuckDBConnection } from '@duckdb/node-api'
import { sqlIdentifier } from '../mappings/sql-text.ts'

/** Bits of each column's place on the curve: four columns fill 64. */
const bitsPerColumn = 16

/** Columns that a curve can go through. */
export const zOrderColumns = { least: 2, most: 4 } as const

/**
 * Interleaves places of 16 bits, the first column's bits being the higher of each group. SQL of type UBIGINT.
 */
export function interleavedSql(places: readonly string[]): string {
  const bits = Array.from({ length: bitsPerColumn }, (_, bit) =>
    places.map((place, column) => {
      const to = bit * places.length + (places.length - 1 - column)
      return `(((${place} >> ${bit}) & 1) << ${to})`
    }),
  )
  return bits.flat().join(' | ')
}

/**
 * Puts the rows of a relation into the temporary table `sorted` along a Z-order curve. A column's place is the rank of its
 * value among all rows, cut to 16 bits, so that skewed values and values of any type spread evenly; equal values have one
 * place, nulls come first. Ranks are worked out without the other columns; all of it may spill to disk.
 */
export async function sortAlongCurve(
  connection: DuckDBConnection,
  relation: string,
  columns: readonly string[],
): Promise<void> {
  await connection.run(`CREATE TEMP TABLE unsorted AS ${relation}`)
  const ranks = columns.map(
    (name, index) =>
      `(((rank() OVER (ORDER BY ${sqlIdentifier(name)} NULLS FIRST)) - 1) * ${2 ** bitsPerColumn} // count(*) OVER ())::UBIGINT AS place_${index}`,
  )
  const places = columns.map((_, index) => `place_${index}`)
  await connection.run(
    `CREATE TEMP TABLE curve AS SELECT id, ${interleavedSql(places)} AS place
     FROM (SELECT rowid AS id, ${ranks.join(', ')} FROM unsorted)`,
  )
  await connection.run(
    `CREATE TEMP TABLE sorted AS
     SELECT unsorted.* FROM unsorted JOIN curve ON unsorted.rowid = curve.id ORDER BY curve.place, curve.id`,
  )
  await connection.run('DROP TABLE unsorted')
  await connection.run('DROP TABLE curve')
}
