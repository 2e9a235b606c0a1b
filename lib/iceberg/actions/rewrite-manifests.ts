import { AppError } from '../../errors.ts'
import { formatIdentifier, type Table } from '../catalog/catalog.ts'
import type { TableAction } from '../commit/table-action.ts'
import { readManifestForCopy, readManifestList } from '../scan/manifest-files.ts'
import { compareValues } from '../spec/compare-values.ts'
import type { ManifestFile, NewManifestEntry } from '../spec/manifest.ts'
import type { PartitionValue } from '../spec/partition-value.ts'
import { currentSnapshot, specById } from '../spec/table-metadata.ts'
import { parentSnapshot } from './parent-snapshot.ts'
import { snapshotSummary } from './snapshot-summary.ts'
import { SnapshotWriter, type WrittenManifest } from './snapshot-writer.ts'

export interface RewriteManifestsOptions {
  /** Paths of the manifests to be replaced, all of the parent snapshot. */
  manifests: readonly string[]
  /** Size that manifests are written towards, bytes. */
  targetBytes: number
  /** Keys of the caller's own for the snapshot summary. */
  summary?: Record<string, string>
}

/** Entries sorted at a time: some hundred bytes each. Beyond it the list is sorted in parts, each clustered by itself. */
const entriesAtOnce = 200_000

const entriesOf = (manifest: ManifestFile): number => manifest.addedFilesCount + manifest.existingFilesCount

/** Which manifests are worth replacing: those of a content and spec that would become fewer, or that have dead entries. */
export function manifestsToRewrite(
  manifests: readonly ManifestFile[],
  targetBytes: number,
): { replaced: ManifestFile[]; expected: number } {
  const replaced: ManifestFile[] = []
  let expected = 0
  for (const group of groups(manifests)) {
    const bytes = group.reduce((sum, { manifestLength }) => sum + Number(manifestLength), 0)
    const needed = Math.max(1, Math.ceil(bytes / targetBytes))
    if (needed >= group.length) continue
    replaced.push(...group)
    expected += needed
  }
  return { replaced, expected }
}

const groups = (manifests: readonly ManifestFile[]): ManifestFile[][] => [
  ...Map.groupBy(manifests, ({ content, partitionSpecId }) => `${content} ${partitionSpecId}`).values(),
]

/** The live manifests of the current snapshot, those without a live file too. */
export async function currentManifests(table: Table): Promise<ManifestFile[]> {
  const snapshot = currentSnapshot(table.metadata)
  return snapshot ? readManifestList(table, snapshot) : []
}

/**
 * Writes manifests again with their entries in the order of their partitions (operation `replace`), so that a reader opens
 * few of them for a partition. No file is added or removed; sequence numbers and row ids stay.
 * @throws AppError `conflict`, not retryable, when a manifest is no longer part of the table
 */
export function rewriteManifests({
  manifests: paths,
  targetBytes,
  summary = {},
}: RewriteManifestsOptions): TableAction {
  const writer = new SnapshotWriter()
  let written: WrittenManifest[] | undefined
  return async (table, context) => {
    const parent = parentSnapshot(table, context)
    const all = parent ? await readManifestList(table, parent) : []
    const wanted = new Set(paths)
    const replaced = all.filter(({ manifestPath }) => wanted.has(manifestPath))
    if (paths.length === 0 || replaced.length < wanted.size) {
      throw new AppError(
        'conflict',
        `${wanted.size - replaced.length} of ${wanted.size} manifests of ${formatIdentifier(table.identifier)} are no longer part of the table. Plan again.`,
      )
    }
    if (!written) {
      written = []
      for (const group of groups(replaced)) {
        for (const part of parts(group)) {
          const entries = await clustered(table, part)
          const bytes = part.reduce((sum, { manifestLength }) => sum + Number(manifestLength), 0)
          const count = Math.max(1, Math.ceil(bytes / targetBytes))
          const perManifest = Math.max(1, Math.ceil(entries.length / count))
          const { partitionSpecId, content } = part[0] as ManifestFile
          for (let at = 0; at < entries.length; at += perManifest) {
            const some = entries.slice(at, at + perManifest)
            written.push(await writer.writeManifest(table, context, partitionSpecId, content, some))
          }
        }
      }
    }
    const kept = all.filter(({ manifestPath }) => !wanted.has(manifestPath))
    const properties = {
      ...summary,
      'manifests-created': String(written.length),
      'manifests-replaced': String(replaced.length),
      'manifests-kept': String(kept.length),
      'entries-processed': String(replaced.reduce((sum, manifest) => sum + entriesOf(manifest), 0)),
    }
    const described = snapshotSummary(table.metadata, parent, {
      operation: 'replace',
      added: [],
      removed: [],
      properties,
    })
    return writer.finish(table, context, [...written, ...kept], described)
  }
}

/** Cuts a group into runs of so many entries that they can be sorted at once, neighbours by partition together. */
function parts(group: readonly ManifestFile[]): ManifestFile[][] {
  const lower = ({ partitions }: ManifestFile) => Buffer.from(partitions?.[0]?.lowerBound ?? [])
  const ordered =
    group.reduce((sum, manifest) => sum + entriesOf(manifest), 0) > entriesAtOnce
      ? [...group].sort((one, other) => Buffer.compare(lower(one), lower(other)))
      : group
  const result: ManifestFile[][] = []
  let entries = Number.POSITIVE_INFINITY
  for (const manifest of ordered) {
    if (entries + entriesOf(manifest) > entriesAtOnce) {
      result.push([])
      entries = 0
    }
    result.at(-1)?.push(manifest)
    entries += entriesOf(manifest)
  }
  return result
}

/** The live entries of manifests of one spec in the order of their partitions, nulls first. */
async function clustered(table: Table, manifests: readonly ManifestFile[]): Promise<NewManifestEntry[]> {
  const entries: NewManifestEntry[] = []
  for (const manifest of manifests) {
    const live = await readManifestForCopy(table, manifest)
    if (live.length !== entriesOf(manifest)) {
      throw new AppError(
        'corrupt',
        `The manifest ${manifest.manifestPath} has ${live.length} live entries; its list says ${entriesOf(manifest)}.`,
      )
    }
    for (const entry of live) entries.push(entry)
  }
  const names = specById(table.metadata, manifests[0]?.partitionSpecId ?? 0).fields.map(({ name }) => name)
  return entries.sort((one, other) => {
    for (const name of names) {
      const order = compare(one.file.partition[name] ?? null, other.file.partition[name] ?? null)
      if (order !== 0) return order
    }
    return 0
  })
}

function compare(one: PartitionValue, other: PartitionValue): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null)
  return compareValues(one, other)
}
