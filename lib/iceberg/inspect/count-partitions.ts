import type { Table } from '../catalog/catalog.ts'
import { forEachManifest, readManifestList } from '../scan/manifest-files.ts'
import { partitionKey } from '../spec/partition-type.ts'
import { currentSnapshot, specById } from '../spec/table-metadata.ts'

/** Number of partitions with live data files in the current snapshot; an unpartitioned table with data has one. */
export async function countPartitions(table: Table): Promise<number> {
  const snapshot = currentSnapshot(table.metadata)
  if (!snapshot) return 0
  const manifests = await readManifestList(table, snapshot)
  const keys = new Set<string>()
  const data = manifests.filter((manifest) => manifest.content === 'data')
  await forEachManifest(table, data, 'identity', (entries, manifest) => {
    const spec = specById(table.metadata, manifest.partitionSpecId)
    for (const { status, file } of entries) {
      if (status !== 'deleted') keys.add(partitionKey(spec, file.partition))
    }
  })
  return keys.size
}
