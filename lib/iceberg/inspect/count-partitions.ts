import { LRUCache } from 'lru-cache'
import type { Table } from '../catalog/catalog.ts'
import { forEachManifest, readManifestList } from '../scan/manifest-files.ts'
import { partitionKey } from '../spec/partition-type.ts'
import { currentSnapshot, specById } from '../spec/table-metadata.ts'

/**
 * Partitions of manifests by their path: a commit adds a manifest or two, and those that stay need not be looked
 * through file by file each time. Counted in partitions.
 */
const known = new LRUCache<string, ReadonlySet<string>>({
  maxSize: 500_000,
  sizeCalculation: (keys) => keys.size + 1,
})

/** Number of partitions with live data files in the current snapshot; an unpartitioned table with data has one. */
export async function countPartitions(table: Table): Promise<number> {
  const snapshot = currentSnapshot(table.metadata)
  if (!snapshot) return 0
  // Widening a column changes the type of partition values, so the number of schemas is part of the key.
  const keyOf = (path: string) => `${table.metadata.schemas.length}:${path}`
  const manifests = (await readManifestList(table, snapshot)).filter(({ content }) => content === 'data')
  const counted = new Map<string, ReadonlySet<string>>()
  for (const { manifestPath } of manifests) {
    const keys = known.get(keyOf(manifestPath))
    if (keys) counted.set(manifestPath, keys)
  }
  const others = manifests.filter(({ manifestPath }) => !counted.has(manifestPath))
  await forEachManifest(table, others, 'identity', (entries, { manifestPath, partitionSpecId }) => {
    const spec = specById(table.metadata, partitionSpecId)
    const keys = new Set<string>()
    for (const { status, file } of entries) {
      if (status !== 'deleted') keys.add(partitionKey(spec, file.partition))
    }
    known.set(keyOf(manifestPath), keys)
    counted.set(manifestPath, keys)
  })
  const all = new Set<string>()
  for (const keys of counted.values()) for (const key of keys) all.add(key)
  return all.size
}
