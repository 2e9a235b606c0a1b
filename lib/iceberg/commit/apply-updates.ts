import type { TableMetadata } from '../spec/table-metadata.ts'
import {
  addSnapshot,
  removeRef,
  removeSnapshots,
  restoreSnapshots,
  setRef,
  settleSnapshotLog,
} from './apply-snapshots.ts'
import {
  addSchema,
  addSortOrder,
  addSpec,
  removeSchemas,
  removeSpecs,
  setCurrentSchema,
  setDefaultSortOrder,
  setDefaultSpec,
  upgradeFormatVersion,
} from './apply-structure.ts'
import type { TableUpdate } from './table-update.ts'
import { invalidUpdate, type UpdateProgress } from './update-progress.ts'
import { validateDefaults } from './validate-structure.ts'

/**
 * The metadata after a list of updates, as Iceberg's own implementation applies them. Pure: no input or output, and
 * `metadata` stays as it is.
 * @param now milliseconds since the epoch, for `last-updated-ms` and the snapshot log
 * @throws AppError `bad-input` for an update that does not fit the table; `conflict` (retryable) for a snapshot that
 *   was made from an older version of it
 */
export function applyUpdates(
  metadata: TableMetadata,
  updates: readonly TableUpdate[],
  now: number = Date.now(),
): TableMetadata {
  const progress: UpdateProgress = { now, added: new Set(), replaced: new Set() }
  const result = updates.reduce((current, update) => apply(current, update, progress), metadata)
  if (result === metadata) return metadata
  if (
    result.currentSchemaId !== metadata.currentSchemaId ||
    result.defaultSpecId !== metadata.defaultSpecId
  ) {
    validateDefaults(result)
  }
  return { ...settleSnapshotLog(result, progress), lastUpdatedMs: Math.max(now, result.lastUpdatedMs) }
}

function apply(metadata: TableMetadata, update: TableUpdate, progress: UpdateProgress): TableMetadata {
  switch (update.action) {
    case 'assign-uuid':
      if (metadata.tableUuid && metadata.tableUuid !== update.uuid) {
        throw invalidUpdate(`the table's UUID is ${metadata.tableUuid} and cannot become ${update.uuid}.`)
      }
      return { ...metadata, tableUuid: update.uuid }
    case 'upgrade-format-version':
      return upgradeFormatVersion(metadata, update.formatVersion)
    case 'add-schema':
      return addSchema(metadata, update.schema, progress)
    case 'set-current-schema':
      return setCurrentSchema(metadata, update.schemaId, progress)
    case 'remove-schemas':
      return removeSchemas(metadata, update.schemaIds)
    case 'add-spec':
      return addSpec(metadata, update.spec, progress)
    case 'set-default-spec':
      return setDefaultSpec(metadata, update.specId, progress)
    case 'remove-partition-specs':
      return removeSpecs(metadata, update.specIds)
    case 'add-sort-order':
      return addSortOrder(metadata, update.sortOrder, progress)
    case 'set-default-sort-order':
      return setDefaultSortOrder(metadata, update.sortOrderId, progress)
    case 'add-snapshot':
      return addSnapshot(metadata, update.snapshot, progress)
    case 'set-snapshot-ref': {
      const { action: _, refName, ...reference } = update
      return setRef(metadata, refName, reference, progress)
    }
    case 'remove-snapshot-ref':
      return removeRef(metadata, update.refName)
    case 'remove-snapshots':
      return removeSnapshots(metadata, update.snapshotIds)
    case 'restore-snapshots':
      return restoreSnapshots(metadata, update)
    case 'set-statistics':
      return {
        ...metadata,
        statistics: [
          ...withoutSnapshot(metadata.statistics, update.statistics.snapshotId),
          update.statistics,
        ],
      }
    case 'remove-statistics':
      return { ...metadata, statistics: withoutSnapshot(metadata.statistics, update.snapshotId) }
    case 'set-partition-statistics':
      return {
        ...metadata,
        partitionStatistics: [
          ...withoutSnapshot(metadata.partitionStatistics, update.partitionStatistics.snapshotId),
          update.partitionStatistics,
        ],
      }
    case 'remove-partition-statistics':
      return {
        ...metadata,
        partitionStatistics: withoutSnapshot(metadata.partitionStatistics, update.snapshotId),
      }
    case 'add-encryption-key':
      if (metadata.encryptionKeys.some((key) => key.keyId === update.encryptionKey.keyId)) return metadata
      return { ...metadata, encryptionKeys: [...metadata.encryptionKeys, update.encryptionKey] }
    case 'remove-encryption-key':
      return {
        ...metadata,
        encryptionKeys: metadata.encryptionKeys.filter((key) => key.keyId !== update.keyId),
      }
    case 'set-location':
      return { ...metadata, location: update.location.replace(/\/+$/, '') }
    case 'set-properties':
      return { ...metadata, properties: { ...metadata.properties, ...update.updates } }
    case 'remove-properties': {
      const removals = new Set(update.removals)
      const kept = Object.entries(metadata.properties).filter(([key]) => !removals.has(key))
      return { ...metadata, properties: Object.fromEntries(kept) }
    }
  }
}

const withoutSnapshot = <File extends { snapshotId: bigint }>(files: readonly File[], id: bigint): File[] =>
  files.filter((file) => file.snapshotId !== id)

/** Property `write.metadata.previous-versions-max`. */
const defaultPreviousVersions = 100

/** Notes the metadata file that is replaced, and forgets the oldest beyond `write.metadata.previous-versions-max`. */
export function withPreviousMetadata(
  metadata: TableMetadata,
  previous: { location: string; metadata: TableMetadata },
): TableMetadata {
  const limit = Number(metadata.properties['write.metadata.previous-versions-max'] ?? defaultPreviousVersions)
  const keep = Number.isInteger(limit) && limit >= 1 ? limit : defaultPreviousVersions
  const log = [
    ...metadata.metadataLog,
    { metadataFile: previous.location, timestampMs: previous.metadata.lastUpdatedMs },
  ]
  return { ...metadata, metadataLog: log.slice(-keep) }
}
