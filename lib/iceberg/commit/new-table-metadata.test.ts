import { describe, expect, it } from 'vitest'
import type { Schema } from '../spec/schema.ts'
import { visitsSchema } from '../test-support/sample-table.ts'
import { newTableMetadata, tableMetadataFromUpdates } from './new-table-metadata.ts'
import type { TableUpdate } from './table-update.ts'

const nested: Schema = {
  schemaId: 4,
  identifierFieldIds: [70],
  fields: [
    {
      id: 10,
      name: 'place',
      required: true,
      type: { type: 'struct', fields: [{ id: 70, name: 'id', required: true, type: 'long' }] },
    },
    {
      id: 20,
      name: 'tags',
      required: false,
      type: {
        type: 'map',
        keyId: 30,
        key: 'string',
        valueId: 31,
        value: { type: 'list', elementId: 32, element: 'int', elementRequired: true },
        valueRequired: false,
      },
    },
    { id: 5, name: 'day', required: false, type: 'date' },
  ],
}

describe('newTableMetadata', () => {
  it('takes ids that count from 0, as Spark sends them', () => {
    const field = { name: 'id', required: false, type: 'long' } as const
    const partitionSpec = { fields: [{ sourceId: 0, name: 'id_bucket', transform: 'bucket[4]' as const }] }
    const made = newTableMetadata('s3://w/t', {
      schema: { schemaId: 0, fields: [{ ...field, id: 0 }] },
      partitionSpec,
    })
    expect(made.schemas[0]?.fields).toEqual([{ ...field, id: 1 }])
    expect(made.partitionSpecs[0]?.fields).toMatchObject([{ sourceId: 1 }])
    const negative = { schema: { schemaId: 0, fields: [{ ...field, id: -1 }] } }
    expect(() => newTableMetadata('s3://w/t', negative)).toThrow(/expected 0 or more/)
  })

  it('numbers fields from 1, a level before those inside, and the spec and order follow', () => {
    const made = newTableMetadata('s3://w/t/', {
      schema: nested,
      partitionSpec: {
        specId: 7,
        fields: [
          { sourceId: 5, fieldId: 4000, name: 'day', transform: 'identity' },
          { sourceId: 70, name: 'id_bucket', transform: 'bucket[8]' },
        ],
      },
      sortOrder: {
        orderId: 9,
        fields: [{ sourceId: 70, transform: 'identity', direction: 'asc', nullOrder: 'nulls-first' }],
      },
      properties: { 'format-version': '2', owner: 'me', uuid: 'x' },
    })
    expect(made).toMatchObject({
      formatVersion: 2,
      location: 's3://w/t',
      lastColumnId: 7,
      currentSchemaId: 0,
      defaultSpecId: 0,
      lastPartitionId: 1001,
      defaultSortOrderId: 1,
      partitionSpecs: [
        {
          specId: 0,
          fields: [
            { sourceId: 3, fieldId: 1000 },
            { sourceId: 4, fieldId: 1001 },
          ],
        },
      ],
      sortOrders: [{ orderId: 1, fields: [{ sourceId: 4 }] }],
    })
    expect(made.properties).toEqual({ owner: 'me', 'write.parquet.compression-codec': 'zstd' })
    expect(made.schemas[0]).toMatchObject({
      schemaId: 0,
      identifierFieldIds: [4],
      fields: [
        { id: 1, type: { fields: [{ id: 4 }] } },
        { id: 2, type: { keyId: 5, valueId: 6, value: { elementId: 7 } } },
        { id: 3 },
      ],
    })
  })

  it('makes versions 1 and 3 when asked, and refuses others and what does not fit', () => {
    const version = (value: string) => () =>
      newTableMetadata('s3://t', { schema: visitsSchema, properties: { 'format-version': value } })
    expect(version('1')().formatVersion).toBe(1)
    expect(version('3')()).toMatchObject({ formatVersion: 3, nextRowId: 0n, lastPartitionId: 999 })
    expect(version('4')).toThrow(expect.objectContaining({ code: 'bad-input' }))
    expect(version('two')).toThrow(/expected one of 1, 2, 3/)
    const spec = (sourceId: number) => () =>
      newTableMetadata('s3://t', {
        schema: nested,
        partitionSpec: { fields: [{ sourceId, name: 'p', transform: 'bucket[2]' }] },
      })
    expect(spec(99)).toThrow(/column id 99/)
    expect(spec(32)).toThrow(/inside a list or a map/)
  })
})

describe('tableMetadataFromUpdates', () => {
  const order = {
    orderId: 1,
    fields: [{ sourceId: 1, transform: 'identity', direction: 'asc', nullOrder: 'nulls-first' } as const],
  }
  const updates: TableUpdate[] = [
    { action: 'assign-uuid', uuid: '9c12d441-03fe-4693-9a96-a0705ddf69c1' },
    { action: 'upgrade-format-version', formatVersion: 3 },
    { action: 'add-schema', schema: visitsSchema },
    { action: 'set-current-schema', schemaId: -1 },
    { action: 'add-spec', spec: { fields: [{ sourceId: 3, fieldId: 1000, name: 'day', transform: 'day' }] } },
    { action: 'set-default-spec', specId: -1 },
    { action: 'add-sort-order', sortOrder: order },
    { action: 'set-default-sort-order', sortOrderId: -1 },
    { action: 'set-location', location: 's3://w/mine' },
    { action: 'set-properties', updates: { a: 'b' } },
  ]

  it('makes the table that a client staged', () => {
    expect(tableMetadataFromUpdates('s3://w/t', updates, 5)).toMatchObject({
      tableUuid: '9c12d441-03fe-4693-9a96-a0705ddf69c1',
      formatVersion: 3,
      location: 's3://w/mine',
      lastColumnId: 4,
      currentSchemaId: 0,
      defaultSpecId: 0,
      lastPartitionId: 1000,
      defaultSortOrderId: 1,
      properties: { a: 'b' },
      lastUpdatedMs: 5,
    })
  })

  it('is unpartitioned and unsorted unless told, and needs a schema first', () => {
    const plain = tableMetadataFromUpdates('s3://w/t', updates.slice(2, 4))
    expect(plain).toMatchObject({
      formatVersion: 2,
      location: 's3://w/t',
      partitionSpecs: [{ specId: 0, fields: [] }],
      sortOrders: [{ orderId: 0, fields: [] }],
    })
    const second = { schemaId: 1, fields: visitsSchema.fields.slice(0, 2) }
    const twoSchemas: TableUpdate[] = [
      { action: 'add-schema', schema: visitsSchema },
      { action: 'add-schema', schema: second },
      { action: 'set-current-schema', schemaId: -1 },
    ]
    expect(tableMetadataFromUpdates('s3://w/t', twoSchemas).currentSchemaId).toBe(1)
    expect(() => tableMetadataFromUpdates('s3://w/t', updates.slice(0, 2))).toThrow(/add a schema/)
    expect(() => tableMetadataFromUpdates('s3://w/t', updates.slice(4))).toThrow(
      expect.objectContaining({ code: 'bad-input' }),
    )
  })
})
