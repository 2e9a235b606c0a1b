import { describe, expect, it } from 'vitest'
import { snapshotPage, walkPosition } from './snapshot-page.ts'

const rows = Array.from({ length: 25 }, (_, index) => index)
const self = (row: number): number => row

describe('a walk over one snapshot', () => {
  it('visits each row once and stays on the snapshot it began with', () => {
    const first = 9223372036854775807n
    const seen: number[] = []
    let cursor: string | undefined
    for (let pages = 0; pages < 3; pages += 1) {
      // the table has moved on after the first page
      const position = walkPosition(cursor, 'rows', pages === 0 ? first : 5n)
      expect(position.snapshotId).toBe(first)
      const page = snapshotPage(rows, { position, limit: 10, view: 'rows' }, self)
      expect(page.total).toBe(25)
      seen.push(...page.items)
      cursor = page.nextCursor ?? undefined
    }
    expect(seen).toEqual(rows)
    expect(cursor).toBeUndefined()
  })

  it('works for a table without a snapshot', () => {
    const position = walkPosition(undefined, '', null)
    expect(snapshotPage([], { position, limit: 10, view: '' }, self)).toEqual({
      items: [],
      nextCursor: null,
      total: 0,
      snapshotId: null,
    })
  })

  it.each([
    '%%%',
    'x',
    Buffer.from('{"snapshot":"1","offset":-1,"view":""}').toString('base64url'),
    Buffer.from('{"snapshot":"1e9","offset":0,"view":""}').toString('base64url'),
  ])('refuses the damaged cursor %j', (cursor) => {
    expect(() => walkPosition(cursor, '', 1n)).toThrowError(/does not belong/)
  })

  it('refuses a cursor of another sort or filter', () => {
    const page = snapshotPage(rows, { position: { snapshotId: 1n, offset: 0 }, limit: 5, view: 'a' }, self)
    expect(() => walkPosition(page.nextCursor ?? '', 'b', 1n)).toThrowError(/another sort/)
  })
})
