import { describe, expect, it } from 'vitest'
import { evolveSchema, type SchemaChange } from '../actions/evolve-schema.ts'
import type { Schema } from '../spec/schema.ts'
import { compareSchemas } from './compare-schemas.ts'

const schema: Schema = {
  schemaId: 0,
  fields: [
    { id: 1, name: 'id', required: true, type: 'int' },
    {
      id: 2,
      name: 'page',
      required: false,
      type: {
        type: 'struct',
        fields: [
          { id: 5, name: 'url', required: true, type: 'string', doc: 'address' },
          { id: 6, name: 'title', required: false, type: 'string' },
        ],
      },
    },
    {
      id: 3,
      name: 'tags',
      required: false,
      type: { type: 'list', elementId: 7, element: 'int', elementRequired: false },
    },
    { id: 4, name: 'score', required: false, type: 'float' },
  ],
}
const differencesAfter = (...changes: SchemaChange[]) =>
  compareSchemas(schema, evolveSchema({ schema, lastColumnId: 7 }, changes, 3).schema).map(
    ({ fieldId, change, kinds, before, after: now }) => [
      fieldId,
      change,
      kinds,
      before?.name ?? null,
      now?.name ?? null,
    ],
  )

describe('compareSchemas', () => {
  it('finds nothing in the same schema', () => {
    expect(compareSchemas(schema, { ...schema, schemaId: 3 })).toEqual([])
  })

  it('tells by field id what became of each', () => {
    expect(
      differencesAfter(
        { change: 'drop-column', column: 'score' },
        { change: 'add-column', name: 'score', type: 'string' },
        { change: 'rename-column', column: 'id', name: 'key' },
        { change: 'widen-column', column: 'key', type: 'long' },
        { change: 'set-required', column: 'page.url', required: false },
        { change: 'set-doc', column: 'page.url', doc: null },
        { change: 'widen-column', column: 'tags.element', type: 'long' },
      ),
    ).toEqual([
      [4, 'dropped', [], 'score', null],
      [1, 'changed', ['renamed', 'type'], 'id', 'key'],
      [5, 'changed', ['optional', 'doc'], 'page.url', 'page.url'],
      [7, 'changed', ['type'], 'tags.element', 'tags.element'],
      [8, 'added', [], null, 'score'],
    ])
  })

  it('calls only those moved that were, among their own siblings', () => {
    expect(differencesAfter({ change: 'move-column', column: 'score', position: 'first' })).toEqual([
      [4, 'changed', ['moved'], 'score', 'score'],
    ])
    expect(differencesAfter({ change: 'move-column', column: 'page.title', position: 'first' })).toHaveLength(
      1,
    )
    expect(differencesAfter({ change: 'add-column', name: 'new', type: 'int', position: 'first' })).toEqual([
      [8, 'added', [], null, 'new'],
    ])
  })

  it('sees defaults and identifier fields', () => {
    expect(
      differencesAfter(
        { change: 'set-default', column: 'score', value: 1.5 },
        { change: 'set-identifier-fields', columns: ['id'] },
      ),
    ).toEqual([
      [1, 'changed', ['identifier'], 'id', 'id'],
      [4, 'changed', ['default'], 'score', 'score'],
    ])
  })
})
