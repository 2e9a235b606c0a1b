import type { SchemaVersion, TableDetail } from '#lib/api/catalog-schemas.ts'
import type { PartitionSpec } from '#lib/iceberg/spec/partition-spec.ts'
import { findFieldById, type Schema } from '#lib/iceberg/spec/schema.ts'
import { currentSchema, defaultSpec, type TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { foreignTableItem } from './foreign/foreign-table-item.ts'
import type { LoadedTable } from './load-table.ts'
import { snapshotItems } from './snapshot-item.ts'
import { averageBytes, tableItem } from './table-item.ts'
import { recentThroughput } from './timeline.ts'
import { typeText } from './type-text.ts'

/** Long enough to bridge compactions and slow commits, short enough to mean "now". */
const throughputSeconds = 300

const schemaVersion = (schema: Schema, currentId: number): SchemaVersion => ({
  schemaId: schema.schemaId,
  current: schema.schemaId === currentId,
  fields: schema.fields.map(({ id, name, type, required, doc }) => ({
    id,
    name,
    type: typeText(type),
    required,
    doc: doc ?? null,
  })),
  identifierFieldIds: schema.identifierFieldIds ?? [],
})

/** A partition spec's public fields. */
export function partitionSpecItem(spec: PartitionSpec, metadata: TableMetadata) {
  const schema = currentSchema(metadata)
  return {
    specId: spec.specId,
    current: spec.specId === metadata.defaultSpecId,
    fields: spec.fields.map(({ fieldId, name, transform, sourceId }) => ({
      fieldId,
      name,
      transform,
      sourceId,
      sourceName: findFieldById(schema, sourceId)?.name ?? null,
    })),
  }
}

/** The public fields of a table's sort order. */
export function sortOrderItem(metadata: TableMetadata): TableDetail['sortOrder'] {
  const order = metadata.sortOrders.find(({ orderId }) => orderId === metadata.defaultSortOrderId)
  const schema = currentSchema(metadata)
  return {
    orderId: order?.orderId ?? 0,
    fields: (order?.fields ?? []).map(({ transform, sourceId, direction, nullOrder }) => ({
      transform,
      sourceId,
      sourceName: findFieldById(schema, sourceId)?.name ?? null,
      direction,
      nullOrder,
    })),
  }
}

/** Everything the table's page shows that needs no manifest. */
export function tableDetail({ catalog, row, table }: LoadedTable, now: Date): TableDetail {
  const { metadata, metadataLocation } = table
  const item = row ? tableItem(row) : foreignTableItem(catalog, table)
  const snapshots = snapshotItems(metadata)
  const current = snapshots.find((snapshot) => snapshot.current) ?? null
  const { records, dataFiles, bytes } = current?.totals ?? { records: 0, dataFiles: 0, bytes: 0 }
  return {
    ...item,
    metadataLocation,
    currentSnapshotId: current?.snapshotId ?? null,
    lastUpdatedAt: new Date(metadata.lastUpdatedMs).toISOString(),
    lastSequenceNumber: metadata.lastSequenceNumber.toString(),
    currentSnapshot: current,
    snapshots: snapshots.length,
    totals: {
      records,
      dataFiles,
      bytes,
      averageFileBytes: averageBytes(bytes, dataFiles),
      partitions: item.partitions,
    },
    throughput: recentThroughput(snapshots, now, throughputSeconds),
    currentSchemaId: metadata.currentSchemaId,
    schema: schemaVersion(currentSchema(metadata), metadata.currentSchemaId),
    schemas: metadata.schemas.map((schema) => schemaVersion(schema, metadata.currentSchemaId)),
    defaultSpecId: metadata.defaultSpecId,
    partitionSpec: partitionSpecItem(defaultSpec(metadata), metadata),
    partitionSpecs: metadata.partitionSpecs.map((spec) => partitionSpecItem(spec, metadata)),
    sortOrder: sortOrderItem(metadata),
    properties: metadata.properties,
    refs: Object.entries(metadata.refs).map(([name, ref]) => ({
      name,
      type: ref.type,
      snapshotId: ref.snapshotId.toString(),
    })),
  }
}
