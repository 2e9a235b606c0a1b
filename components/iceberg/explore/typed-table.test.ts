import { tableFromIPC } from 'apache-arrow'
import { expect, it } from 'vitest'
import { toArrowStream } from './typed-table.ts'

it('carries 64-bit ids, times, flags and NULL to Arrow', async () => {
  const stream = await toArrowStream({
    columns: [
      { name: 'snapshot_id', type: 'id' },
      { name: 'committed_at', type: 'time' },
      { name: 'current', type: 'flag' },
      { name: 'operation', type: 'text' },
      { name: 'records', type: 'count' },
    ],
    rows: [
      ['9223372036854775807', '2025-07-01T04:00:01.500Z', true, '추가', 1_000_001],
      [null, null, null, null, null],
    ],
  })
  const table = tableFromIPC(stream)
  expect(table.numRows).toBe(2)
  expect(table.getChild('snapshot_id')?.get(0)).toBe(9223372036854775807n)
  expect(Number(table.getChild('committed_at')?.get(0))).toBe(Date.UTC(2025, 6, 1, 4, 0, 1, 500))
  expect(table.getChild('operation')?.get(0)).toBe('추가')
  expect(table.getChild('records')?.get(0)).toBe(1_000_001n)
  for (const field of table.schema.fields) expect(table.getChild(field.name)?.get(1)).toBeNull()
})

it('marks NULL bit by bit, beyond the first byte', async () => {
  const rows = Array.from({ length: 200 }, (_, row) => [
    row % 3 === 0 ? null : row,
    `row ${row}`,
    row % 2 === 0,
  ])
  const table = tableFromIPC(
    await toArrowStream({
      columns: [
        { name: 'n', type: 'count' },
        { name: 'text', type: 'text' },
        { name: 'even', type: 'flag' },
      ],
      rows,
    }),
  )
  for (const [row, [n, text, even]] of rows.entries()) {
    const value = table.getChild('n')?.get(row)
    expect(value === null ? null : Number(value)).toBe(n)
    expect(table.getChild('text')?.get(row)).toBe(text)
    expect(table.getChild('even')?.get(row)).toBe(even)
  }
})

it('evaluates no string as code, which the content security policy forbids', async () => {
  const original = globalThis.Function
  try {
    const refuse = () => {
      throw new EvalError('refused')
    }
    globalThis.Function = new Proxy(original, { construct: refuse, apply: refuse })
    await toArrowStream({ columns: [{ name: 'path', type: 'text' }], rows: [['a'], [null]] })
  } finally {
    globalThis.Function = original
  }
})

it('makes a table of no rows that still has its columns', async () => {
  const table = tableFromIPC(await toArrowStream({ columns: [{ name: 'path', type: 'text' }], rows: [] }))
  expect(table.schema.fields.map((field) => field.name)).toEqual(['path'])
  expect(table.numRows).toBe(0)
})
