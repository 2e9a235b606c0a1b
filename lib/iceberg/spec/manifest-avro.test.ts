import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AvroSchema, AvroWriter, avroType, openAvro, readBlocks } from './avro.ts'
import type { DataFile } from './data-file.ts'
import type { ManifestFile, NewManifestEntry } from './manifest.ts'
import { decodeManifest, decodeManifestForCopy, encodeManifest } from './manifest-avro.ts'
import { assignFirstRowIds, decodeManifestList, encodeManifestList } from './manifest-list-avro.ts'
import type { PrunableFile } from './manifest-records.ts'
import type { PartitionSpec } from './partition-spec.ts'
import type { Schema } from './schema.ts'
import { decodeValue } from './single-value.ts'
import { SpecError } from './spec-error.ts'
import type { PrimitiveType } from './types.ts'

const types: PrimitiveType[] = [
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'string',
  'uuid',
  'binary',
  'decimal(9,2)',
  'decimal(38,0)',
  'fixed[4]',
]
const schema: Schema = {
  schemaId: 7,
  fields: types.map((type, index) => ({ id: index + 1, name: `c-${index}`, required: false, type })),
}
const spec: PartitionSpec = {
  specId: 2,
  fields: types.map((_, index) => ({
    sourceId: index + 1,
    fieldId: 1000 + index,
    name: `c-${index}`,
    transform: 'identity',
  })),
}
const context = { spec, schemas: [schema] }

const appendRecord = (writer: AvroWriter, schemaOf: AvroSchema, record: unknown) =>
  writer.append((sink) => sink.raw(avroType(schemaOf).toBuffer(record)))

const values = [
  true,
  -5,
  9007199254740993n,
  1.5,
  -2.25,
  20270,
  1n,
  -1n,
  1751328000000001n,
  '눈 "얼음"',
  'f79c3e09-677c-4bbd-a479-3f349cb785e7',
  Buffer.from([0, 255]),
  -1420n,
  10n ** 37n,
  Buffer.from([1, 2, 3, 4]),
]

const file: DataFile = {
  content: 'data',
  filePath: 's3://warehouse/t/data/한글.parquet',
  fileFormat: 'PARQUET',
  specId: 2,
  partition: Object.fromEntries(values.map((value, index) => [`c-${index}`, value])),
  recordCount: 9007199254740993n,
  fileSizeInBytes: 2n ** 62n,
  columnSizes: new Map([[3, 12n]]),
  valueCounts: new Map([[3, 9007199254740993n]]),
  nullValueCounts: new Map([[3, 0n]]),
  nanValueCounts: new Map([[4, 1n]]),
  lowerBounds: new Map([[3, Buffer.from([1])]]),
  upperBounds: new Map([[3, Buffer.from([2])]]),
  splitOffsets: [4n, 2n ** 53n + 1n],
  equalityIds: [1, 2],
  sortOrderId: 1,
  keyMetadata: Buffer.from('k'),
  referencedDataFile: 'x',
}
const empty: DataFile = {
  content: 'data',
  filePath: 'b',
  fileFormat: 'PARQUET',
  specId: 2,
  partition: Object.fromEntries(types.map((_, index) => [`c-${index}`, null])),
  recordCount: 0n,
  fileSizeInBytes: 4n,
}
const entries: NewManifestEntry[] = [
  { status: 'added', snapshotId: 2n ** 62n + 1n, file },
  { status: 'existing', snapshotId: 5n, sequenceNumber: 3n, fileSequenceNumber: 4n, file: empty },
  { status: 'deleted', snapshotId: 6n, sequenceNumber: 1n, fileSequenceNumber: 1n, file: empty },
]
const { bytes, totals } = encodeManifest({ ...context, schema, content: 'data', entries })
const placed = { addedSnapshotId: 2n ** 62n + 1n, sequenceNumber: 2n ** 53n + 3n }

describe('manifest', () => {
  it('survives a round trip with partition values of every type', async () => {
    const read = await decodeManifest(bytes, placed, context, 'all')
    expect(read.map((entry) => entry.file)).toEqual([file, empty, empty])
    expect(read.map((entry) => entry.status)).toEqual(['added', 'existing', 'deleted'])
  })

  it.each([2, 3] as const)(
    'is read by avsc by the schema in its header, version %s',
    async (formatVersion) => {
      const later: DataFile = { ...empty, firstRowId: 2n ** 60n, contentOffset: 4n, contentSizeInBytes: 5n }
      const ofVersion =
        formatVersion === 3 ? [...entries, { ...entries[1], file: later } as NewManifestEntry] : entries
      const encoded = encodeManifest({
        ...context,
        schema,
        content: 'data',
        entries: ofVersion,
        formatVersion,
      })
      const avroFile = openAvro(encoded.bytes)
      const type = avroType(JSON.parse(avroFile.schemaText))
      const records: unknown[] = []
      for await (const block of readBlocks(avroFile)) {
        for (let at = 0; at < block.bytes.length; ) {
          const { value, offset } = type.decode(block.bytes, at)
          records.push(value)
          at = offset
        }
      }
      const pair = (key: number, value: unknown) => [{ key, value }]
      expect(records).toHaveLength(ofVersion.length)
      expect(records[0]).toMatchObject({
        status: 1,
        snapshot_id: 2n ** 62n + 1n,
        sequence_number: null,
        data_file: {
          content: 0,
          file_path: file.filePath,
          record_count: 9007199254740993n,
          file_size_in_bytes: 2n ** 62n,
          column_sizes: pair(3, 12n),
          value_counts: pair(3, 9007199254740993n),
          null_value_counts: pair(3, 0n),
          nan_value_counts: pair(4, 1n),
          lower_bounds: pair(3, Buffer.from([1])),
          upper_bounds: pair(3, Buffer.from([2])),
          key_metadata: Buffer.from('k'),
          split_offsets: [4n, 2n ** 53n + 1n],
          equality_ids: [1, 2],
          sort_order_id: 1,
          referenced_data_file: 'x',
        },
      })
      expect(records[1]).toMatchObject({
        sequence_number: 3n,
        file_sequence_number: 4n,
        data_file: { column_sizes: null, upper_bounds: null, key_metadata: null, sort_order_id: null },
      })
      if (formatVersion === 3) {
        expect(records[3]).toMatchObject({
          data_file: { first_row_id: 2n ** 60n, content_offset: 4n, content_size_in_bytes: 5n },
        })
      }
    },
  )

  it('inherits sequence numbers where an entry has none', async () => {
    const [added, existing] = await decodeManifest(bytes, placed, context, 'identity')
    expect(added?.sequenceNumber).toBe(placed.sequenceNumber)
    expect(added?.fileSequenceNumber).toBe(placed.sequenceNumber)
    expect(existing?.sequenceNumber).toBe(3n)
    expect(existing?.fileSequenceNumber).toBe(4n)
  })

  it('leaves out statistics that were not asked for', async () => {
    const [identity] = await decodeManifest(bytes, placed, context, 'identity')
    expect(identity?.file.lowerBounds).toBeUndefined()
    expect(identity?.file.partition).toEqual(file.partition)
    const [bounds] = await decodeManifest(bytes, placed, context, 'bounds')
    expect(bounds?.file.upperBounds).toEqual(file.upperBounds)
    expect(bounds?.file.columnSizes).toBeUndefined()
  })

  it('keeps schema, spec and content in its header, and the field ids in its Avro schema', () => {
    const { metadata, schemaText } = openAvro(bytes)
    const text = (key: string) => metadata.get(key)?.toString()
    expect(text('format-version')).toBe('2')
    expect(text('content')).toBe('data')
    expect(text('partition-spec-id')).toBe('2')
    expect(text('schema-id')).toBe('7')
    expect(JSON.parse(text('schema') ?? '').fields[12].type).toBe('decimal(9, 2)')
    expect(JSON.parse(text('partition-spec') ?? '')[0]).toMatchObject({ 'source-id': 1, 'field-id': 1000 })
    expect(schemaText).toContain('"field-id":102')
    expect(schemaText).toContain('"logicalType":"map"')
    expect(schemaText).toContain('"element-id":133')
  })

  it('sums up counts and partitions for the manifest list', () => {
    expect(totals).toMatchObject({
      addedFilesCount: 1,
      existingFilesCount: 1,
      deletedFilesCount: 1,
      addedRowsCount: 9007199254740993n,
      minSequenceNumber: 3n,
      inherits: true,
    })
    const long = totals.partitions?.[2]
    expect(long).toMatchObject({ containsNull: true, containsNan: false })
    expect(decodeValue('long', long?.lowerBound ?? Buffer.alloc(0))).toBe(9007199254740993n)
  })

  it('reads manifests of writers with other record names and column order, and of format version 1', async () => {
    const foreign = {
      type: 'record',
      name: 'ManifestEntryV1',
      fields: [
        { name: 'snapshot_id', type: 'long', 'field-id': 1 },
        { name: 'entry_status', type: 'int', 'field-id': 0 },
        {
          name: 'data_file',
          'field-id': 2,
          type: {
            type: 'record',
            name: 'file',
            fields: [
              { name: 'path', type: 'string', 'field-id': 100 },
              { name: 'format', type: 'string', 'field-id': 101 },
              {
                name: 'partition',
                'field-id': 102,
                type: {
                  type: 'record',
                  name: 'part',
                  fields: [{ name: 'renamed', type: ['null', 'int'], default: null, 'field-id': 1000 }],
                },
              },
              { name: 'rows', type: 'long', 'field-id': 103 },
              { name: 'size', type: 'long', 'field-id': 104 },
              { name: 'block_size_in_bytes', type: 'long', 'field-id': 105 },
              {
                name: 'lows',
                type: [
                  'null',
                  {
                    type: 'array',
                    items: {
                      type: 'record',
                      name: 'kv',
                      fields: [
                        { name: 'key', type: 'int', 'field-id': 126 },
                        { name: 'value', type: 'bytes', 'field-id': 127 },
                      ],
                    },
                    logicalType: 'map',
                  },
                ],
                'field-id': 125,
              },
            ],
          },
        },
      ],
    }
    const writer = new AvroWriter(foreign, {})
    appendRecord(writer, foreign, {
      snapshot_id: 9n,
      entry_status: 1,
      data_file: {
        path: 'p',
        format: 'parquet',
        partition: { renamed: 8 },
        rows: 10n,
        size: 11n,
        block_size_in_bytes: 1n,
        lows: [{ key: 1, value: Buffer.from([7]) }],
      },
    })
    const widened: Schema = { schemaId: 1, fields: [{ id: 1, name: 'y', required: false, type: 'long' }] }
    const narrow: PartitionSpec = {
      specId: 0,
      fields: [{ sourceId: 1, fieldId: 1000, name: 'y', transform: 'identity' }],
    }
    const [entry] = await decodeManifest(
      writer.finish(),
      { addedSnapshotId: 9n, sequenceNumber: 0n },
      { spec: narrow, schemas: [widened] },
      'bounds',
    )
    expect(entry).toMatchObject({ status: 'added', snapshotId: 9n, sequenceNumber: 0n })
    expect(entry?.file).toMatchObject({
      content: 'data',
      filePath: 'p',
      fileFormat: 'PARQUET',
      partition: { y: 8n },
      recordCount: 10n,
      lowerBounds: new Map([[1, Buffer.from([7])]]),
    })
  })

  it('copies entries into another manifest without decoding them', async () => {
    const copied = await decodeManifestForCopy(bytes, placed, context)
    expect(copied.every((entry) => entry.encoded !== undefined)).toBe(true)
    expect(copied[0]?.file.lowerBounds).toBeUndefined()
    const again = encodeManifest({ ...context, schema, content: 'data', entries: copied })
    const read = await decodeManifest(
      again.bytes,
      { addedSnapshotId: 1n, sequenceNumber: 1n },
      context,
      'all',
    )
    expect(read).toEqual(await decodeManifest(bytes, placed, context, 'all'))
    expect(again.totals).toEqual({ ...totals, minSequenceNumber: 3n, inherits: false })
  })

  it('decodes entries in full where the schema differs, as after a column was widened', async () => {
    const [name, type] = ['c-1', 'long'] as const
    const widened = schema.fields.map((field) => (field.name === name ? { ...field, type } : field))
    const later = { spec, schemas: [schema, { schemaId: 8, fields: widened }] }
    const [first] = await decodeManifestForCopy(bytes, placed, later)
    expect(first?.encoded).toBeUndefined()
    expect(first?.file.partition[name]).toBe(-5n)
    expect(first?.file.lowerBounds).toEqual(file.lowerBounds)
  })

  it('asks a filter about each live entry before the rest of it is decoded', async () => {
    const asked: unknown[] = []
    const keep = (one: PrunableFile) => {
      asked.push([
        one.partition,
        one.lowerBounds?.get(3),
        one.lowerBounds?.get(4),
        one.nullValueCounts?.get(3),
      ])
      return one.recordCount > 0n
    }
    const [kept, ...others] = await decodeManifest(bytes, placed, context, { columns: new Set([3]), keep })
    const { nanValueCounts, columnSizes, splitOffsets, keyMetadata, ...rest } = file
    expect(others).toEqual([])
    expect(kept?.file).toEqual({ ...rest, nanValueCounts: new Map() })
    // The third is deleted.
    expect(asked).toHaveLength(2)
    expect(asked[0]).toEqual([file.partition, file.lowerBounds?.get(3), undefined, 0n])
  })

  it('keeps bounds of its own, not views into the whole block', async () => {
    const views: unknown[] = []
    const keep = (one: PrunableFile) => views.push(one.lowerBounds?.get(3)) > 0
    const [kept] = await decodeManifest(bytes, placed, context, { columns: new Set([3]), keep })
    expect(kept?.file.lowerBounds?.get(3)).toEqual(views[0])
    expect(kept?.file.lowerBounds?.get(3)).not.toBe(views[0])
  })

  it('reads maps whose blocks say how many bytes they have, as some writers do', async () => {
    const { schemaText } = openAvro(bytes)
    const [read] = await decodeManifest(bytes, placed, context, 'all')
    // The same entry, its split offsets in two blocks with sizes.
    const cut = (await decodeManifestForCopy(bytes, placed, context))[0]?.encoded?.bytes
    if (!cut) throw new Error('no entry')
    const plain = Buffer.from(cut)
    const offsets = Buffer.from([4, 8, ...Buffer.from('8280808080808020', 'hex')])
    const at = plain.indexOf(offsets)
    expect(at).toBeGreaterThan(0)
    const blocks = Buffer.concat([Buffer.from([1, 2, 8]), Buffer.from([1, 16]), offsets.subarray(2)])
    const head = Buffer.from([2, 0, 0, 0])
    const writer = new AvroWriter(JSON.parse(schemaText), {})
    const record = Buffer.concat([head, plain.subarray(0, at), blocks, plain.subarray(at + offsets.length)])
    writer.append((sink) => sink.raw(record))
    const again = await decodeManifest(writer.finish(), placed, context, 'all')
    expect(again[0]?.file).toEqual(read?.file)
    const [identity] = await decodeManifest(writer.finish(), placed, context, 'identity')
    expect(identity?.file.sortOrderId).toBe(1)
  })

  describe('damaged files', () => {
    const read = (damaged: Buffer) => decodeManifest(damaged, placed, context, 'all')
    const headerOf = (codec: string) => {
      const schemaOf = JSON.parse(openAvro(bytes).schemaText)
      return new AvroWriter(schemaOf, { 'avro.codec': codec }).finish()
    }
    const headers = { null: headerOf('null'), deflate: headerOf('deflate') }
    const int = avroType('int')
    const long = avroType('long')
    /** The file with other records in its one block. */
    const withBlock = (records: Buffer, count = 3, codec: 'null' | 'deflate' = 'null') => {
      const header = headers[codec]
      return Buffer.concat([
        header,
        int.toBuffer(count),
        int.toBuffer(records.length),
        records,
        header.subarray(-16),
      ])
    }

    it('are refused where they are no container or cut off', async () => {
      await expect(read(Buffer.from('no avro'))).rejects.toThrow(/not an Avro/)
      await expect(read(bytes.subarray(0, bytes.length - 20))).rejects.toThrow(/damaged or cut off/)
    })

    it('are refused where a block has fewer or more bytes than its records', async () => {
      await expect(read(withBlock(Buffer.alloc(40, 2)))).rejects.toThrow(/damaged/)
      await expect(read(withBlock(Buffer.alloc(0), 2 ** 30))).rejects.toThrow(/too few bytes/)
      await expect(read(withBlock(Buffer.alloc(4), 0))).rejects.toThrow(/more bytes than its records/)
    })

    it('are refused where a length is absurd, without making room for it', async () => {
      const head = Buffer.from([2, 0, 0, 0, 0])
      for (const length of [2n ** 40n, 2n ** 62n, -1n]) {
        await expect(read(withBlock(Buffer.concat([head, long.toBuffer(length)]), 1))).rejects.toThrow(
          /damaged/,
        )
      }
    })

    it('are refused where a block grows without measure', async () => {
      const bomb = deflateRawSync(Buffer.alloc(300 * 1024 * 1024))
      await expect(read(withBlock(bomb, 1, 'deflate'))).rejects.toThrow(/more than 268435456 bytes/)
    })

    it('are refused where the schema is of something else', async () => {
      const text = openAvro(bytes).schemaText
      const lying = (from: string, to: string) => {
        const schemaOf = JSON.parse(text.replace(from, to))
        return new AvroWriter(schemaOf, {}).finish()
      }
      await expect(read(lying('"file_path","type":"string"', '"file_path","type":"long"'))).rejects.toThrow(
        /file_path of type long, expected string/,
      )
      await expect(
        read(lying('"name":"record_count","type":"long","field-id":103', '"name":"rows","type":"long"')),
      ).rejects.toThrow(/have no record_count/)
      await expect(read(lying('"field-id":102', '"field-id":999'))).rejects.toThrow(/no data_file/)
    })

    it('give entries or an error, whichever byte is wrong', async () => {
      const copied = await decodeManifestForCopy(bytes, placed, context)
      const records = Buffer.concat(
        copied.map(({ encoded }) =>
          Buffer.concat([Buffer.from([2, 0, 0, 0]), encoded?.bytes ?? Buffer.alloc(0)]),
        ),
      )
      expect(await read(withBlock(records))).toHaveLength(3)
      const flip = fc.record({
        at: fc.nat(records.length - 1),
        to: fc.nat(255),
        size: fc.bigInt(-5n, 2n ** 60n),
      })
      await fc.assert(
        fc.asyncProperty(flip, fc.boolean(), async ({ at, to, size }, widely) => {
          const damaged = widely
            ? Buffer.concat([records.subarray(0, at), long.toBuffer(size), records.subarray(at + 1)])
            : Buffer.from(records)
          if (!widely) damaged[at] = to
          for (const wanted of ['all', 'identity', { columns: new Set([3]), keep: () => true }] as const) {
            await decodeManifest(withBlock(damaged), placed, context, wanted).catch((cause) => {
              expect(cause).toBeInstanceOf(SpecError)
            })
          }
        }),
        { numRuns: 150 },
      )
    })
  })
})

describe('manifest list', () => {
  const manifest: ManifestFile = {
    manifestPath: 's3://warehouse/t/metadata/m0.avro',
    manifestLength: 2n ** 53n + 1n,
    partitionSpecId: 2,
    content: 'deletes',
    sequenceNumber: 2n ** 60n,
    minSequenceNumber: 3n,
    addedSnapshotId: 2n ** 62n + 1n,
    addedFilesCount: 1,
    existingFilesCount: 2,
    deletedFilesCount: 3,
    addedRowsCount: 2n ** 53n + 1n,
    existingRowsCount: 5n,
    deletedRowsCount: 6n,
    partitions: [
      { containsNull: true, containsNan: false, lowerBound: Buffer.from([1]), upperBound: Buffer.from([2]) },
      { containsNull: false },
    ],
    keyMetadata: Buffer.from('k'),
  }

  it('survives a round trip', async () => {
    const list = encodeManifestList({ snapshotId: 1n, sequenceNumber: 2n }, [manifest])
    expect(await decodeManifestList(list)).toEqual([manifest])
    expect(openAvro(list).metadata.get('sequence-number')?.toString()).toBe('2')
  })

  it('reads the names and the missing fields of format version 1', async () => {
    const old = {
      type: 'record',
      name: 'manifest_file',
      fields: [
        { name: 'manifest_path', type: 'string', 'field-id': 500 },
        { name: 'manifest_length', type: 'long', 'field-id': 501 },
        { name: 'partition_spec_id', type: 'int', 'field-id': 502 },
        { name: 'added_snapshot_id', type: ['null', 'long'], 'field-id': 503 },
        { name: 'added_data_files_count', type: ['null', 'int'], 'field-id': 504 },
      ],
    }
    const writer = new AvroWriter(old, {})
    appendRecord(writer, old, {
      manifest_path: 'm',
      manifest_length: 9n,
      partition_spec_id: 0,
      added_snapshot_id: 4n,
      added_data_files_count: 3,
    })
    const [read] = await decodeManifestList(writer.finish())
    expect(read).toMatchObject({
      content: 'data',
      sequenceNumber: 0n,
      addedFilesCount: 3,
      addedSnapshotId: 4n,
    })
    expect(read?.partitions).toBeUndefined()
  })
})

describe('format version 3', () => {
  const plain: PartitionSpec = { specId: 0, fields: [] }
  const version3 = { spec: plain, schemas: [schema], schema, formatVersion: 3 as const }
  const data = (filePath: string, recordCount: bigint, more: Partial<DataFile> = {}): DataFile => ({
    content: 'data',
    filePath,
    fileFormat: 'PARQUET',
    specId: 0,
    partition: {},
    recordCount,
    fileSizeInBytes: 4n,
    ...more,
  })
  const manifestOf = (content: 'data' | 'deletes', files: [NewManifestEntry['status'], DataFile][]) =>
    encodeManifest({
      ...version3,
      content,
      entries: files.map(([status, one]) => ({
        status,
        snapshotId: 1n,
        sequenceNumber: 1n,
        fileSequenceNumber: 1n,
        file: one,
      })),
    }).bytes

  it('keeps where a deletion vector lies', async () => {
    const vector = data('v.puffin', 3n, {
      content: 'position-deletes',
      fileFormat: 'PUFFIN',
      referencedDataFile: 'a',
      contentOffset: 4n,
      contentSizeInBytes: 2n ** 33n,
    })
    const [entry] = await decodeManifest(
      manifestOf('deletes', [['added', vector]]),
      placed,
      version3,
      'identity',
    )
    expect(entry?.file).toEqual(vector)
  })

  it('gives live files without a row id the next ones, in order, and keeps those that have one', async () => {
    const manifest = manifestOf('data', [
      ['added', data('a', 10n)],
      ['deleted', data('gone', 7n)],
      ['existing', data('old', 5n, { firstRowId: 2n ** 60n })],
      ['added', data('b', 3n)],
    ])
    const inherited = (firstRowId?: bigint) => ({
      ...placed,
      ...(firstRowId === undefined ? {} : { firstRowId }),
    })
    const firstRowIds = async (firstRowId?: bigint) =>
      (await decodeManifest(manifest, inherited(firstRowId), version3, 'all')).map(
        (entry) => entry.file.firstRowId,
      )
    expect(await firstRowIds(100n)).toEqual([100n, undefined, 2n ** 60n, 110n])
    expect(await firstRowIds()).toEqual([undefined, undefined, undefined, undefined])
    const onlyLast = {
      columns: new Set([1]),
      keep: ({ recordCount }: { recordCount: bigint }) => recordCount === 3n,
    }
    const kept = await decodeManifest(manifest, inherited(100n), version3, onlyLast)
    expect(kept.map(({ file: one }) => [one.filePath, one.firstRowId])).toEqual([['b', 110n]])
  })

  it('writes inherited row ids down when entries are copied', async () => {
    const manifest = manifestOf('data', [['added', data('a', 10n)]])
    const [copy] = await decodeManifestForCopy(manifest, { ...placed, firstRowId: 100n }, version3)
    expect(copy).toMatchObject({ file: { firstRowId: 100n } })
    expect(copy?.encoded).toBeUndefined()
  })

  it('keeps statistics of entries that were written in version 2', async () => {
    const [copy] = await decodeManifestForCopy(bytes, placed, { ...context, formatVersion: 3 })
    expect(copy?.file).toEqual(file)
  })

  it('assigns row ids to data manifests that have none, live rows each', async () => {
    const manifest = (more: Partial<ManifestFile>): ManifestFile => ({
      manifestPath: 'm',
      manifestLength: 1n,
      partitionSpecId: 0,
      content: 'data',
      sequenceNumber: 1n,
      minSequenceNumber: 1n,
      addedSnapshotId: 1n,
      addedFilesCount: 1,
      existingFilesCount: 1,
      deletedFilesCount: 1,
      addedRowsCount: 10n,
      existingRowsCount: 5n,
      deletedRowsCount: 1000n,
      ...more,
    })
    const { manifests, addedRows } = assignFirstRowIds(
      [manifest({}), manifest({ content: 'deletes' }), manifest({ firstRowId: 3n }), manifest({})],
      100n,
    )
    expect(manifests.map((one) => one.firstRowId)).toEqual([100n, undefined, 3n, 115n])
    expect(addedRows).toBe(30n)
    const list = encodeManifestList(
      { snapshotId: 1n, sequenceNumber: 1n, formatVersion: 3, firstRowId: 100n },
      manifests,
    )
    expect(openAvro(list).metadata.get('first-row-id')?.toString()).toBe('100')
    const read = await decodeManifestList(list)
    expect(read.map((one) => one.firstRowId)).toEqual([100n, undefined, 3n, 115n])
  })
})
