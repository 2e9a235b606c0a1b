import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { Int64Json, TextMapJson } from '../spec/json.ts'
import {
  SchemaJson,
  SortOrderJson,
  schemaToJson,
  sortOrderToJson,
  UnboundPartitionSpecJson,
  unboundPartitionSpecToJson,
} from '../spec/schema-json.ts'
import {
  referenceOf,
  referenceShape,
  referenceToJson,
  SnapshotJson,
  snapshotToJson,
} from '../spec/snapshot-json.ts'
import {
  EncryptedKeyJson,
  encryptedKeyToJson,
  PartitionStatisticsFileJson,
  partitionStatisticsFileToJson,
  StatisticsFileJson,
  statisticsFileToJson,
} from '../spec/statistics-json.ts'
import type { TableUpdate } from './table-update.ts'

/** Table updates as the REST protocol writes them. 64-bit integers come as number or bigint (`parseJson`). */

const name = z.string().min(1)

/** Snapshots of the protocol must say what they did. */
const NewSnapshotJson = SnapshotJson.refine((snapshot) => snapshot.summary.operation !== undefined, {
  error: 'has no operation',
  path: ['summary'],
})

const TableUpdateJson = z.discriminatedUnion('action', [
  z.object({ action: z.literal('assign-uuid'), uuid: z.uuid() }),
  z
    .object({ action: z.literal('upgrade-format-version'), 'format-version': z.int() })
    .transform(({ action, ...json }) => ({ action, formatVersion: json['format-version'] })),
  // `last-column-id` is deprecated and computed here.
  z.object({ action: z.literal('add-schema'), schema: SchemaJson }),
  z
    .object({ action: z.literal('set-current-schema'), 'schema-id': z.int() })
    .transform(({ action, ...json }) => ({ action, schemaId: json['schema-id'] })),
  z
    .object({ action: z.literal('remove-schemas'), 'schema-ids': z.array(z.int()) })
    .transform(({ action, ...json }) => ({ action, schemaIds: json['schema-ids'] })),
  z.object({ action: z.literal('add-spec'), spec: UnboundPartitionSpecJson }),
  z
    .object({ action: z.literal('set-default-spec'), 'spec-id': z.int() })
    .transform(({ action, ...json }) => ({ action, specId: json['spec-id'] })),
  z
    .object({ action: z.literal('remove-partition-specs'), 'spec-ids': z.array(z.int()) })
    .transform(({ action, ...json }) => ({ action, specIds: json['spec-ids'] })),
  z
    .object({ action: z.literal('add-sort-order'), 'sort-order': SortOrderJson })
    .transform(({ action, ...json }) => ({ action, sortOrder: json['sort-order'] })),
  z
    .object({ action: z.literal('set-default-sort-order'), 'sort-order-id': z.int() })
    .transform(({ action, ...json }) => ({ action, sortOrderId: json['sort-order-id'] })),
  z.object({ action: z.literal('add-snapshot'), snapshot: NewSnapshotJson }),
  z
    .object({ action: z.literal('set-snapshot-ref'), 'ref-name': name, ...referenceShape })
    .transform(({ action, ...json }) => ({ action, refName: json['ref-name'], ...referenceOf(json) })),
  z
    .object({ action: z.literal('remove-snapshot-ref'), 'ref-name': name })
    .transform(({ action, ...json }) => ({ action, refName: json['ref-name'] })),
  z
    .object({ action: z.literal('remove-snapshots'), 'snapshot-ids': z.array(Int64Json) })
    .transform(({ action, ...json }) => ({ action, snapshotIds: json['snapshot-ids'] })),
  // Its own `snapshot-id` is deprecated and repeats that of the file.
  z.object({ action: z.literal('set-statistics'), statistics: StatisticsFileJson }),
  z
    .object({ action: z.literal('remove-statistics'), 'snapshot-id': Int64Json })
    .transform(({ action, ...json }) => ({ action, snapshotId: json['snapshot-id'] })),
  z
    .object({
      action: z.literal('set-partition-statistics'),
      'partition-statistics': PartitionStatisticsFileJson,
    })
    .transform(({ action, ...json }) => ({ action, partitionStatistics: json['partition-statistics'] })),
  z
    .object({ action: z.literal('remove-partition-statistics'), 'snapshot-id': Int64Json })
    .transform(({ action, ...json }) => ({ action, snapshotId: json['snapshot-id'] })),
  z
    .object({ action: z.literal('add-encryption-key'), 'encryption-key': EncryptedKeyJson })
    .transform(({ action, ...json }) => ({ action, encryptionKey: json['encryption-key'] })),
  z
    .object({ action: z.literal('remove-encryption-key'), 'key-id': name })
    .transform(({ action, ...json }) => ({ action, keyId: json['key-id'] })),
  z.object({ action: z.literal('set-location'), location: name }),
  // Older clients write `updated` and `removed`.
  z
    .object({
      action: z.literal('set-properties'),
      updates: TextMapJson.optional(),
      updated: TextMapJson.optional(),
    })
    .transform(({ action, updates, updated }) => ({ action, updates: updates ?? updated ?? {} })),
  z
    .object({
      action: z.literal('remove-properties'),
      removals: z.array(z.string()).optional(),
      removed: z.array(z.string()).optional(),
    })
    .transform(({ action, removals, removed }) => ({ action, removals: removals ?? removed ?? [] })),
])

/**
 * Reads the updates of a commit request.
 * @throws AppError `bad-input` that names the update and the field
 */
export function parseTableUpdates(json: unknown): TableUpdate[] {
  const parsed = z.array(TableUpdateJson).safeParse(json)
  if (parsed.success) return parsed.data
  throw new AppError('bad-input', `The table updates are not valid: ${z.prettifyError(parsed.error)}`, {
    cause: parsed.error,
  })
}

/** An update as the REST protocol writes it, for `stringifyJson`. */
export function tableUpdateToJson(update: TableUpdate): Record<string, unknown> {
  const { action } = update
  switch (update.action) {
    case 'assign-uuid':
      return { action, uuid: update.uuid }
    case 'upgrade-format-version':
      return { action, 'format-version': update.formatVersion }
    case 'add-schema':
      return { action, schema: schemaToJson(update.schema) }
    case 'set-current-schema':
      return { action, 'schema-id': update.schemaId }
    case 'remove-schemas':
      return { action, 'schema-ids': update.schemaIds }
    case 'add-spec':
      return { action, spec: unboundPartitionSpecToJson(update.spec) }
    case 'set-default-spec':
      return { action, 'spec-id': update.specId }
    case 'remove-partition-specs':
      return { action, 'spec-ids': update.specIds }
    case 'add-sort-order':
      return { action, 'sort-order': sortOrderToJson(update.sortOrder) }
    case 'set-default-sort-order':
      return { action, 'sort-order-id': update.sortOrderId }
    case 'add-snapshot':
      return { action, snapshot: snapshotToJson(update.snapshot) }
    case 'set-snapshot-ref':
      return { action, 'ref-name': update.refName, ...referenceToJson(update) }
    case 'remove-snapshot-ref':
      return { action, 'ref-name': update.refName }
    case 'remove-snapshots':
      return { action, 'snapshot-ids': update.snapshotIds }
    case 'restore-snapshots':
      throw new AppError('unsupported', 'Removed snapshots cannot be put back through the REST protocol.')
    case 'set-statistics':
      return {
        action,
        'snapshot-id': update.statistics.snapshotId,
        statistics: statisticsFileToJson(update.statistics),
      }
    case 'remove-statistics':
    case 'remove-partition-statistics':
      return { action, 'snapshot-id': update.snapshotId }
    case 'set-partition-statistics':
      return { action, 'partition-statistics': partitionStatisticsFileToJson(update.partitionStatistics) }
    case 'add-encryption-key':
      return { action, 'encryption-key': encryptedKeyToJson(update.encryptionKey) }
    case 'remove-encryption-key':
      return { action, 'key-id': update.keyId }
    case 'set-location':
      return { action, location: update.location }
    case 'set-properties':
      return { action, updates: update.updates }
    case 'remove-properties':
      return { action, removals: update.removals }
  }
}
