import type { TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { locationKey } from '#lib/storage/location-key.ts'

/** Properties that put a table's files elsewhere than below its location. */
const folderProperties = [
  'write.data.path',
  'write.metadata.path',
  'write.object-storage.path',
  'write.folder-storage.path',
]

/** The folders whose files are a table's own. What its metadata names outside of them is somebody else's to delete. */
export const tableFolders = ({
  location,
  properties,
}: Pick<TableMetadata, 'location' | 'properties'>): string[] => [
  location,
  ...folderProperties.flatMap((name) => properties[name] ?? []),
]

/** Tests locations against some folders, in any spelling. */
export function folderTest(folders: readonly string[]): (location: string) => boolean {
  const prefixes = folders.map((folder) => `${locationKey(folder).replace(/\/$/, '')}/`)
  return (location) => {
    const key = `${locationKey(location)}/`
    return prefixes.some((prefix) => key.startsWith(prefix))
  }
}

/** Whether one of some folders lies in one of others, or the other way round. */
export const foldersOverlap = (some: readonly string[], others: readonly string[]): boolean => {
  const [inSome, inOthers] = [folderTest(some), folderTest(others)]
  return others.some(inSome) || some.some(inOthers)
}
