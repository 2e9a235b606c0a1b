import { AppError } from '../../errors.ts'
import { formatIdentifier, type Table } from '../catalog/catalog.ts'
import type { ActionContext, ActionResult } from '../commit/table-action.ts'
import type { ManifestContent, ManifestFile, NewManifestEntry } from '../spec/manifest.ts'
import { encodeManifest, type ManifestTotals } from '../spec/manifest-avro.ts'
import { assignFirstRowIds, encodeManifestList } from '../spec/manifest-list-avro.ts'
import { type Snapshot, wapIdKey } from '../spec/snapshot.ts'
import { currentSchema, manifestVersion, specById } from '../spec/table-metadata.ts'
import { parentSnapshot } from './parent-snapshot.ts'

/** A manifest of this commit: its sequence number is not known before the manifest list is written. */
export interface WrittenManifest {
  path: string
  length: bigint
  totals: ManifestTotals
  /** Partition spec and schema it was encoded with; another try may find others. */
  specId: number
  schemaId: number
}

export const isWritten = (manifest: ManifestFile | WrittenManifest): manifest is WrittenManifest =>
  'totals' in manifest

/** Bytes. */
export const manifestLength = (manifest: ManifestFile | WrittenManifest): bigint =>
  isWritten(manifest) ? manifest.length : manifest.manifestLength

/** Writes the manifests and the manifest list of one commit; made once per commit, used in all its tries. */
export class SnapshotWriter {
  #manifests = 0
  readonly #written = new Set<string>()

  /** Writes one manifest of a partition spec under a name of its own. */
  async writeManifest(
    table: Table,
    context: ActionContext,
    specId: number,
    content: ManifestContent,
    entries: Iterable<NewManifestEntry>,
  ): Promise<WrittenManifest> {
    const { metadata } = table
    const schema = currentSchema(metadata)
    const spec = specById(metadata, specId)
    const { bytes, totals } = encodeManifest({
      spec,
      schemas: metadata.schemas,
      formatVersion: manifestVersion(metadata),
      schema,
      content,
      entries,
    })
    const path = `${metadata.location}/metadata/${context.commitUuid}-m${this.#manifests}.avro`
    this.#manifests += 1
    await this.#write(table, context, path, bytes)
    return { path, length: BigInt(bytes.length), totals, specId, schemaId: schema.schemaId }
  }

  async #write(table: Table, context: ActionContext, path: string, bytes: Buffer): Promise<void> {
    context.noteWritten(path)
    this.#written.add(path)
    await table.io.write(path, bytes)
  }

  /**
   * Writes the manifest list and describes the commit of a snapshot with these manifests to the commit's target.
   * `manifests` in the order of the list, newest first.
   */
  async finish(
    table: Table,
    context: ActionContext,
    manifests: readonly (ManifestFile | WrittenManifest)[],
    summary: Record<string, string>,
  ): Promise<ActionResult> {
    const { metadata } = table
    if (metadata.formatVersion === 1) {
      throw new AppError(
        'bad-input',
        `The table ${formatIdentifier(table.identifier)} has format version 1, to which nothing is written here: upgrade it to version 2 first.`,
      )
    }
    const parent = parentSnapshot(table, context)
    const sequenceNumber = metadata.lastSequenceNumber + 1n
    const placedManifests = manifests.map(
      (manifest): ManifestFile =>
        isWritten(manifest) ? placed(manifest, context.snapshotId, sequenceNumber) : manifest,
    )
    const location = `${metadata.location}/metadata/snap-${context.snapshotId}-${context.attempt}-${context.commitUuid}.avro`
    const { nextRowId } = metadata
    const rowIds = metadata.formatVersion === 3 ? assignFirstRowIds(placedManifests, nextRowId) : undefined
    const list = rowIds?.manifests ?? placedManifests
    const header = {
      snapshotId: context.snapshotId,
      sequenceNumber,
      formatVersion: manifestVersion(metadata),
      ...(rowIds ? { firstRowId: nextRowId } : {}),
    }
    const bytes = encodeManifestList(
      parent ? { ...header, parentSnapshotId: parent.snapshotId } : header,
      list,
    )
    await this.#write(table, context, location, bytes)
    const snapshot: Snapshot = {
      snapshotId: context.snapshotId,
      sequenceNumber,
      // Clocks of several writers differ; the table's time must not go backwards.
      timestampMs: Math.max(Date.now(), metadata.lastUpdatedMs),
      manifestList: location,
      summary: 'wapId' in context.target ? { ...summary, [wapIdKey]: context.target.wapId } : summary,
      schemaId: metadata.currentSchemaId,
    }
    if (parent) snapshot.parentSnapshotId = parent.snapshotId
    if (rowIds) Object.assign(snapshot, { firstRowId: nextRowId, addedRows: rowIds.addedRows })
    const branch = 'branch' in context.target ? context.target.branch : null
    const reference =
      branch !== null && Object.hasOwn(metadata.refs, branch) ? metadata.refs[branch] : undefined
    const used = new Set([location, ...list.map((manifest) => manifest.manifestPath)])
    const written = [...this.#written]
    return {
      requirements: [
        { type: 'assert-table-uuid', uuid: metadata.tableUuid },
        ...(branch === null
          ? []
          : [
              {
                type: 'assert-ref-snapshot-id',
                ref: branch,
                snapshotId: reference?.snapshotId ?? null,
              } as const,
            ]),
      ],
      updates: [
        { action: 'add-snapshot', snapshot },
        ...(branch === null
          ? []
          : [
              {
                action: 'set-snapshot-ref',
                refName: branch,
                ...reference,
                snapshotId: snapshot.snapshotId,
                type: 'branch',
              } as const,
            ]),
      ],
      snapshot,
      written,
      unused: written.filter((path) => !used.has(path)),
    }
  }
}

function placed(manifest: WrittenManifest, snapshotId: bigint, sequenceNumber: bigint): ManifestFile {
  const { minSequenceNumber = sequenceNumber, inherits: _, ...totals } = manifest.totals
  return {
    ...totals,
    manifestPath: manifest.path,
    manifestLength: manifest.length,
    sequenceNumber,
    minSequenceNumber,
    addedSnapshotId: snapshotId,
  }
}
