import { LRUCache } from 'lru-cache'
import type { Database } from '#lib/db.ts'
import { isAppError } from '#lib/errors.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { readMetadataFile } from '#lib/iceberg/catalog/metadata-file.ts'
import { namedByMetadata, type ReferencedFile, ReferenceWalk } from '#lib/iceberg/scan/reference-walk.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { foldersOverlap, folderTest, tableFolders } from './table-folders.ts'

export interface ReferringTable {
  id: string
  /** `namespace.table`, for messages. */
  name: string
}

export interface TableReferences {
  table: ReferringTable
  files: readonly ReferencedFile[]
}

export interface LiveReferencesOptions {
  /** Folders the question is about. */
  folders: readonly string[]
  /** A table that is not asked. */
  except?: string
  /**
   * Metadata files and manifest lists that were looked at; those added are of this look. With the set of an earlier look
   * only what was committed since is yielded.
   */
  seen?: Set<string>
  signal?: AbortSignal
}

/**
 * Metadata files and manifest lists behind which nothing lies outside the table's own folders. Both are immutable, so a
 * table that did not change is asked once per process, and one that did only for its new snapshots.
 */
const keepsToItself = new LRUCache<string, true>({ max: 200_000 })

/**
 * Everything in some folders that any table of the built-in catalogs refers to, with all its snapshots: copies that were
 * registered, tables made from another one's files, dropped ones that can come back. Where a table lies does not matter,
 * what it refers to does.
 * @throws AppError when metadata of a table cannot be read: then nothing can be proved. A table far from these folders
 *   whose metadata is gone altogether refers to nothing any more.
 */
export async function* liveReferences(
  { db, io }: { db: Database; io: FileIO },
  { folders, except, seen = new Set(), signal }: LiveReferencesOptions,
): AsyncGenerator<TableReferences> {
  const asked = folderTest(folders)
  const rows = await db.icebergTable.findMany({
    where: { purgedAt: null, ...(except ? { id: { not: except } } : {}) },
    select: {
      id: true,
      name: true,
      droppedName: true,
      droppedFrom: true,
      metadataLocation: true,
      location: true,
      namespace: { select: { levels: true } },
    },
    orderBy: { id: 'asc' },
  })
  for (const row of rows) {
    signal?.throwIfAborted()
    if (seen.has(row.metadataLocation)) continue
    const identifier =
      row.droppedName === null
        ? { namespace: row.namespace.levels, name: row.name }
        : { namespace: row.droppedFrom, name: row.droppedName }
    const table = { id: row.id, name: [...identifier.namespace, identifier.name].join('.') }
    try {
      for await (const files of referencesInto(row, identifier, io, { folders, seen })) {
        const inside = files.filter(({ location }) => asked(location))
        if (inside.length > 0) yield { table, files: inside }
      }
    } catch (error) {
      if (!isAppError(error, 'not-found') || foldersOverlap([row.location], folders)) throw error
    }
  }
}

async function* referencesInto(
  { metadataLocation }: { metadataLocation: string },
  identifier: Table['identifier'],
  io: FileIO,
  { folders, seen }: { folders: readonly string[]; seen: Set<string> },
): AsyncGenerator<readonly ReferencedFile[]> {
  const metadata = await readMetadataFile(io, metadataLocation)
  const table: Table = { identifier, metadataLocation, metadata, io }
  const named = namedByMetadata(metadata)
  yield [{ location: metadataLocation, kind: 'metadata', bytes: null }, ...named]
  const own = tableFolders(metadata)
  const mayOverlap = foldersOverlap(own, folders)
  if (!mayOverlap && keepsToItself.has(metadataLocation)) return
  const isOwn = folderTest(own)
  const snapshots = metadata.snapshots.filter(
    ({ manifestList }) => !seen.has(manifestList) && (mayOverlap || !keepsToItself.has(manifestList)),
  )
  // A snapshot that an earlier look has seen may well have named files elsewhere.
  const unknown = metadata.snapshots.some(
    ({ manifestList }) => seen.has(manifestList) && !keepsToItself.has(manifestList),
  )
  let staysHome = !unknown && isOwn(metadataLocation) && named.every(({ location }) => isOwn(location))
  for await (const { files } of new ReferenceWalk().snapshots(table, snapshots)) {
    staysHome &&= files.every(({ location }) => isOwn(location))
    yield files
  }
  for (const location of [metadataLocation, ...snapshots.map(({ manifestList }) => manifestList)]) {
    seen.add(location)
  }
  if (!staysHome) return
  for (const { manifestList } of snapshots) keepsToItself.set(manifestList, true)
  keepsToItself.set(metadataLocation, true)
}
