import { describe, expect, it } from 'vitest'
import { parseJson, stringifyJson } from './json.ts'
import type { TableMetadata } from './table-metadata.ts'
import { tableMetadataFromJson, tableMetadataToJson } from './table-metadata-json.ts'

const metadata: TableMetadata = {
  formatVersion: 2,
  tableUuid: '9c12d441-03fe-4693-9a96-a0705ddf69c1',
  location: 's3://warehouse/t',
  lastSequenceNumber: 9007199254740993n,
  lastUpdatedMs: 1751328000000,
  lastColumnId: 12,
  schemas: [
    {
      schemaId: 0,
      fields: [
        { id: 1, name: 'id', required: true, type: 'long', doc: 'the id' },
        { id: 2, name: 'price', required: false, type: 'decimal(9,2)' },
        { id: 3, name: 'raw', required: false, type: 'fixed[16]' },
        {
          id: 4,
          name: 'page',
          required: false,
          type: { type: 'struct', fields: [{ id: 5, name: 'url', required: false, type: 'string' }] },
        },
        {
          id: 6,
          name: 'tags',
          required: false,
          type: { type: 'list', elementId: 7, element: 'string', elementRequired: false },
        },
        {
          id: 8,
          name: 'attributes',
          required: false,
          type: {
            type: 'map',
            keyId: 9,
            key: 'uuid',
            valueId: 10,
            value: { type: 'list', elementId: 11, element: 'timestamptz', elementRequired: true },
            valueRequired: false,
          },
        },
        { id: 12, name: 'at', required: false, type: 'timestamptz' },
      ],
      identifierFieldIds: [1],
    },
  ],
  currentSchemaId: 0,
  partitionSpecs: [
    {
      specId: 0,
      fields: [
        { sourceId: 12, fieldId: 1000, name: 'at_day', transform: 'day' },
        { sourceId: 1, fieldId: 1001, name: 'id_bucket', transform: 'bucket[16]' },
      ],
    },
  ],
  defaultSpecId: 0,
  lastPartitionId: 1001,
  properties: { 'write.parquet.compression-codec': 'zstd' },
  currentSnapshotId: 7277403863961056344n,
  snapshots: [
    {
      snapshotId: 7277403863961056344n,
      parentSnapshotId: 3051729675574597004n,
      sequenceNumber: 9007199254740993n,
      timestampMs: 1751328000000,
      manifestList: 's3://warehouse/t/metadata/snap.avro',
      summary: { operation: 'append' },
      schemaId: 0,
    },
  ],
  snapshotLog: [{ snapshotId: 7277403863961056344n, timestampMs: 1751328000000 }],
  metadataLog: [
    { metadataFile: 's3://warehouse/t/metadata/00000-x.metadata.json', timestampMs: 1751320000000 },
  ],
  sortOrders: [
    { orderId: 0, fields: [] },
    {
      orderId: 1,
      fields: [{ sourceId: 12, transform: 'identity', direction: 'asc', nullOrder: 'nulls-last' }],
    },
  ],
  defaultSortOrderId: 1,
  refs: {
    main: { snapshotId: 7277403863961056344n, type: 'branch', minSnapshotsToKeep: 5 },
    eod: { snapshotId: 7277403863961056344n, type: 'tag', maxRefAgeMs: 86_400_000 },
  },
  other: { statistics: [{ 'snapshot-id': 7277403863961056344n, 'statistics-path': 's3://x' }] },
}

describe('table metadata in JSON', () => {
  it('survives a round trip, with ids beyond 2^53 and fields this version does not know', () => {
    const text = stringifyJson(tableMetadataToJson(metadata))
    expect(text).toContain('"current-snapshot-id":7277403863961056344')
    expect(text).toContain('"last-sequence-number":9007199254740993')
    expect(text).toContain('"decimal(9, 2)"')
    expect(tableMetadataFromJson(parseJson(text))).toEqual(metadata)
  })

  it('reads -1 and null as "no current snapshot"', () => {
    const json = tableMetadataToJson({ ...metadata, snapshots: [], refs: {} })
    for (const none of [-1, null]) {
      const read = tableMetadataFromJson({ ...json, 'current-snapshot-id': none })
      expect(read.currentSnapshotId).toBeUndefined()
    }
  })

  it('reads format version 1 with its single schema and spec', () => {
    const read = tableMetadataFromJson({
      'format-version': 1,
      'table-uuid': 'd20125c8-7284-442c-9aea-15fee620737c',
      location: 's3://warehouse/old',
      'last-updated-ms': 1602638573874,
      'last-column-id': 3,
      schema: { type: 'struct', fields: [{ id: 1, name: 'x', required: true, type: 'long' }] },
      'partition-spec': [{ name: 'x', transform: 'identity', 'source-id': 1 }],
      properties: {},
      'current-snapshot-id': 3055729675574597004n,
      snapshots: [
        {
          'snapshot-id': 3055729675574597004n,
          'timestamp-ms': 1515100955770,
          'manifest-list': 's3://a/b/1.avro',
        },
      ],
    })
    expect(read.schemas).toHaveLength(1)
    expect(read.partitionSpecs[0]?.fields[0]?.fieldId).toBe(1000)
    expect(read.lastPartitionId).toBe(1000)
    expect(read.snapshots[0]?.sequenceNumber).toBe(0n)
    expect(read.refs.main?.snapshotId).toBe(3055729675574597004n)
    expect(() => tableMetadataToJson(read)).toThrow(/Upgrade the table to version 2/)
  })

  it('says what is wrong', () => {
    const json = tableMetadataToJson(metadata)
    expect(() => tableMetadataFromJson({ ...json, 'format-version': 3 })).toThrow(/format version 3/)
    expect(() => tableMetadataFromJson({ ...json, 'last-updated-ms': 'x' })).toThrow(/last-updated-ms/)
    expect(() => tableMetadataFromJson('x')).toThrow(/not valid/)
    const schema = {
      type: 'struct',
      'schema-id': 0,
      fields: [{ id: 1, name: 'g', required: false, type: 'geometry' }],
    }
    expect(() => tableMetadataFromJson({ ...json, schemas: [schema] })).toThrow(/"geometry" is not a type/)
  })
})
