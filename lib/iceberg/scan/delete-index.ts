import type { Table } from '../catalog/catalog.ts'
import { compareValues } from '../spec/compare-values.ts'
import type { DataFile } from '../spec/data-file.ts'
import type { ManifestEntry, ManifestFile } from '../spec/manifest.ts'
import { partitionKey } from '../spec/partition-type.ts'
import { deletedFilePathId } from '../spec/reserved-fields.ts'
import { decodeValue } from '../spec/single-value.ts'
import { specById } from '../spec/table-metadata.ts'
import { forEachManifest } from './manifest-files.ts'

/** A delete file and its data sequence number. */
export interface DeleteFile {
  /** Shared with a cache: do not change. */
  file: DataFile
  sequenceNumber: bigint
}

/** Whether a delete file is a deletion vector (format version 3). */
export const isDeletionVector = (file: DataFile): boolean =>
  file.content === 'position-deletes' && file.fileFormat === 'PUFFIN'

/** Whether a position delete file may concern a data file, by its reference or the bounds of the paths in it. */
function mayPointTo(deletes: DataFile, path: string): boolean {
  if (deletes.referencedDataFile !== undefined) return deletes.referencedDataFile === path
  const lower = deletes.lowerBounds?.get(deletedFilePathId)
  const upper = deletes.upperBounds?.get(deletedFilePathId)
  if (lower && compareValues(decodeValue('string', lower), path) > 0) return false
  return !(upper && compareValues(decodeValue('string', upper), path) < 0)
}

/**
 * Whether a delete file applies to a data file of the same partition (spec: "Scan Planning"): position deletes to files
 * of the same or an older sequence number, equality deletes to older ones only.
 */
function deleteApplies(
  deletes: Pick<ManifestEntry, 'file' | 'sequenceNumber'>,
  data: Pick<ManifestEntry, 'file' | 'sequenceNumber'>,
): boolean {
  if (deletes.file.content === 'equality-deletes') return deletes.sequenceNumber > data.sequenceNumber
  return deletes.sequenceNumber >= data.sequenceNumber && mayPointTo(deletes.file, data.file.filePath)
}

/** The delete files of a snapshot by partition. */
export interface DeleteIndex {
  /** What applies to a data file. Where there is a deletion vector it stands for all position deletes. */
  deletesFor(data: Pick<ManifestEntry, 'file' | 'sequenceNumber'>): DeleteFile[]
  isEmpty: boolean
}

/** Reads delete manifests; `accept` narrows the entries that matter. */
export async function readDeletes(
  table: Table,
  manifests: readonly ManifestFile[],
  accept: (entry: ManifestEntry) => boolean = () => true,
): Promise<DeleteIndex> {
  const byPartition = new Map<string, ManifestEntry[]>()
  /** Equality deletes of an unpartitioned spec apply to all partitions. */
  const global: ManifestEntry[] = []
  const relevant = manifests.filter((manifest) => manifest.content === 'deletes')
  await forEachManifest(table, relevant, 'bounds', (entries, manifest) => {
    const spec = specById(table.metadata, manifest.partitionSpecId)
    for (const entry of entries) {
      if (entry.status === 'deleted' || !accept(entry)) continue
      if (spec.fields.length === 0 && entry.file.content === 'equality-deletes') {
        global.push(entry)
        continue
      }
      const key = partitionKey(spec, entry.file.partition)
      const list = byPartition.get(key)
      if (list) list.push(entry)
      else byPartition.set(key, [entry])
    }
  })
  const isEmpty = byPartition.size === 0 && global.length === 0
  return {
    isEmpty,
    deletesFor(data) {
      if (isEmpty) return []
      const key = partitionKey(specById(table.metadata, data.file.specId), data.file.partition)
      const applying = [...(byPartition.get(key) ?? []), ...global].filter((entry) =>
        deleteApplies(entry, data),
      )
      if (!applying.some(({ file }) => isDeletionVector(file))) return applying
      return applying.filter(({ file }) => file.content === 'equality-deletes' || isDeletionVector(file))
    },
  }
}
