import { describe, expect, it } from 'vitest'
import type { Table } from '../catalog/catalog.ts'
import { applyUpdates } from '../commit/apply-updates.ts'
import { checkRequirements } from '../commit/check-requirements.ts'
import { newTableMetadata } from '../commit/new-table-metadata.ts'
import { nameMappingOf, nameMappingToText } from '../spec/name-mapping.ts'
import { allFields, findFieldByName, type Schema } from '../spec/schema.ts'
import { currentSchema, type TableMetadata } from '../spec/table-metadata.ts'
import { MemoryFileIO } from '../test-support/memory-file-io.ts'
import { visits } from '../test-support/sample-table.ts'
import type { SchemaChange } from './evolve-schema.ts'
import { updateSchema } from './update-schema.ts'

const schema: Schema = {
  schemaId: 0,
  fields: [
    { id: 1, name: 'id', required: true, type: 'int' },
    { id: 2, name: 'price', required: false, type: 'decimal(9,2)' },
    { id: 3, name: 'day', required: true, type: 'date' },
    {
      id: 4,
      name: 'page',
      required: false,
      type: {
        type: 'struct',
        fields: [
          { id: 7, name: 'url', required: true, type: 'string' },
          { id: 8, name: 'depth', required: false, type: 'float' },
        ],
      },
    },
    {
      id: 5,
      name: 'items',
      required: false,
      type: {
        type: 'list',
        elementId: 9,
        element: { type: 'struct', fields: [{ id: 10, name: 'sku', required: false, type: 'string' }] },
        elementRequired: true,
      },
    },
    {
      id: 6,
      name: 'attributes',
      required: false,
      type: {
        type: 'map',
        keyId: 11,
        key: { type: 'struct', fields: [{ id: 13, name: 'k', required: true, type: 'string' }] },
        valueId: 12,
        value: 'int',
        valueRequired: false,
      },
    },
  ],
}
const base = (formatVersion = 2): TableMetadata =>
  newTableMetadata('s3://w/t', {
    schema,
    partitionSpec: { fields: [{ sourceId: 3, name: 'day_month', transform: 'month' }] },
    properties: { 'format-version': String(formatVersion) },
  })
const tableOf = (metadata: TableMetadata): Table => ({
  identifier: visits,
  metadataLocation: '',
  metadata,
  io: new MemoryFileIO(),
})

async function evolve(metadata: TableMetadata, ...changes: SchemaChange[]): Promise<TableMetadata> {
  const { requirements, updates } = await updateSchema(changes)(tableOf(metadata))
  checkRequirements(metadata, requirements)
  return applyUpdates(metadata, updates)
}
const names = (metadata: TableMetadata) => allFields(currentSchema(metadata)).map((field) => field.name)
const field = (metadata: TableMetadata, name: string) => findFieldByName(currentSchema(metadata), name)

describe('updateSchema', () => {
  it('adds columns with ids of their own, at any level and place', async () => {
    const next = await evolve(
      base(),
      { change: 'add-column', name: 'first', type: 'string', position: 'first', doc: 'one' },
      {
        change: 'add-column',
        parent: 'page',
        name: 'title',
        type: 'string',
        position: { before: 'page.depth' },
      },
      { change: 'add-column', parent: 'items', name: 'count', type: 'long' },
      {
        change: 'add-column',
        name: 'place',
        type: {
          type: 'struct',
          fields: [
            { id: 1, name: 'city', required: false, type: 'string' },
            {
              id: 2,
              name: 'tags',
              required: false,
              type: { type: 'list', elementId: 3, element: 'int', elementRequired: false },
            },
          ],
        },
        position: { after: 'id' },
      },
    )
    expect(names(next)).toEqual([
      'first',
      'id',
      'place',
      'place.city',
      'place.tags',
      'place.tags.element',
      'price',
      'day',
      'page',
      'page.url',
      'page.title',
      'page.depth',
      'items',
      'items.element',
      'items.element.sku',
      'items.element.count',
      'attributes',
      'attributes.key',
      'attributes.key.k',
      'attributes.value',
    ])
    expect(
      ['first', 'page.title', 'items.element.count', 'place', 'place.tags.element'].map(
        (name) => field(next, name)?.id,
      ),
    ).toEqual([14, 15, 16, 17, 20])
    expect(next).toMatchObject({ currentSchemaId: 1, lastColumnId: 20 })
    // A dropped column's id is not given again.
    const again = await evolve(await evolve(next, { change: 'drop-column', column: 'place' }), {
      change: 'add-column',
      name: 'place',
      type: 'int',
    })
    expect(field(again, 'place')?.id).toBe(21)
  })

  it('adds required columns with a default in version 3, and changes the default of writers', async () => {
    const add: SchemaChange = { change: 'add-column', name: 'n', type: 'int', required: true, default: 7 }
    const next = await evolve(base(3), add, { change: 'set-default', column: 'n', value: 8 })
    expect(currentSchema(next).fields.at(-1)).toMatchObject({
      required: true,
      initialDefault: 7,
      writeDefault: 8,
    })
    await expect(evolve(next, { change: 'set-default', column: 'n', value: null })).rejects.toThrow(
      /lives by/,
    )
    await expect(evolve(base(2), add)).rejects.toThrow(/needs format version 3/)
    await expect(evolve(base(3), { ...add, default: undefined as never })).rejects.toThrow(
      /cannot be added as required without a default/,
    )
  })

  it('renames, moves, widens and relaxes columns, whose ids stay', async () => {
    const next = await evolve(
      base(),
      { change: 'rename-column', column: 'page.url', name: 'address' },
      { change: 'widen-column', column: 'id', type: 'long' },
      { change: 'widen-column', column: 'price', type: 'decimal(12,2)' },
      { change: 'widen-column', column: 'page.depth', type: 'double' },
      { change: 'widen-column', column: 'attributes.value', type: 'long' },
      { change: 'set-required', column: 'items.element', required: false },
      { change: 'set-required', column: 'page.address', required: false },
      { change: 'move-column', column: 'attributes', position: 'first' },
      { change: 'move-column', column: 'id', position: { after: 'price' } },
      { change: 'set-doc', column: 'id', doc: 'who' },
    )
    expect(currentSchema(next).fields.map(({ id }) => id)).toEqual([6, 2, 1, 3, 4, 5])
    expect(field(next, 'page.address')).toMatchObject({ id: 7, required: false })
    expect(['id', 'price', 'page.depth', 'attributes.value'].map((name) => field(next, name)?.type)).toEqual([
      'long',
      'decimal(12,2)',
      'double',
      'long',
    ])
    expect(field(next, 'items.element')?.required).toBe(false)
    expect(currentSchema(next).fields[2]?.doc).toBe('who')
  })

  it('goes back to a schema that was there before without adding it again', async () => {
    const there = await evolve(base(), { change: 'rename-column', column: 'price', name: 'cost' })
    const back = await evolve(there, { change: 'rename-column', column: 'cost', name: 'price' })
    expect(back).toMatchObject({ currentSchemaId: 0 })
    expect(back.schemas).toHaveLength(2)
    const { updates } = await updateSchema([{ change: 'set-doc', column: 'id', doc: null }])(tableOf(back))
    expect(updates).toEqual([])
  })

  it('keeps identifier fields required, primitive and in place', async () => {
    const identify = (...columns: string[]): SchemaChange => ({ change: 'set-identifier-fields', columns })
    const next = await evolve(base(), identify('day', 'id'))
    expect(currentSchema(next).identifierFieldIds).toEqual([1, 3])
    await expect(evolve(next, { change: 'drop-column', column: 'id' })).rejects.toThrow(
      /identifier field "id"/,
    )
    await expect(evolve(next, { change: 'set-required', column: 'id', required: false })).rejects.toThrow(
      /identifier fields are required/,
    )
    await expect(evolve(base(), identify('price'))).rejects.toThrow(/"price" is optional/)
    await expect(evolve(base(), identify('page.url'))).rejects.toThrow(/"page" is optional/)
    await expect(evolve(base(), identify('page'))).rejects.toThrow(/not of a primitive type/)
    await expect(
      evolve(next, identify('day'), { change: 'drop-column', column: 'id' }),
    ).resolves.toBeDefined()
  })

  it.each<[string, SchemaChange, RegExp]>([
    ['a name twice', { change: 'add-column', name: 'id', type: 'int' }, /"id" already/],
    [
      'a nested name twice',
      { change: 'add-column', parent: 'page', name: 'url', type: 'int' },
      /"url" already/,
    ],
    ['renaming onto another', { change: 'rename-column', column: 'id', name: 'day' }, /"day" already/],
    ['a dot in a name', { change: 'rename-column', column: 'id', name: 'a.b' }, /dots separate/],
    ['narrowing', { change: 'widen-column', column: 'price', type: 'decimal(5,2)' }, /would not fit/],
    ['another scale', { change: 'widen-column', column: 'price', type: 'decimal(12,3)' }, /would not fit/],
    ['another type', { change: 'widen-column', column: 'id', type: 'string' }, /would not fit/],
    ['a struct as a number', { change: 'widen-column', column: 'page', type: 'long' }, /from struct/],
    ['requiring', { change: 'set-required', column: 'price', required: true }, /no value for it already/],
    ['a column that is not there', { change: 'drop-column', column: 'nope' }, /no column "nope"/],
    ['dropping a partition source', { change: 'drop-column', column: 'day' }, /day_month/],
    ['adding below a number', { change: 'add-column', parent: 'id', name: 'x', type: 'int' }, /not a struct/],
    ['a type of version 3', { change: 'add-column', name: 'v', type: 'variant' }, /needs format version 3/],
    ['changing a map key', { change: 'drop-column', column: 'attributes.key.k' }, /part of a map's key/],
    ['dropping an element', { change: 'drop-column', column: 'items.element' }, /part of the list/],
    ['the last one of a struct', { change: 'drop-column', column: 'items.element.sku' }, /only column/],
    [
      'moving to another struct',
      { change: 'move-column', column: 'id', position: { after: 'page.url' } },
      /not in the same struct/,
    ],
  ])('refuses %s', async (_, change, message) => {
    await expect(evolve(base(), change)).rejects.toThrow(
      expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(message) }),
    )
  })

  it('takes the name mapping and column properties along', async () => {
    const start = applyUpdates(base(), [
      {
        action: 'set-properties',
        updates: {
          'schema.name-mapping.default': nameMappingToText(nameMappingOf(schema)),
          'write.metadata.metrics.column.price': 'full',
          'write.metadata.metrics.column.page.depth': 'none',
        },
      },
    ])
    const next = await evolve(
      start,
      { change: 'rename-column', column: 'price', name: 'cost' },
      { change: 'drop-column', column: 'page.depth' },
      { change: 'add-column', name: 'price', type: 'int' },
    )
    expect(next.properties['write.metadata.metrics.column.cost']).toBe('full')
    expect(Object.keys(next.properties)).not.toContain('write.metadata.metrics.column.price')
    expect(Object.keys(next.properties)).not.toContain('write.metadata.metrics.column.page.depth')
    const mapping = JSON.parse(next.properties['schema.name-mapping.default'] ?? '')
    // "price" is the new column's name now.
    expect(mapping[1]).toEqual({ 'field-id': 2, names: ['cost'] })
    expect(mapping.at(-1)).toEqual({ 'field-id': 14, names: ['price'] })
    const broken = applyUpdates(base(), [
      { action: 'set-properties', updates: { 'schema.name-mapping.default': '{' } },
    ])
    await expect(evolve(broken, { change: 'rename-column', column: 'price', name: 'x' })).rejects.toThrow(
      /name mapping cannot follow/,
    )
  })
})
