import { describe, expect, it } from 'vitest'
import type { PlacedFieldItem } from '#lib/api/evolution.ts'
import { columnsFor, emptyDraft, siblingsOf, stepOf, structsOf, widerTypes } from './schema-steps.ts'

const field = (
  id: number,
  name: string,
  type: string,
  more: Partial<PlacedFieldItem> = {},
): PlacedFieldItem => ({
  id,
  name,
  type,
  required: false,
  doc: null,
  parentId: null,
  default: null,
  ...more,
})
const fields = [
  field(1, 'id', 'int', { required: true }),
  field(2, 'page', 'struct<url: string>'),
  field(3, 'page.url', 'string', { parentId: 2 }),
  field(4, 'tags', 'list<int>'),
  field(5, 'tags.element', 'int', { parentId: 4 }),
  field(6, 'price', 'decimal(9, 2)'),
]
const names = (list: readonly PlacedFieldItem[]) => list.map(({ name }) => name)

describe('steps of a schema', () => {
  it('widens to what the table format allows', () => {
    expect(widerTypes('int')).toEqual(['long'])
    expect(widerTypes('string')).toEqual([])
    expect(widerTypes('decimal(36, 2)')).toEqual(['decimal(37, 2)', 'decimal(38, 2)'])
  })

  it('offers the columns that an action can be done to', () => {
    expect(names(columnsFor('widen-column', fields))).toEqual(['id', 'tags.element', 'price'])
    expect(names(columnsFor('set-required', fields))).toEqual(['id'])
    expect(names(columnsFor('drop-column', fields))).toEqual(['id', 'page', 'page.url', 'tags', 'price'])
    expect(names(siblingsOf(fields, 'page'))).toEqual(['id', 'tags', 'price'])
    expect(names(structsOf(fields))).toEqual(['page'])
  })

  it('makes a step of a filled form, and none of one where something is missing', () => {
    expect(stepOf(emptyDraft('add-column'))).toBeNull()
    expect(stepOf({ ...emptyDraft('add-column'), name: ' n ', doc: 'd', parent: 'page' })).toEqual({
      change: 'add-column',
      name: 'n',
      type: 'string',
      parent: 'page',
      doc: 'd',
    })
    expect(stepOf(emptyDraft('rename-column', 'id'))).toBeNull()
    expect(stepOf(emptyDraft('drop-column', 'id'))).toEqual({ change: 'drop-column', column: 'id' })
    expect(stepOf(emptyDraft('set-doc', 'id'))).toEqual({ change: 'set-doc', column: 'id', doc: null })
    expect(stepOf({ ...emptyDraft('move-column', 'id'), position: 'after:price' })).toEqual({
      change: 'move-column',
      column: 'id',
      position: { after: 'price' },
    })
  })
})
