import { z } from 'zod'
import { firstPartitionFieldId, unpartitioned } from './partition-spec.ts'
import { highestFieldId } from './schema.ts'
import {
  PartitionFieldsJson,
  PartitionSpecJson,
  partitionSpecToJson,
  SchemaJson,
  SortOrderJson,
  schemaToJson,
  sortOrderToJson,
} from './schema-json.ts'
import { mainBranch, type Snapshot, type SnapshotReference } from './snapshot.ts'
import { unsorted } from './sort-order.ts'
import { SpecError } from './spec-error.ts'
import type { TableMetadata } from './table-metadata.ts'

/** Table metadata in JSON (spec, appendix C). Input is what `parseJson` gives: 64-bit integers are number or bigint. */

const int64 = z.union([z.int(), z.bigint()]).transform((value) => BigInt(value))
const millis = z.int()
const text = z.record(z.string(), z.string())

const SnapshotJson = z
  .object({
    'snapshot-id': int64,
    'parent-snapshot-id': int64.nullish(),
    'sequence-number': int64.optional(),
    'timestamp-ms': millis,
    'manifest-list': z.string({
      error: 'is missing: snapshots of format version 1 that list manifests inline are not supported',
    }),
    summary: text.optional(),
    'schema-id': z.int().nullish(),
  })
  .transform((json): Snapshot => {
    const snapshot: Snapshot = {
      snapshotId: json['snapshot-id'],
      sequenceNumber: json['sequence-number'] ?? 0n,
      timestampMs: json['timestamp-ms'],
      manifestList: json['manifest-list'],
      summary: json.summary ?? {},
    }
    const parent = json['parent-snapshot-id']
    // Some writers say "no parent" with -1.
    if (parent !== undefined && parent !== null && parent !== -1n) snapshot.parentSnapshotId = parent
    if (typeof json['schema-id'] === 'number') snapshot.schemaId = json['schema-id']
    return snapshot
  })

const ReferenceJson = z
  .object({
    'snapshot-id': int64,
    type: z.enum(['branch', 'tag']),
    'min-snapshots-to-keep': z.int().nullish(),
    'max-snapshot-age-ms': millis.nullish(),
    'max-ref-age-ms': millis.nullish(),
  })
  .transform((json): SnapshotReference => {
    const reference: SnapshotReference = { snapshotId: json['snapshot-id'], type: json.type }
    if (json['min-snapshots-to-keep']) reference.minSnapshotsToKeep = json['min-snapshots-to-keep']
    if (json['max-snapshot-age-ms']) reference.maxSnapshotAgeMs = json['max-snapshot-age-ms']
    if (json['max-ref-age-ms']) reference.maxRefAgeMs = json['max-ref-age-ms']
    return reference
  })

const MetadataJson = z.looseObject({
  'format-version': z.union([z.literal(1), z.literal(2)]),
  'table-uuid': z.string().optional(),
  location: z.string(),
  'last-sequence-number': int64.optional(),
  'last-updated-ms': millis,
  'last-column-id': z.int().optional(),
  schema: SchemaJson.optional(),
  schemas: z.array(SchemaJson).optional(),
  'current-schema-id': z.int().optional(),
  'partition-spec': PartitionFieldsJson.optional(),
  'partition-specs': z.array(PartitionSpecJson).optional(),
  'default-spec-id': z.int().optional(),
  'last-partition-id': z.int().optional(),
  properties: text.optional(),
  'current-snapshot-id': int64.nullish(),
  snapshots: z.array(SnapshotJson).nullish(),
  'snapshot-log': z.array(z.object({ 'snapshot-id': int64, 'timestamp-ms': millis })).nullish(),
  'metadata-log': z.array(z.object({ 'metadata-file': z.string(), 'timestamp-ms': millis })).nullish(),
  'sort-orders': z.array(SortOrderJson).optional(),
  'default-sort-order-id': z.int().optional(),
  refs: z.record(z.string(), ReferenceJson).nullish(),
})

const known = new Set(Object.keys(MetadataJson.shape))

const lastPartitionIdOf = (specs: TableMetadata['partitionSpecs']): number =>
  Math.max(firstPartitionFieldId - 1, ...specs.flatMap((spec) => spec.fields.map((field) => field.fieldId)))

/**
 * Reads table metadata of format version 1 or 2 from parsed JSON. Version 1's single schema and spec become lists of one.
 * @throws SpecError naming the field that is wrong.
 */
export function tableMetadataFromJson(value: unknown): TableMetadata {
  const version = (value as { 'format-version'?: unknown } | null)?.['format-version']
  if (typeof version === 'number' && version > 2) {
    throw new SpecError(`The table has format version ${version}; this version of Firn reads 1 and 2.`)
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
  }
  if (currentSnapshotId !== undefined) metadata.currentSnapshotId = currentSnapshotId
  const other = Object.entries(json).filter(([key]) => !known.has(key))
  if (other.length > 0) metadata.other = Object.fromEntries(other)
  return metadata
}

const snapshotToJson = (snapshot: Snapshot): Record<string, unknown> => ({
  'snapshot-id': snapshot.snapshotId,
  'parent-snapshot-id': snapshot.parentSnapshotId,
  'sequence-number': snapshot.sequenceNumber,
  'timestamp-ms': snapshot.timestampMs,
  summary: snapshot.summary,
  'manifest-list': snapshot.manifestList,
  'schema-id': snapshot.schemaId,
})

const referenceToJson = (reference: SnapshotReference): Record<string, unknown> => ({
  'snapshot-id': reference.snapshotId,
  type: reference.type,
  'min-snapshots-to-keep': reference.minSnapshotsToKeep,
  'max-snapshot-age-ms': reference.maxSnapshotAgeMs,
  'max-ref-age-ms': reference.maxRefAgeMs,
})

/**
 * Format version 2 metadata as JSON for `stringifyJson`.
 * @throws SpecError for format version 1, which is read but not written.
 */
export function tableMetadataToJson(metadata: TableMetadata): Record<string, unknown> {
  if (metadata.formatVersion === 1) {
    throw new SpecError('Tables of format version 1 are read only. Upgrade the table to version 2 first.')
  }
  return {
    'format-version': 2,
    'table-uuid': metadata.tableUuid,
    location: metadata.location,
    'last-sequence-number': metadata.lastSequenceNumber,
    'last-updated-ms': metadata.lastUpdatedMs,
    'last-column-id': metadata.lastColumnId,
    'current-schema-id': metadata.currentSchemaId,
    schemas: metadata.schemas.map(schemaToJson),
    'default-spec-id': metadata.defaultSpecId,
    'partition-specs': metadata.partitionSpecs.map(partitionSpecToJson),
    'last-partition-id': metadata.lastPartitionId,
    'default-sort-order-id': metadata.defaultSortOrderId,
    'sort-orders': metadata.sortOrders.map(sortOrderToJson),
    properties: metadata.properties,
    // -1 instead of null: what other version 2 writers do, and older readers expect.
    'current-snapshot-id': metadata.currentSnapshotId ?? -1,
    refs: Object.fromEntries(
      Object.entries(metadata.refs).map(([name, reference]) => [name, referenceToJson(reference)]),
    ),
    snapshots: metadata.snapshots.map(snapshotToJson),
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
