import { AppError } from '../../errors.ts'
import { formatIdentifier, type Table } from '../catalog/catalog.ts'
import { forEachManifest, readManifestList } from '../scan/manifest-files.ts'
import { fileKey } from '../spec/data-file.ts'
import type { ManifestEntry, ManifestFile } from '../spec/manifest.ts'
import type { Snapshot } from '../spec/snapshot.ts'

/** Data and delete files that are live in one of two snapshots and not in the other. */
export interface SnapshotComparison {
  /** Live in the second one only. */
  added: ManifestEntry[]
  /** Live in the first one only. */
  removed: ManifestEntry[]
}

const liveCount = (manifests: readonly ManifestFile[]): number =>
  manifests.reduce((sum, manifest) => sum + manifest.addedFilesCount + manifest.existingFilesCount, 0)

/**
 * What changed from one snapshot to another, whichever is the older. Manifests that both have are left out unread, so
 * that the cost grows with the change and not with the table.
 * @param from undefined: an empty table
 * @throws AppError `too-large` when more than `mostFiles` entries would have to be compared; `corrupt`, `unavailable`
 */
export async function compareSnapshots(
  table: Table,
  from: Snapshot | undefined,
  to: Snapshot | undefined,
  { mostFiles = 500_000 }: { mostFiles?: number } = {},
): Promise<SnapshotComparison> {
  const [before, after] = [
    from ? await readManifestList(table, from) : [],
    to ? await readManifestList(table, to) : [],
  ]
  const left = without(before, after)
  const right = without(after, before)
  const count = liveCount(left) + liveCount(right)
  if (count > mostFiles) {
    throw new AppError(
      'too-large',
      `The snapshots ${from?.snapshotId ?? 'none'} and ${to?.snapshotId ?? 'none'} of ${formatIdentifier(table.identifier)} differ in manifests with ${count} files; up to ${mostFiles} are compared. Compare snapshots that are nearer to each other.`,
    )
  }
  const removed = new Map<string, ManifestEntry>()
  await forEachLive(table, left, (entry) => removed.set(fileKey(entry.file), entry))
  const added: ManifestEntry[] = []
  await forEachLive(table, right, (entry) => {
    if (!removed.delete(fileKey(entry.file))) added.push(entry)
  })
  return { added, removed: [...removed.values()] }
}

function without(manifests: readonly ManifestFile[], others: readonly ManifestFile[]): ManifestFile[] {
  const paths = new Set(others.map(({ manifestPath }) => manifestPath))
  return manifests.filter(({ manifestPath }) => !paths.has(manifestPath))
}

const forEachLive = (
  table: Table,
  manifests: readonly ManifestFile[],
  visit: (entry: ManifestEntry) => void,
): Promise<void> =>
  forEachManifest(table, manifests, 'identity', (entries) => {
    for (const entry of entries) if (entry.status !== 'deleted') visit(entry)
  })
