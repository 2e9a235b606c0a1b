import { z } from 'zod'
import { Int64Json, TextMapJson } from './json.ts'
import { firstPartitionFieldId, unpartitioned } from './partition-spec.ts'
import { highestFieldId } from './schema.ts'
import {
  PartitionFieldsJson,
  PartitionSpecJson,
  partitionFieldsToJson,
  partitionSpecToJson,
  SchemaJson,
  SortOrderJson,
  schemaToJson,
  sortOrderToJson,
} from './schema-json.ts'
import { mainBranch } from './snapshot.ts'
import { ReferenceJson, referenceToJson, SnapshotJson, snapshotToJson } from './snapshot-json.ts'
import { unsorted } from './sort-order.ts'
import { SpecError } from './spec-error.ts'
import {
  EncryptedKeyJson,
  encryptedKeyToJson,
  PartitionStatisticsFileJson,
  partitionStatisticsFileToJson,
  StatisticsFileJson,
  statisticsFileToJson,
} from './statistics-json.ts'
import { currentSchema, defaultSpec, formatVersions, type TableMetadata } from './table-metadata.ts'

/** Table metadata in JSON (spec, appendix C). Input is what `parseJson` gives: 64-bit integers are number or bigint. */

const MetadataJson = z.looseObject({
  'format-version': z.literal(formatVersions),
  'table-uuid': z.string().optional(),
  location: z.string(),
  'last-sequence-number': Int64Json.nullish(),
  'last-updated-ms': z.int(),
  'last-column-id': z.int().optional(),
  schema: SchemaJson.optional(),
  schemas: z.array(SchemaJson).optional(),
  'current-schema-id': z.int().optional(),
  'partition-spec': PartitionFieldsJson.optional(),
  'partition-specs': z.array(PartitionSpecJson).optional(),
  'default-spec-id': z.int().optional(),
  'last-partition-id': z.int().optional(),
  properties: TextMapJson.optional(),
  'current-snapshot-id': Int64Json.nullish(),
  snapshots: z.array(SnapshotJson).nullish(),
  'snapshot-log': z.array(z.object({ 'snapshot-id': Int64Json, 'timestamp-ms': z.int() })).nullish(),
  'metadata-log': z.array(z.object({ 'metadata-file': z.string(), 'timestamp-ms': z.int() })).nullish(),
  'sort-orders': z.array(SortOrderJson).optional(),
  'default-sort-order-id': z.int().optional(),
  refs: z.record(z.string(), ReferenceJson).nullish(),
  'next-row-id': Int64Json.nullish(),
  statistics: z.array(StatisticsFileJson).nullish(),
  'partition-statistics': z.array(PartitionStatisticsFileJson).nullish(),
  'encryption-keys': z.array(EncryptedKeyJson).nullish(),
})

const known = new Set(Object.keys(MetadataJson.shape))

const lastPartitionIdOf = (specs: TableMetadata['partitionSpecs']): number =>
  Math.max(firstPartitionFieldId - 1, ...specs.flatMap((spec) => spec.fields.map((field) => field.fieldId)))

/**
 * Reads table metadata of format version 1, 2 or 3 from parsed JSON. Version 1's single schema and spec become lists of one.
 * @throws SpecError naming the field that is wrong.
 */
export function tableMetadataFromJson(value: unknown): TableMetadata {
  const version = (value as { 'format-version'?: unknown } | null)?.['format-version']
  if (typeof version === 'number' && version > 3) {
    throw new SpecError(`The table has format version ${version}; this version of Firn reads 1 to 3.`)
  }
  const parsed = MetadataJson.safeParse(value)
  if (!parsed.success) {
    throw new SpecError(`The table metadata is not valid: ${z.prettifyError(parsed.error)}`, {
      cause: parsed.error,
    })
  }
  const json = parsed.data
  const schemas = json.schemas ?? (json.schema ? [json.schema] : [])
  if (schemas.length === 0) throw new SpecError('The table metadata has no schema.')
  const partitionSpecs =
    json['partition-specs'] ??
    (json['partition-spec'] ? [{ specId: 0, fields: json['partition-spec'] }] : [unpartitioned])
  const refs = json.refs ?? {}
  const current = json['current-snapshot-id']
  const currentSnapshotId = current === null || current === -1n ? undefined : current
  if (currentSnapshotId !== undefined && !refs[mainBranch]) {
    refs[mainBranch] = { snapshotId: currentSnapshotId, type: 'branch' }
  }
  const metadata: TableMetadata = {
    formatVersion: json['format-version'],
    tableUuid: json['table-uuid'] ?? '',
    location: json.location.replace(/\/+$/, ''),
    lastSequenceNumber: json['last-sequence-number'] ?? 0n,
    lastUpdatedMs: json['last-updated-ms'],
    lastColumnId: json['last-column-id'] ?? Math.max(...schemas.map(highestFieldId)),
    schemas,
    currentSchemaId: json['current-schema-id'] ?? schemas[0]?.schemaId ?? 0,
    partitionSpecs,
    defaultSpecId: json['default-spec-id'] ?? partitionSpecs[0]?.specId ?? 0,
    lastPartitionId: json['last-partition-id'] ?? lastPartitionIdOf(partitionSpecs),
    properties: json.properties ?? {},
    snapshots: json.snapshots ?? [],
    snapshotLog: (json['snapshot-log'] ?? []).map((entry) => ({
      snapshotId: entry['snapshot-id'],
      timestampMs: entry['timestamp-ms'],
    })),
    metadataLog: (json['metadata-log'] ?? []).map((entry) => ({
      metadataFile: entry['metadata-file'],
      timestampMs: entry['timestamp-ms'],
    })),
    sortOrders: json['sort-orders'] ?? [unsorted],
    defaultSortOrderId: json['default-sort-order-id'] ?? 0,
    refs,
    nextRowId: json['next-row-id'] ?? 0n,
    statistics: json.statistics ?? [],
    partitionStatistics: json['partition-statistics'] ?? [],
    encryptionKeys: json['encryption-keys'] ?? [],
  }
  if (currentSnapshotId !== undefined) metadata.currentSnapshotId = currentSnapshotId
  const other = Object.entries(json).filter(([key]) => !known.has(key))
  if (other.length > 0) metadata.other = Object.fromEntries(other)
  return metadata
}

/**
 * Table metadata as JSON for `stringifyJson`, in its own format version. Version 1 gets its single schema and spec
 * besides the lists, for readers that know only those.
 */
export function tableMetadataToJson(metadata: TableMetadata): Record<string, unknown> {
  const { formatVersion } = metadata
  const v1 = formatVersion === 1
  return {
    'format-version': formatVersion,
    'table-uuid': metadata.tableUuid,
    location: metadata.location,
    ...(v1 ? {} : { 'last-sequence-number': metadata.lastSequenceNumber }),
    'last-updated-ms': metadata.lastUpdatedMs,
    'last-column-id': metadata.lastColumnId,
    ...(v1 ? { schema: schemaToJson(currentSchema(metadata)) } : {}),
    'current-schema-id': metadata.currentSchemaId,
    schemas: metadata.schemas.map(schemaToJson),
    ...(v1 ? { 'partition-spec': partitionFieldsToJson(defaultSpec(metadata).fields) } : {}),
    'default-spec-id': metadata.defaultSpecId,
    'partition-specs': metadata.partitionSpecs.map(partitionSpecToJson),
    'last-partition-id': metadata.lastPartitionId,
    'default-sort-order-id': metadata.defaultSortOrderId,
    'sort-orders': metadata.sortOrders.map(sortOrderToJson),
    properties: metadata.properties,
    // -1 instead of null before version 3: what other writers do, and older readers expect.
    'current-snapshot-id': metadata.currentSnapshotId ?? (formatVersion < 3 ? -1 : null),
    ...(formatVersion < 3 ? {} : { 'next-row-id': metadata.nextRowId }),
    ...(metadata.encryptionKeys.length > 0
      ? { 'encryption-keys': metadata.encryptionKeys.map(encryptedKeyToJson) }
      : {}),
    refs: Object.fromEntries(
      Object.entries(metadata.refs).map(([name, reference]) => [name, referenceToJson(reference)]),
    ),
    snapshots: metadata.snapshots.map((snapshot) => snapshotToJson(snapshot, formatVersion)),
    statistics: metadata.statistics.map(statisticsFileToJson),
    'partition-statistics': metadata.partitionStatistics.map(partitionStatisticsFileToJson),
    ...metadata.other,
    'snapshot-log': metadata.snapshotLog.map((entry) => ({
      'timestamp-ms': entry.timestampMs,
      'snapshot-id': entry.snapshotId,
    })),
    'metadata-log': metadata.metadataLog.map((entry) => ({
      'timestamp-ms': entry.timestampMs,
      'metadata-file': entry.metadataFile,
    })),
  }
}
