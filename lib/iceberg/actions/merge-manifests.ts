import type { Table } from '../catalog/catalog.ts'
import type { ActionContext } from '../commit/table-action.ts'
import { readManifestForCopy } from '../scan/manifest-files.ts'
import type { ManifestContent, ManifestFile, NewManifestEntry } from '../spec/manifest.ts'
import { isWritten, manifestLength, type SnapshotWriter, type WrittenManifest } from './snapshot-writer.ts'

/** Property `commit.manifest.target-size-bytes`. */
const defaultTargetBytes = 8 * 1024 * 1024
/** Property `commit.manifest.min-count-to-merge`. */
const defaultMinCount = 100

/**
 * A manifest this near to the target size is left alone: merging a few small ones into it again and again would rewrite
 * all of it for next to nothing.
 */
const fullShare = 0.75

const numberProperty = (table: Table, key: string, fallback: number): number => {
  const value = Number(table.metadata.properties[key] ?? fallback)
  return Number.isFinite(value) && value > 0 ? value : fallback
}

type Manifest = ManifestFile | WrittenManifest

/** Cuts the list into runs of neighbours of at most `targetBytes`, starting at the oldest, so that only the newest run is small. */
function pack(manifests: readonly Manifest[], targetBytes: number): Manifest[][] {
  const bins: Manifest[][] = []
  let size = 0
  for (const manifest of manifests.toReversed()) {
    const length = Number(manifestLength(manifest))
    const bin = bins.at(-1)
    if (length >= targetBytes * fullShare) {
      bins.push([manifest])
      size = targetBytes
    } else if (bin && size + length <= targetBytes) {
      bin.unshift(manifest)
      size += length
    } else {
      bins.push([manifest])
      size = length
    }
  }
  return bins.reverse()
}

const specIdOf = (manifest: Manifest): number =>
  isWritten(manifest) ? manifest.specId : manifest.partitionSpecId

/**
 * Keeps the number of manifests of one content bounded, as other writers do: those of one spec are packed into bins of the
 * target size, and a bin becomes one manifest, except the newest while it has fewer than the minimum count.
 * @param content what all of these manifests hold
 * @param added manifests this commit wrote, with the entries they were made from
 * @param existing those of the parent snapshot, newest first
 * @returns manifests for the manifest list, newest first
 */
export async function mergeManifests(
  table: Table,
  context: ActionContext,
  writer: SnapshotWriter,
  content: ManifestContent,
  added: ReadonlyMap<WrittenManifest, readonly NewManifestEntry[]>,
  existing: readonly ManifestFile[],
): Promise<Manifest[]> {
  const all: Manifest[] = [...added.keys(), ...existing]
  if (table.metadata.properties['commit.manifest-merge.enabled'] === 'false') return all
  const targetBytes = numberProperty(table, 'commit.manifest.target-size-bytes', defaultTargetBytes)
  const minCount = numberProperty(table, 'commit.manifest.min-count-to-merge', defaultMinCount)
  const newest = all[0]
  const result: Manifest[] = []
  for (const specId of new Set(all.map(specIdOf))) {
    for (const bin of pack(
      all.filter((manifest) => specIdOf(manifest) === specId),
      targetBytes,
    )) {
      const waits = newest !== undefined && bin.includes(newest) && bin.length < minCount
      if (bin.length === 1 || waits) result.push(...bin)
      else result.push(await mergeBin(table, context, writer, content, specId, added, bin))
    }
  }
  return result
}

async function mergeBin(
  table: Table,
  context: ActionContext,
  writer: SnapshotWriter,
  content: ManifestContent,
  specId: number,
  added: ReadonlyMap<WrittenManifest, readonly NewManifestEntry[]>,
  bin: readonly Manifest[],
): Promise<WrittenManifest> {
  const entries: NewManifestEntry[] = []
  for (const manifest of bin) {
    if (isWritten(manifest)) {
      for (const entry of added.get(manifest) ?? []) entries.push(entry)
      continue
    }
    // What an earlier snapshot deleted is of no interest to this one.
    for (const entry of await readManifestForCopy(table, manifest)) entries.push(entry)
  }
  return writer.writeManifest(table, context, specId, content, entries)
}
