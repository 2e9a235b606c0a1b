import type { Schema } from '../spec/schema.ts'
import { schemaToJson } from '../spec/schema-json.ts'
import { retainVersions } from './retain-versions.ts'
import { invalidView, validateViewSchema, validateViewVersion } from './validate-view.ts'
import {
  currentVersion,
  dialectsOf,
  findVersion,
  type ViewMetadata,
  type ViewVersion,
} from './view-metadata.ts'
import type { ViewUpdate } from './view-update.ts'

/** What has to be known across the updates of one commit. */
interface Progress {
  lastAddedSchemaId?: number
  lastAddedVersionId?: number
  /** Versions added in this commit: they are never forgotten, and their log entry carries their own time. */
  added: Set<number>
}

const lastAdded = -1
const dropDialectProperty = 'replace.drop-dialect.allowed'

/**
 * The metadata after a list of updates. Pure; `metadata` stays as it is, and is returned itself when nothing changed.
 * @param now milliseconds since the epoch, for the log entry of a version that was added before
 * @throws AppError `bad-input` for an update that does not fit the view
 */
export function applyViewUpdates(
  metadata: ViewMetadata,
  updates: readonly ViewUpdate[],
  now: number = Date.now(),
): ViewMetadata {
  const progress: Progress = { added: new Set() }
  const result = updates.reduce((current, update) => apply(current, update, progress), metadata)
  if (result === metadata) return metadata
  checkDialects(metadata, result)
  return retainVersions(withLogEntry(metadata, result, progress, now), progress.added)
}

function apply(metadata: ViewMetadata, update: ViewUpdate, progress: Progress): ViewMetadata {
  switch (update.action) {
    case 'assign-uuid':
      if (metadata.viewUuid === update.uuid) return metadata
      throw invalidView(`Cannot reassign uuid: the view's is ${metadata.viewUuid}, asked for ${update.uuid}.`)
    case 'upgrade-format-version':
      if (update.formatVersion === metadata.formatVersion) return metadata
      throw invalidView(`View format version ${update.formatVersion} is not supported, expected 1.`)
    case 'add-schema':
      return addSchema(metadata, update.schema, progress)
    case 'set-location': {
      const location = update.location.replace(/\/+$/, '')
      return location === metadata.location ? metadata : { ...metadata, location }
    }
    case 'set-properties':
      if (Object.keys(update.updates).length === 0) return metadata
      return { ...metadata, properties: { ...metadata.properties, ...update.updates } }
    case 'remove-properties': {
      const removals = new Set(update.removals)
      const kept = Object.entries(metadata.properties).filter(([key]) => !removals.has(key))
      return { ...metadata, properties: Object.fromEntries(kept) }
    }
    case 'add-view-version':
      return addVersion(metadata, update.viewVersion, progress)
    case 'set-current-view-version':
      return setCurrent(metadata, update.viewVersionId, progress)
  }
}

function addSchema(metadata: ViewMetadata, schema: Schema, progress: Progress): ViewMetadata {
  validateViewSchema(schema)
  const content = (of: Schema) => JSON.stringify({ ...schemaToJson(of), 'schema-id': 0 })
  const equal = metadata.schemas.find((known) => content(known) === content(schema))
  if (equal) {
    progress.lastAddedSchemaId = equal.schemaId
    return metadata
  }
  const schemaId = Math.max(...metadata.schemas.map((known) => known.schemaId)) + 1
  progress.lastAddedSchemaId = schemaId
  return { ...metadata, schemas: [...metadata.schemas, { ...schema, schemaId }] }
}

/** Everything that decides what a version answers: not its id, its time, nor the order of keys. */
const behaviour = (version: ViewVersion): string =>
  JSON.stringify([
    Object.entries(version.summary).sort(([one], [other]) => (one < other ? -1 : 1)),
    version.representations,
    version.defaultCatalog ?? null,
    version.defaultNamespace,
    version.schemaId,
  ])

function addVersion(metadata: ViewMetadata, wanted: ViewVersion, progress: Progress): ViewMetadata {
  validateViewVersion(wanted)
  const schemaId = wanted.schemaId === lastAdded ? progress.lastAddedSchemaId : wanted.schemaId
  if (schemaId === undefined) {
    throw invalidView('Cannot set last added schema: no schema has been added')
  }
  if (!metadata.schemas.some((schema) => schema.schemaId === schemaId)) {
    throw invalidView(`Cannot add version with unknown schema: ${schemaId}`)
  }
  const version = { ...wanted, schemaId }
  const equal = metadata.versions.find((known) => behaviour(known) === behaviour(version))
  if (equal) {
    progress.lastAddedVersionId = equal.versionId
    return metadata
  }
  const highest = Math.max(...metadata.versions.map((known) => known.versionId))
  const versionId = Math.max(wanted.versionId, highest + 1)
  progress.lastAddedVersionId = versionId
  progress.added.add(versionId)
  return { ...metadata, versions: [...metadata.versions, { ...version, versionId }] }
}

function setCurrent(metadata: ViewMetadata, wanted: number, progress: Progress): ViewMetadata {
  const id = wanted === lastAdded ? progress.lastAddedVersionId : wanted
  if (id === undefined) throw invalidView('Cannot set last version id: no version has been added')
  if (!findVersion(metadata, id)) throw invalidView(`Cannot set current version to unknown version: ${id}`)
  return id === metadata.currentVersionId ? metadata : { ...metadata, currentVersionId: id }
}

/** An engine whose dialect is dropped loses the view, so that this needs the view's own permission. */
function checkDialects(before: ViewMetadata, after: ViewMetadata): void {
  if (after.properties[dropDialectProperty]?.toLowerCase() === 'true') return
  const previous = dialectsOf(currentVersion(before))
  const next = dialectsOf(currentVersion(after))
  if (previous.every((dialect) => next.includes(dialect))) return
  throw invalidView(
    `Cannot replace view due to loss of view dialects (${dropDialectProperty}=false): previous dialects: ${previous.join(', ')}; new dialects: ${next.join(', ')}`,
  )
}

function withLogEntry(
  before: ViewMetadata,
  after: ViewMetadata,
  progress: Progress,
  now: number,
): ViewMetadata {
  const versionId = after.currentVersionId
  if (versionId === before.currentVersionId) return after
  const timestampMs = progress.added.has(versionId) ? currentVersion(after).timestampMs : now
  return { ...after, versionLog: [...after.versionLog, { timestampMs, versionId }] }
}
