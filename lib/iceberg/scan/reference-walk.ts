import { isAppError } from '../../errors.ts'
import type { Table } from '../catalog/catalog.ts'
import type { ManifestFile } from '../spec/manifest.ts'
import type { Snapshot } from '../spec/snapshot.ts'
import type { TableMetadata } from '../spec/table-metadata.ts'
import { LocationSet } from './location-set.ts'
import { readManifest, readManifestListFile } from './manifest-files.ts'
import { readAhead } from './read-ahead.ts'

export const fileKinds = ['data', 'delete', 'manifest', 'manifest-list', 'metadata', 'statistics'] as const
export type FileKind = (typeof fileKinds)[number]

/** A file that some metadata refers to. */
export interface ReferencedFile {
  location: string
  kind: FileKind
  /** null where no metadata says. */
  bytes: bigint | null
}

/** References that belong together; `manifest` is there when they are the live files of one. */
export interface References {
  files: ReferencedFile[]
  manifest?: ManifestFile
}

export interface WalkOptions {
  /** Manifest lists and manifests that are not in the store: an error (the default), or as if they were empty. */
  missing?: 'throw' | 'skip'
  /** Manifests whose files need not be looked at. */
  skip?: (manifest: ManifestFile) => boolean
}

/** Hides an object store's latency. */
const concurrentReads = 16

/**
 * Walks from snapshots to every file they refer to: manifest lists, manifests, live data and delete files. It does not
 * follow parents, so a broken ancestry hides nothing. One walk looks at a manifest once, however many snapshots share it
 * and however often it goes on; memory is bounded by the manifests, not by the files.
 */
export class ReferenceWalk {
  readonly #lists = new LocationSet()
  readonly #manifests = new LocationSet()

  /**
   * What these snapshots refer to and no snapshot of this walk before.
   * @throws AppError `not-found` (unless skipped), `corrupt`, `unavailable`
   */
  async *snapshots(
    table: Table,
    snapshots: readonly Snapshot[],
    { missing = 'throw', skip }: WalkOptions = {},
  ): AsyncGenerator<References> {
    const orNothing = async <T>(read: Promise<T>): Promise<T | null> => {
      try {
        return await read
      } catch (error) {
        if (missing === 'skip' && isAppError(error, 'not-found')) return null
        throw error
      }
    }
    const unseen = snapshots.filter((snapshot) => this.#lists.add(snapshot.manifestList))
    const manifests: ManifestFile[] = []
    const lists = readAhead(unseen, concurrentReads, async (snapshot) => ({
      manifestList: snapshot.manifestList,
      list: await orNothing(readManifestListFile(table, snapshot)),
    }))
    for await (const { manifestList, list } of lists) {
      if (!list) continue
      const added = list.manifests.filter((manifest) => this.#manifests.add(manifest.manifestPath))
      // One by one: a snapshot may have more manifests than a call can have arguments.
      for (const manifest of added) manifests.push(manifest)
      yield {
        files: [
          { location: manifestList, kind: 'manifest-list', bytes: BigInt(list.length) },
          ...added.map(
            ({ manifestPath, manifestLength }): ReferencedFile => ({
              location: manifestPath,
              kind: 'manifest',
              bytes: manifestLength,
            }),
          ),
        ],
      }
    }
    const read = manifests.filter((manifest) => !skip?.(manifest))
    yield* readAhead(read, concurrentReads, async (manifest) => ({
      manifest,
      files: liveFiles((await orNothing(readManifest(table, manifest, 'identity'))) ?? []),
    }))
  }
}

const liveFiles = (entries: Awaited<ReturnType<typeof readManifest>>): ReferencedFile[] =>
  entries
    .filter(({ status }) => status !== 'deleted')
    .map(({ file }) => ({
      location: file.filePath,
      kind: file.content === 'data' ? 'data' : 'delete',
      bytes: file.fileSizeInBytes,
    }))

/** Files that table metadata names itself: its log, and statistics of its snapshots. */
export function namedByMetadata(metadata: TableMetadata): ReferencedFile[] {
  return [
    ...metadata.metadataLog.map(
      ({ metadataFile }): ReferencedFile => ({ location: metadataFile, kind: 'metadata', bytes: null }),
    ),
    ...statisticsOf(metadata),
  ]
}

/** Statistics files, of the snapshots that `accept` takes. */
export const statisticsOf = (
  { statistics, partitionStatistics }: TableMetadata,
  accept: (snapshotId: bigint) => boolean = () => true,
): ReferencedFile[] =>
  [...statistics, ...partitionStatistics]
    .filter(({ snapshotId }) => accept(snapshotId))
    .map(({ statisticsPath, fileSizeInBytes }) => ({
      location: statisticsPath,
      kind: 'statistics',
      bytes: fileSizeInBytes,
    }))

/** Everything a table refers to, its own metadata file included. @throws AppError as `ReferenceWalk.snapshots` */
export async function* allReferences(
  table: Table,
  walk: ReferenceWalk = new ReferenceWalk(),
  options: WalkOptions = {},
): AsyncGenerator<References> {
  const own: ReferencedFile = { location: table.metadataLocation, kind: 'metadata', bytes: null }
  yield { files: [own, ...namedByMetadata(table.metadata)] }
  yield* walk.snapshots(table, table.metadata.snapshots, options)
}
