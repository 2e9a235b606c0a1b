import type { Table } from '../catalog/catalog.ts'
import { readManifestList, snapshotToRead } from '../scan/manifest-files.ts'
import type { ManifestFile } from '../spec/manifest.ts'
import { typedPartitionFields } from '../spec/partition-type.ts'
import { decodeValue } from '../spec/single-value.ts'
import { specById } from '../spec/table-metadata.ts'
import { formatPartitionValue } from '../spec/transform.ts'

/** The values of one partition field in a manifest, as people read them. */
export interface ManifestPartitionRange {
  name: string
  containsNull: boolean
  containsNan: boolean | undefined
  lower: string | undefined
  upper: string | undefined
}

export interface ListedManifest {
  manifest: ManifestFile
  partitions: ManifestPartitionRange[]
}

/**
 * The manifests of a snapshot (default: the current one), newest first: the metadata table `manifests`.
 * @throws AppError `not-found` for a snapshot the table does not have, `corrupt`, `unavailable`
 */
export async function listManifests(table: Table, snapshotId?: bigint): Promise<ListedManifest[]> {
  const snapshot = snapshotToRead(table, snapshotId)
  if (!snapshot) return []
  const { metadata } = table
  return (await readManifestList(table, snapshot)).map((manifest) => {
    const fields = typedPartitionFields(specById(metadata, manifest.partitionSpecId), metadata.schemas)
    const partitions = (manifest.partitions ?? []).flatMap((summary, index): ManifestPartitionRange[] => {
      const field = fields[index]
      if (!field) return []
      const text = (bound: Uint8Array | undefined) =>
        bound && formatPartitionValue(field.transform, field.sourceType, decodeValue(field.type, bound))
      return [
        {
          name: field.name,
          containsNull: summary.containsNull,
          containsNan: summary.containsNan,
          lower: text(summary.lowerBound),
          upper: text(summary.upperBound),
        },
      ]
    })
    return { manifest, partitions }
  })
}
