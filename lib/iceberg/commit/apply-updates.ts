import { AppError } from '../../errors.ts'
import type { PartitionSpec } from '../spec/partition-spec.ts'
import { highestFieldId } from '../spec/schema.ts'
import { schemaToJson } from '../spec/schema-json.ts'
import { mainBranch } from '../spec/snapshot.ts'
import { findSnapshot, type TableMetadata } from '../spec/table-metadata.ts'
import { validatePartitionSpec, validateSchema } from './new-table-metadata.ts'
import type { TableUpdate } from './table-update.ts'

/** What has to be known across the updates of one commit. */
interface Progress {
  now: number
  lastAddedSchemaId?: number
  lastAddedSpecId?: number
  lastAddedSortOrderId?: number
  /** Snapshots added in this commit: their log entry carries their own time. */
  added: Set<bigint>
}

const invalid = (message: string) => new AppError('bad-input', `The table update is not valid: ${message}`)

/**
 * The metadata after a list of updates. Pure: no input or output, and `metadata` stays as it is.
 * @param now milliseconds since the epoch, for `last-updated-ms` and the snapshot log
 * @throws AppError `bad-input` for an update that does not fit the table
 */
export function applyUpdates(
  metadata: TableMetadata,
  updates: readonly TableUpdate[],
  now: number = Date.now(),
): TableMetadata {
  const progress: Progress = { now, added: new Set() }
  const result = updates.reduce((current, update) => apply(current, update, progress), metadata)
  if (result === metadata) return metadata
  return { ...result, lastUpdatedMs: Math.max(now, result.lastUpdatedMs) }
}

function apply(metadata: TableMetadata, update: TableUpdate, progress: Progress): TableMetadata {
  switch (update.action) {
    case 'assign-uuid':
      if (metadata.tableUuid && metadata.tableUuid !== update.uuid) {
        throw invalid(`the table's UUID is ${metadata.tableUuid} and cannot become ${update.uuid}.`)
      }
      return { ...metadata, tableUuid: update.uuid }
    case 'upgrade-format-version':
      return upgrade(metadata, update.formatVersion)
    case 'add-schema':
      return addSchema(metadata, update, progress)
    case 'set-current-schema': {
      const id = update.schemaId === -1 ? progress.lastAddedSchemaId : update.schemaId
      if (!metadata.schemas.some((schema) => schema.schemaId === id))
        throw invalid(`there is no schema ${id}.`)
      return { ...metadata, currentSchemaId: id as number }
    }
    case 'add-spec':
      return addSpec(metadata, update.spec, progress)
    case 'set-default-spec': {
      const id = update.specId === -1 ? progress.lastAddedSpecId : update.specId
      if (!metadata.partitionSpecs.some((spec) => spec.specId === id)) {
        throw invalid(`there is no partition spec ${id}.`)
      }
      return { ...metadata, defaultSpecId: id as number }
    }
    case 'add-sort-order':
      return addSortOrder(metadata, update, progress)
    case 'set-default-sort-order': {
      const id = update.sortOrderId === -1 ? progress.lastAddedSortOrderId : update.sortOrderId
      if (!metadata.sortOrders.some((order) => order.orderId === id))
        throw invalid(`there is no sort order ${id}.`)
      return { ...metadata, defaultSortOrderId: id as number }
    }
    case 'add-snapshot':
      return addSnapshot(metadata, update, progress)
    case 'set-snapshot-ref':
      return setRef(metadata, update, progress)
    case 'remove-snapshot-ref':
      return removeRef(metadata, update.refName)
    case 'remove-snapshots':
      return removeSnapshots(metadata, update.snapshotIds)
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

function upgrade(metadata: TableMetadata, version: number): TableMetadata {
  if (version < metadata.formatVersion) {
    throw invalid(`format version ${metadata.formatVersion} cannot go back to ${version}.`)
  }
  if (version !== 1 && version !== 2) throw invalid(`format version ${version} is not supported, 2 is.`)
  return version === metadata.formatVersion ? metadata : { ...metadata, formatVersion: version }
}

type Update<Action extends TableUpdate['action']> = Extract<TableUpdate, { action: Action }>

function addSchema(
  metadata: TableMetadata,
  { schema }: Update<'add-schema'>,
  progress: Progress,
): TableMetadata {
  validateSchema(schema)
  const content = (of: typeof schema) => JSON.stringify({ ...schemaToJson(of), 'schema-id': 0 })
  const equal = metadata.schemas.find((known) => content(known) === content(schema))
  if (equal) {
    progress.lastAddedSchemaId = equal.schemaId
    return metadata
  }
  const schemaId = Math.max(...metadata.schemas.map((known) => known.schemaId)) + 1
  progress.lastAddedSchemaId = schemaId
  return {
    ...metadata,
    schemas: [...metadata.schemas, { ...schema, schemaId }],
    lastColumnId: Math.max(metadata.lastColumnId, highestFieldId(schema)),
  }
}

function addSpec(metadata: TableMetadata, spec: PartitionSpec, progress: Progress): TableMetadata {
  validatePartitionSpec(spec, metadata.schemas)
  const content = (of: PartitionSpec) => JSON.stringify(of.fields)
  const equal = metadata.partitionSpecs.find((known) => content(known) === content(spec))
  if (equal) {
    progress.lastAddedSpecId = equal.specId
    return metadata
  }
  const specId = Math.max(...metadata.partitionSpecs.map((known) => known.specId)) + 1
  progress.lastAddedSpecId = specId
  return {
    ...metadata,
    partitionSpecs: [...metadata.partitionSpecs, { ...spec, specId }],
    lastPartitionId: Math.max(metadata.lastPartitionId, ...spec.fields.map((field) => field.fieldId)),
  }
}

function addSortOrder(
  metadata: TableMetadata,
  { sortOrder }: Update<'add-sort-order'>,
  progress: Progress,
): TableMetadata {
  const content = (of: typeof sortOrder) => JSON.stringify(of.fields)
  const equal = metadata.sortOrders.find((known) => content(known) === content(sortOrder))
  if (equal) {
    progress.lastAddedSortOrderId = equal.orderId
    return metadata
  }
  // Id 0 is the unsorted order's.
  const orderId = Math.max(0, ...metadata.sortOrders.map((known) => known.orderId)) + 1
  progress.lastAddedSortOrderId = orderId
  return { ...metadata, sortOrders: [...metadata.sortOrders, { ...sortOrder, orderId }] }
}

function addSnapshot(
  metadata: TableMetadata,
  { snapshot }: Update<'add-snapshot'>,
  progress: Progress,
): TableMetadata {
  if (findSnapshot(metadata, snapshot.snapshotId))
    throw invalid(`snapshot ${snapshot.snapshotId} is there already.`)
  if (metadata.formatVersion > 1 && snapshot.sequenceNumber <= metadata.lastSequenceNumber) {
    throw invalid(
      `snapshot ${snapshot.snapshotId} has sequence number ${snapshot.sequenceNumber}, expected more than ${metadata.lastSequenceNumber}.`,
    )
  }
  progress.added.add(snapshot.snapshotId)
  return {
    ...metadata,
    snapshots: [...metadata.snapshots, snapshot],
    lastSequenceNumber: snapshot.sequenceNumber,
    lastUpdatedMs: snapshot.timestampMs,
  }
}

function setRef(
  metadata: TableMetadata,
  update: Update<'set-snapshot-ref'>,
  progress: Progress,
): TableMetadata {
  const { action: _, refName, ...reference } = update
  const snapshot = findSnapshot(metadata, reference.snapshotId)
  if (!snapshot)
    throw invalid(`"${refName}" cannot point to snapshot ${reference.snapshotId}, which does not exist.`)
  if (refName === mainBranch && reference.type !== 'branch') throw invalid('"main" has to be a branch.')
  const refs = { ...metadata.refs, [refName]: reference }
  if (refName !== mainBranch || metadata.currentSnapshotId === reference.snapshotId)
    return { ...metadata, refs }
  const timestampMs = progress.added.has(snapshot.snapshotId) ? snapshot.timestampMs : progress.now
  return {
    ...metadata,
    refs,
    currentSnapshotId: snapshot.snapshotId,
    snapshotLog: [...metadata.snapshotLog, { snapshotId: snapshot.snapshotId, timestampMs }],
  }
}

function removeRef(metadata: TableMetadata, name: string): TableMetadata {
  if (!metadata.refs[name]) return metadata
  const { [name]: _, ...refs } = metadata.refs
  if (name !== mainBranch) return { ...metadata, refs }
  const { currentSnapshotId: __, ...rest } = metadata
  return { ...rest, refs, snapshotLog: [] }
}

function removeSnapshots(metadata: TableMetadata, ids: readonly bigint[]): TableMetadata {
  const removed = new Set(ids)
  for (const [name, reference] of Object.entries(metadata.refs)) {
    if (removed.has(reference.snapshotId)) {
      throw invalid(`snapshot ${reference.snapshotId} cannot be removed while "${name}" points to it.`)
    }
  }
  // A log with a hole would claim that an older snapshot was current until the next entry, so it starts after the hole.
  const lastHole = metadata.snapshotLog.findLastIndex((entry) => removed.has(entry.snapshotId))
  return {
    ...metadata,
    snapshots: metadata.snapshots.filter((snapshot) => !removed.has(snapshot.snapshotId)),
    snapshotLog: metadata.snapshotLog.slice(lastHole + 1),
  }
}

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
