import type { Database } from '../../db.ts'
import type { FileIO } from '../../storage/file-io.ts'
import { countPartitions } from '../inspect/count-partitions.ts'
import type { Committed, TableIdentifier } from './catalog.ts'
import { liesBelow } from './warehouse-locations.ts'

interface Landed {
  id: string
  identifier: TableIdentifier
  previous?: Committed | undefined
  committed: Committed
}

/**
 * What follows a commit and must not make it look failed: the row's number of partitions, for lists, and metadata files
 * that the table's properties say are not to be kept.
 */
export async function tidyAfterCommit(
  store: { db: Database; io: FileIO },
  landed: readonly Landed[],
): Promise<void> {
  for (const one of landed) {
    // A figure that is late is set by the next commit, a file that stays is found as an orphan.
    await refreshPartitionCount(store, one).catch(() => undefined)
    await deleteForgotten(store, one).catch(() => undefined)
  }
}

async function deleteForgotten({ io }: { io: FileIO }, landed: Landed): Promise<void> {
  const forgotten = forgottenMetadata(landed)
  if (forgotten.length > 0) await io.delete(forgotten)
}

/** It follows the commit, since counting must not lengthen the transaction. */
async function refreshPartitionCount(
  { db, io }: { db: Database; io: FileIO },
  { id, identifier, previous, committed }: Landed,
): Promise<void> {
  if (previous?.metadata.currentSnapshotId === committed.metadata.currentSnapshotId) return
  const partitions = await countPartitions({ identifier, io, ...committed })
  await db.icebergTable.updateMany({
    where: { id, metadataLocation: committed.metadataLocation },
    data: { partitions },
  })
}

/**
 * Metadata files that fell out of the table's log in this commit, where `write.metadata.delete-after-commit.enabled`
 * says to delete these. The log of a registered table may name files elsewhere: only those beside the new file are this
 * table's to delete.
 */
export function forgottenMetadata({ previous, committed }: Pick<Landed, 'previous' | 'committed'>): string[] {
  const { metadata, metadataLocation } = committed
  const folder = metadataLocation.slice(0, metadataLocation.lastIndexOf('/'))
  if (!previous || metadata.properties['write.metadata.delete-after-commit.enabled'] !== 'true') return []
  const kept = new Set(metadata.metadataLog.map((entry) => entry.metadataFile))
  return previous.metadata.metadataLog
    .map((entry) => entry.metadataFile)
    .filter((location) => !kept.has(location) && liesBelow(location, folder))
}
