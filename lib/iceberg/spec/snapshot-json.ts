import { z } from 'zod'
import { Int64Json, TextMapJson } from './json.ts'
import type { Snapshot, SnapshotReference } from './snapshot.ts'

/** Snapshots and references in JSON (spec, appendix C). */

export const SnapshotJson = z
  .object({
    'snapshot-id': Int64Json,
    'parent-snapshot-id': Int64Json.nullish(),
    'sequence-number': Int64Json.nullish(),
    'timestamp-ms': z.int(),
    'manifest-list': z.string({
      error: 'is missing: snapshots of format version 1 that list manifests inline are not supported',
    }),
    summary: TextMapJson.nullish(),
    'schema-id': z.int().nullish(),
    'first-row-id': Int64Json.nullish(),
    'added-rows': Int64Json.nullish(),
    'key-id': z.string().nullish(),
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
    if (typeof json['first-row-id'] === 'bigint') snapshot.firstRowId = json['first-row-id']
    if (typeof json['added-rows'] === 'bigint') snapshot.addedRows = json['added-rows']
    if (json['key-id']) snapshot.keyId = json['key-id']
    return snapshot
  })

/** Format version 1 has no sequence numbers. */
export const snapshotToJson = (snapshot: Snapshot, formatVersion = 2): Record<string, unknown> => ({
  'snapshot-id': snapshot.snapshotId,
  'parent-snapshot-id': snapshot.parentSnapshotId,
  'sequence-number': formatVersion > 1 ? snapshot.sequenceNumber : undefined,
  'timestamp-ms': snapshot.timestampMs,
  // A summary needs an operation; snapshots of version 1 may have none at all.
  summary: snapshot.summary.operation === undefined ? undefined : snapshot.summary,
  'manifest-list': snapshot.manifestList,
  'schema-id': snapshot.schemaId,
  'first-row-id': snapshot.firstRowId,
  'added-rows': snapshot.addedRows,
  'key-id': snapshot.keyId,
})

/** The members of a reference, for messages that carry more than these. */
export const referenceShape = {
  'snapshot-id': Int64Json,
  type: z.enum(['branch', 'tag']),
  'min-snapshots-to-keep': z.int().nullish(),
  'max-snapshot-age-ms': z.int().nullish(),
  'max-ref-age-ms': z.int().nullish(),
}

const ReferenceObject = z.object(referenceShape)

export function referenceOf(json: z.output<typeof ReferenceObject>): SnapshotReference {
  const reference: SnapshotReference = { snapshotId: json['snapshot-id'], type: json.type }
  const [keep, age, refAge] = [
    json['min-snapshots-to-keep'],
    json['max-snapshot-age-ms'],
    json['max-ref-age-ms'],
  ]
  if (typeof keep === 'number') reference.minSnapshotsToKeep = keep
  if (typeof age === 'number') reference.maxSnapshotAgeMs = age
  if (typeof refAge === 'number') reference.maxRefAgeMs = refAge
  return reference
}

export const ReferenceJson = ReferenceObject.transform(referenceOf)

export const referenceToJson = (reference: SnapshotReference): Record<string, unknown> => ({
  'snapshot-id': reference.snapshotId,
  type: reference.type,
  'min-snapshots-to-keep': reference.minSnapshotsToKeep,
  'max-snapshot-age-ms': reference.maxSnapshotAgeMs,
  'max-ref-age-ms': reference.maxRefAgeMs,
})
