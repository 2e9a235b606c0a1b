import { describe, expect, it } from 'vitest'
import type { SortOrder } from '#lib/iceberg/spec/sort-order.ts'
import type { TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { visitsSchema } from '#lib/iceberg/test-support/sample-table.ts'
import { orderProblem, rewriteOrder, tableOrder } from './rewrite-order.ts'

const field = (sourceId: number, parts: Partial<SortOrder['fields'][number]> = {}) =>
  ({ sourceId, transform: 'identity', direction: 'asc', nullOrder: 'nulls-first', ...parts }) as const
const tableOf = (orders: SortOrder[], defaultSortOrderId: number) =>
  ({
    schemas: [visitsSchema],
    currentSchemaId: 0,
    sortOrders: [{ orderId: 0, fields: [] }, ...orders],
    defaultSortOrderId,
  }) as unknown as TableMetadata
const words = { strategy: 'sort', sortColumns: null, zOrderColumns: null } as const
const byDay = { orderId: 1, fields: [field(3), field(1, { direction: 'desc', nullOrder: 'nulls-last' })] }

describe('rewriteOrder', () => {
  it("follows the table's sort order and says which one", () => {
    expect(rewriteOrder(tableOf([byDay], 1), words)).toEqual({
      sortBy: [
        { name: 'day', direction: 'asc', nullOrder: 'nulls-first' },
        { name: 'id', direction: 'desc', nullOrder: 'nulls-last' },
      ],
      sortOrderId: 1,
    })
    expect(rewriteOrder(tableOf([], 0), words)).toEqual({})
  })

  it('claims no sort order whose rest is transformed, since files do not follow it to its end', () => {
    const order = { orderId: 1, fields: [field(3), field(1, { transform: 'bucket[4]' })] }
    expect(tableOrder(tableOf([order], 1))).toEqual({
      sortBy: [{ name: 'day', direction: 'asc', nullOrder: 'nulls-first' }],
    })
  })

  it('carries an id for named columns only where a sort order of the table says exactly these', () => {
    const table = tableOf([byDay, { orderId: 2, fields: [field(2)] }], 1)
    const idFor = (...sortColumns: string[]) => rewriteOrder(table, { ...words, sortColumns }).sortOrderId
    expect(idFor('day', 'id desc')).toBe(1)
    expect(idFor('page')).toBe(2)
    expect(idFor('page desc')).toBeUndefined()
    expect(idFor('day')).toBeUndefined()
  })

  it('carries none for z-order and for binpack', () => {
    const table = tableOf([byDay], 1)
    const zOrderColumns = ['day', 'id']
    expect(rewriteOrder(table, { ...words, strategy: 'z-order', zOrderColumns })).toEqual({
      zOrderBy: zOrderColumns,
    })
    expect(rewriteOrder(table, { ...words, strategy: 'binpack' })).toEqual({})
  })
})

describe('orderProblem', () => {
  it('names what is wrong with the columns of the strategy alone', () => {
    const problem = (parts: object) => orderProblem(visitsSchema, { ...words, ...parts })
    expect(problem({ sortColumns: ['nope desc'] })).toContain('no column "nope"')
    expect(problem({ strategy: 'z-order' })).toContain('compaction.zOrderColumns')
    expect(problem({ strategy: 'binpack', sortColumns: ['nope'] })).toBeNull()
    expect(problem({ zOrderColumns: ['nope', 'id'] })).toBeNull()
    const nested = {
      ...visitsSchema,
      fields: [{ id: 9, name: 'at', required: false, type: { type: 'struct' as const, fields: [] } }],
    }
    expect(orderProblem(nested, { ...words, sortColumns: ['at'] })).toContain('struct')
  })
})
