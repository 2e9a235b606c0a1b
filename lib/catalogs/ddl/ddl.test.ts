import { describe, expect, it } from 'vitest'
import type { CreateTableRequest } from '#lib/iceberg/catalog/catalog.ts'
import { newTableMetadata } from '#lib/iceberg/commit/new-table-metadata.ts'
import type { NestedField } from '#lib/iceberg/spec/types.ts'
import { parseTypeText } from '../parse-type.ts'
import { sparkDdl } from './spark-ddl.ts'
import { trinoDdl } from './trino-ddl.ts'

const name = ['firn', 'shop', "order's"]
const table = (request: CreateTableRequest, as: readonly string[] = name) => ({
  name: as,
  metadata: newTableMetadata('file:///w/t', request, 0),
})
let lastId = 0
const nextId = () => {
  lastId += 1
  return lastId
}
const field = (called: string, type: string, more: Partial<NestedField> = {}): NestedField => ({
  id: nextId(),
  name: called,
  required: false,
  type: parseTypeText(type, nextId),
  ...more,
})

const id = field('id', 'long', { required: true, doc: "the order's\nnumber" })
const at = field('at', 'timestamptz')
const page = field('Page Url', 'string')
const items = field('items', 'list<struct<sku: string, price: decimal(9,2)>>')
const plain: CreateTableRequest = {
  schema: { schemaId: 0, fields: [id, at, page, items], identifierFieldIds: [id.id] },
  partitionSpec: {
    fields: [
      { sourceId: at.id, transform: 'day', name: 'at_day' },
      { sourceId: id.id, transform: 'bucket[16]', name: 'id_bucket_16' },
    ],
  },
  sortOrder: {
    orderId: 1,
    fields: [
      { sourceId: page.id, transform: 'identity', direction: 'asc', nullOrder: 'nulls-first' },
      { sourceId: page.id, transform: 'truncate[4]', direction: 'desc', nullOrder: 'nulls-last' },
    ],
  },
  properties: { 'format-version': '3', owner: 'sales', comment: "Ann's" },
}

describe('sparkDdl', () => {
  it('says all that makes the table', () => {
    expect(sparkDdl(table(plain))).toEqual({
      notes: ['Spark sets these properties itself: owner.'],
      sql: [
        "CREATE TABLE `firn`.`shop`.`order's` (",
        "  id BIGINT NOT NULL COMMENT 'the order\\'s\\nnumber',",
        '  at TIMESTAMP,',
        '  `Page Url` STRING,',
        '  items ARRAY<STRUCT<sku: STRING, price: DECIMAL(9, 2)>>',
        ')',
        'USING iceberg',
        'PARTITIONED BY (day(at), bucket(16, id))',
        "COMMENT 'Ann\\'s'",
        'TBLPROPERTIES (',
        "  'format-version' = '3',",
        "  'write.parquet.compression-codec' = 'zstd'",
        ');',
        '',
        "ALTER TABLE `firn`.`shop`.`order's` WRITE LOCALLY ORDERED BY `Page Url` ASC NULLS FIRST, truncate(4, `Page Url`) DESC NULLS LAST;",
        '',
        "ALTER TABLE `firn`.`shop`.`order's` SET IDENTIFIER FIELDS id;",
      ].join('\n'),
    })
  })

  it('keeps the names of partition fields, and their order', () => {
    const { sql } = sparkDdl(
      table({
        ...plain,
        partitionSpec: {
          fields: [
            { sourceId: at.id, transform: 'day', name: 'at_day' },
            { sourceId: id.id, transform: 'bucket[16]', name: 'shard' },
          ],
        },
      }),
    )
    expect(sql).not.toContain('PARTITIONED BY')
    const [, first, second] = sql.split('\n\n')
    expect(first).toMatch(/ADD PARTITION FIELD day\(at\);$/)
    expect(second).toMatch(/ADD PARTITION FIELD bucket\(16, id\) AS shard;$/)
  })

  it('says which types it has no words for', () => {
    const fields = [
      field('a', 'uuid'),
      field('b', 'list<uuid>'),
      field('c', 'fixed[4]'),
      field('d', 'timestamp'),
    ]
    const { sql, notes } = sparkDdl(table({ schema: { schemaId: 0, fields } }))
    expect(sql).toContain('a STRING,\n  b ARRAY<STRING>,\n  c BINARY,\n  d TIMESTAMP_NTZ\n')
    expect(notes).toEqual([
      'Spark cannot create columns of type uuid: STRING stands in their place.',
      'Spark cannot create columns of type fixed[4]: BINARY stands in their place.',
    ])
  })
})

describe('trinoDdl', () => {
  it('says all that makes the table, and what Trino cannot', () => {
    const { sql, notes } = trinoDdl(table(plain))
    expect(sql).toBe(
      [
        'CREATE TABLE "firn"."shop"."order\'s" (',
        "  id BIGINT NOT NULL COMMENT 'the order''s\nnumber',",
        '  at TIMESTAMP(6) WITH TIME ZONE,',
        '  "Page Url" VARCHAR,',
        '  items ARRAY(ROW(sku VARCHAR, price DECIMAL(9, 2)))',
        ')',
        "COMMENT 'Ann''s'",
        'WITH (',
        "  format = 'PARQUET',",
        '  format_version = 3,',
        "  partitioning = ARRAY['day(at)', 'bucket(id, 16)'],",
        `  sorted_by = ARRAY['"Page Url" ASC NULLS FIRST'],`,
        '  extra_properties = MAP(',
        "    ARRAY['owner'],",
        "    ARRAY['sales']",
        '  )',
        ');',
      ].join('\n'),
    )
    expect(notes.join(' ')).toMatch(/sorts by columns only.*identifier fields.*allowed-extra-properties/)
  })

  it('takes nested namespaces for one schema', () => {
    const { sql, notes } = trinoDdl(
      table({ schema: { schemaId: 0, fields: [id] } }, ['firn', 'shop', 'daily', 'orders']),
    )
    expect(sql).toMatch(/^CREATE TABLE "firn"\."shop\.daily"\."orders" \(/)
    expect(sql).not.toContain('extra_properties')
    expect(notes).toEqual([expect.stringContaining('nested-namespace-enabled')])
  })
})
