import { isWithin, locationKey } from '../../storage/location-key.ts'
import type { Table } from '../catalog/catalog.ts'
import type { LocationSet } from '../scan/location-set.ts'

export interface OrphanFile {
  location: string
  bytes: bigint
}

/** What a listing saw, for people who ask why a file was not taken. */
export interface ListedFiles {
  files: number
  bytes: number
  /** Files that nothing refers to and that are too young to be sure. */
  young: number
}

/** Folders and files that belong to nobody's table: engines put what is unfinished or hidden there. */
const hidden = /^[._]/

const perBatch = 1_000

/**
 * Files below a table's location that nothing refers to and that were last written before a time. The store is listed
 * page by page; a file of which the store does not know when it was written is young. `known` has what is referred to,
 * by spelling-independent keys.
 * @param before milliseconds since the epoch
 */
export async function* orphanFiles(
  table: Table,
  { known, before, seen }: { known: LocationSet; before: number; seen: ListedFiles },
): AsyncGenerator<OrphanFile[]> {
  const { location } = table.metadata
  const depth = locationKey(location).split('/').length
  let batch: OrphanFile[] = []
  for await (const file of table.io.list(location)) {
    seen.files += 1
    seen.bytes += file.size
    if (!isWithin(file.location, location) || known.has(file.location)) continue
    const names = locationKey(file.location).split('/').slice(depth)
    if (names.some((name) => hidden.test(name))) continue
    const written = file.lastModified.getTime()
    if (!(written > 0) || written >= before) {
      seen.young += 1
      continue
    }
    batch.push({ location: file.location, bytes: BigInt(file.size) })
    if (batch.length < perBatch) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
