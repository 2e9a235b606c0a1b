import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { toCsv } from './csv.ts'
import { afterPosition, keysetOf } from './keyset.ts'
import { decodeCursor, encodeCursor, PageQuerySchema, page, pageOfList } from './page.ts'

describe('paging', () => {
  it('reads numbers from the query and has a limit', () => {
    expect(PageQuerySchema.parse({})).toEqual({ limit: 50 })
    expect(PageQuerySchema.parse({ limit: '1000' }).limit).toBe(1_000)
    expect(PageQuerySchema.safeParse({ limit: '1001' }).success).toBe(false)
    expect(PageQuerySchema.safeParse({ sort: 'name; drop table' }).success).toBe(false)
  })

  it('walks a list to its end, each item once', () => {
    const rows = Array.from({ length: 25 }, (_, index) => index)
    const seen: number[] = []
    let cursor: string | undefined
    do {
      const { items, nextCursor } = pageOfList(rows, { limit: 10, cursor }, (row) => row)
      seen.push(...items)
      cursor = nextCursor ?? undefined
    } while (cursor)
    expect(seen).toEqual(rows)
  })

  it('has a next cursor only when there is a row more than shown', () => {
    const position = (row: { id: string }) => ({ id: row.id })
    const rows = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]
    expect(page(rows, 3, position, (row) => row).nextCursor).toBeNull()
    const { items, nextCursor } = page(rows, 2, position, (row) => row.id)
    expect(items).toEqual(['a', 'b'])
    expect(decodeCursor(nextCursor ?? '', z.object({ id: z.string() }))).toEqual({ id: 'b' })
  })

  it('refuses a foreign cursor', () => {
    const schema = z.object({ id: z.string() })
    expect(() => decodeCursor('%%%', schema)).toThrow('cursor')
    expect(() => decodeCursor(encodeCursor({ offset: 1 }), schema)).toThrow('cursor')
  })

  it('sorts by named fields only, in both directions', () => {
    const cursor = encodeCursor({ value: 'b', id: '2' })
    const keyset = keysetOf({ sort: '-name', cursor }, ['name', 'createdAt'], 'name')
    expect(afterPosition(keyset)).toEqual({
      OR: [{ name: { lt: 'b' } }, { name: 'b', id: { lt: '2' } }],
    })
    expect(() => keysetOf({ sort: 'password', cursor: undefined }, ['name'], 'name')).toThrow(
      'sorted by one of name',
    )
  })
})

describe('CSV', () => {
  const columns = [
    { header: 'name', value: (row: { name: string; count: bigint }) => row.name },
    { header: 'count', value: (row: { name: string; count: bigint }) => row.count },
  ]

  it('starts with a byte order mark and quotes what needs it', () => {
    expect(toCsv([{ name: 'a "b", c', count: -5n }], columns)).toBe('\uFEFFname,count\r\n"a ""b"", c",-5\r\n')
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\r=1'])('does not let a spreadsheet run %j', (name) => {
    const line = toCsv([{ name, count: 1n }], columns)
      .split('\r\n')
      .slice(1)
      .join('\r\n')
    expect(line.replace(/^"/, '')).toMatch(/^'/)
  })
})
