import { describe, expect, it } from 'vitest'
import { parseJson, stringifyJson } from './json.ts'
import type { TableMetadata } from './table-metadata.ts'
import { tableMetadataFromJson, tableMetadataToJson } from './table-metadata-json.ts'
import { readTransform } from './transform.ts'

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
  nextRowId: 0n,
  statistics: [
    {
      snapshotId: 7277403863961056344n,
      statisticsPath: 's3://x/stats.puffin',
      fileSizeInBytes: 413n,
      fileFooterSizeInBytes: 42n,
      blobMetadata: [
        {
          type: 'apache-datasketches-theta-v1',
          snapshotId: 7277403863961056344n,
          sequenceNumber: 1n,
          fields: [1],
          properties: { ndv: '3' },
        },
      ],
    },
  ],
  partitionStatistics: [
    { snapshotId: 7277403863961056344n, statisticsPath: 's3://x/p.parquet', fileSizeInBytes: 43n },
  ],
  encryptionKeys: [],
  other: { 'of-a-later-version': [1, { a: 'b' }] },
}

const v3: TableMetadata = {
  ...metadata,
  formatVersion: 3,
  schemas: [
    {
      schemaId: 0,
      fields: [
        { id: 1, name: 'a', required: false, type: 'unknown' },
        { id: 2, name: 'b', required: false, type: 'timestamp_ns', initialDefault: 1510871468123456789n },
        {
          id: 3,
          name: 'c',
          required: false,
          type: 'timestamptz_ns',
          initialDefault: 1510871468000000000n,
          writeDefault: 1510871468000000001n,
        },
        { id: 4, name: 'd', required: false, type: 'variant' },
        { id: 5, name: 'e', required: false, type: 'geometry(srid:4326)' },
        { id: 6, name: 'f', required: false, type: 'geography(OGC:CRS84, karney)' },
        { id: 7, name: 'g', required: true, type: 'long', initialDefault: 9007199254740993n },
        { id: 8, name: 'h', required: true, type: 'decimal(9,2)', initialDefault: -1420n },
        { id: 9, name: 'i', required: true, type: 'fixed[2]', initialDefault: Buffer.from('0fff', 'hex') },
        { id: 10, name: 'j', required: true, type: 'date', writeDefault: 20_000 },
        { id: 11, name: 'k', required: true, type: 'time', writeDefault: 81_068_123_456n },
        {
          id: 12,
          name: 'at',
          required: false,
          type: 'timestamptz',
          writeDefault: 1510871468123456n,
        },
      ],
    },
  ],
  partitionSpecs: [
    {
      specId: 0,
      fields: [
        { sourceId: 1, sourceIds: [1, 2], fieldId: 1000, name: 'm', transform: readTransform('zorder[3]') },
      ],
    },
  ],
  snapshots: metadata.snapshots.map((snapshot) => ({
    ...snapshot,
    firstRowId: 9007199254740993n,
    addedRows: 7n,
    keyId: 'k1',
  })),
  nextRowId: 9007199254741000n,
  encryptionKeys: [
    { keyId: 'k1', encryptedKeyMetadata: 'aGk=', encryptedById: 'kms', properties: { a: 'b' } },
  ],
}

describe('table metadata in JSON', () => {
  it('survives a round trip, with ids beyond 2^53 and fields this version does not know', () => {
    const text = stringifyJson(tableMetadataToJson(metadata))
    expect(text).toContain('"current-snapshot-id":7277403863961056344')
    expect(text).toContain('"last-sequence-number":9007199254740993')
    expect(text).toContain('"decimal(9, 2)"')
    expect(tableMetadataFromJson(parseJson(text))).toEqual(metadata)
  })

  it('survives a round trip in version 3: types, defaults, row lineage, keys, transforms of later versions', () => {
    const text = stringifyJson(tableMetadataToJson(v3))
    for (const part of [
      '"initial-default":"2017-11-16T22:31:08.123456789"',
      '"write-default":"2017-11-16T22:31:08.123456+00:00"',
      '"initial-default":"-14.20"',
      '"initial-default":9007199254740993',
      '"write-default":"22:31:08.123456"',
      '"initial-default":"0fff"',
      '"source-ids":[1,2]',
      '"next-row-id":9007199254741000',
    ]) {
      expect(text).toContain(part)
    }
    expect(tableMetadataFromJson(parseJson(text))).toEqual(v3)
    const empty = tableMetadataToJson({ ...v3, currentSnapshotId: undefined as never })
    expect(empty['current-snapshot-id']).toBeNull()
  })

  it('says which default does not fit its column', () => {
    const column = (type: string, value: unknown) => () =>
      tableMetadataFromJson({
        ...tableMetadataToJson(v3),
        schemas: [
          {
            type: 'struct',
            'schema-id': 0,
            fields: [{ id: 1, name: 'x', required: false, type, 'initial-default': value }],
          },
        ],
      })
    for (const [type, value] of [
      ['int', 2147483648],
      ['long', '1'],
      ['decimal(9,2)', '14.2'],
      ['decimal(3,2)', '14.20'],
      ['timestamptz', '2017-11-16T22:31:08'],
      ['timestamp', '2017-11-16T22:31:08+00:00'],
      ['timestamp', '2017-11-16T22:31:08.123456789'],
      ['date', '2017-13-40'],
      ['fixed[2]', 'ff'],
      ['uuid', 'x'],
      ['variant', {}],
    ] as const) {
      expect(column(type, value), type).toThrow(/is not a value of type/)
    }
    expect(column('string', null)).not.toThrow()
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
    const written = tableMetadataToJson(read)
    expect(written).toMatchObject({
      'format-version': 1,
      schema: { fields: [{ name: 'x' }] },
      'partition-spec': [{ name: 'x', 'field-id': 1000 }],
      'default-spec-id': 0,
      'current-schema-id': 0,
    })
    expect(written).not.toHaveProperty('last-sequence-number')
    expect(stringifyJson(written.snapshots)).not.toContain('sequence-number')
    expect(tableMetadataFromJson(parseJson(stringifyJson(written)))).toEqual(read)
  })

  it('says what is wrong', () => {
    const json = tableMetadataToJson(metadata)
    expect(() => tableMetadataFromJson({ ...json, 'format-version': 4 })).toThrow(/format version 4/)
    expect(() => tableMetadataFromJson({ ...json, 'last-updated-ms': 'x' })).toThrow(/last-updated-ms/)
    expect(() => tableMetadataFromJson('x')).toThrow(/not valid/)
    const schema = {
      type: 'struct',
      'schema-id': 0,
      fields: [{ id: 1, name: 'g', required: false, type: 'blob' }],
    }
    expect(() => tableMetadataFromJson({ ...json, schemas: [schema] })).toThrow(/"blob" is not a type/)
  })
})
