import type { Data } from 'apache-arrow'

/** The types that the catalog API's lists need in SQL. `id` is a 64-bit integer that JSON carries as text. */
export type ColumnType = 'text' | 'count' | 'id' | 'time' | 'flag'

export type Cell = string | number | boolean | null

/** Rows of an API list with named, typed columns. */
export interface TypedTable {
  columns: { name: string; type: ColumnType }[]
  rows: Cell[][]
}

/** One bit per row, lowest first, as Arrow keeps validity and booleans. */
function bits(length: number, isSet: (row: number) => boolean): { bytes: Uint8Array; count: number } {
  const bytes = new Uint8Array(Math.ceil(length / 64) * 8)
  let count = 0
  for (let row = 0; row < length; row += 1) {
    if (!isSet(row)) continue
    bytes[row >> 3] = (bytes[row >> 3] ?? 0) | (1 << (row & 7))
    count += 1
  }
  return { bytes, count }
}

function textBuffers(values: readonly Cell[]): { offsets: Int32Array; bytes: Uint8Array } {
  const encoder = new TextEncoder()
  const parts = values.map((value) => encoder.encode(value === null ? '' : String(value)))
  const offsets = new Int32Array(values.length + 1)
  for (const [row, part] of parts.entries()) offsets[row + 1] = (offsets[row] ?? 0) + part.length
  const bytes = new Uint8Array(offsets[values.length] ?? 0)
  for (const [row, part] of parts.entries()) bytes.set(part, offsets[row])
  return { offsets, bytes }
}

/**
 * The rows as an Arrow IPC stream: integers of 64 bits, times as timestamps in UTC with microseconds, so that SQL can
 * compute with them. Buffers are filled here, since Arrow's own builders evaluate strings as code, which the page's
 * content security policy forbids.
 */
export async function toArrowStream({ columns, rows }: TypedTable): Promise<Uint8Array> {
  const arrow = await import('apache-arrow')
  const length = rows.length
  const dataOf = (type: ColumnType, values: readonly Cell[]): Data => {
    const valid = bits(length, (row) => values[row] !== null)
    const common = { length, nullCount: length - valid.count, nullBitmap: valid.bytes }
    if (type === 'text') {
      const { offsets, bytes } = textBuffers(values)
      return arrow.makeData({ ...common, type: new arrow.Utf8(), valueOffsets: offsets, data: bytes })
    }
    if (type === 'flag') {
      return arrow.makeData({
        ...common,
        type: new arrow.Bool(),
        data: bits(length, (row) => values[row] === true).bytes,
      })
    }
    const integers = BigInt64Array.from(values, (value) => integerOf(type, value))
    return type === 'time'
      ? arrow.makeData({ ...common, type: new arrow.TimestampMicrosecond(), data: integers })
      : arrow.makeData({ ...common, type: new arrow.Int64(), data: integers })
  }
  const vectors = Object.fromEntries(
    columns.map(({ name, type }, index) => [
      name,
      arrow.makeVector(
        dataOf(
          type,
          rows.map((row) => row[index] ?? null),
        ),
      ),
    ]),
  )
  return arrow.tableToIPC(new arrow.Table(vectors), 'stream')
}

/** The integer behind a count, an id or a time (microseconds since the epoch); 0 for NULL, which its bit marks. */
function integerOf(type: ColumnType, value: Cell): bigint {
  if (value === null) return 0n
  return type === 'time' ? BigInt(Date.parse(String(value))) * 1_000n : BigInt(value)
}
