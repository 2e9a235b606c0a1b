import { LRUCache } from 'lru-cache'
import type { FileIO } from '../../storage/file-io.ts'
import { decodeFile } from '../corrupt-file.ts'
import { parseJson, stringifyJson } from '../spec/json.ts'
import type { ViewMetadata } from '../view/view-metadata.ts'
import { viewMetadataFromJson, viewMetadataToJson } from '../view/view-metadata-json.ts'
import { metadataText } from './metadata-file.ts'

/** Parsed metadata by location: files are immutable, and few views have many versions. */
const parsed = new LRUCache<string, ViewMetadata>({ max: 1_000 })

/**
 * Reads a view's metadata file, compressed or not.
 * @throws AppError `not-found`, `corrupt`, `unavailable`
 */
export async function readViewMetadataFile(io: FileIO, location: string): Promise<ViewMetadata> {
  const known = parsed.get(location)
  if (known) return known
  const bytes = await io.read(location)
  const metadata = decodeFile(location, () => viewMetadataFromJson(parseJson(metadataText(bytes))))
  parsed.set(location, metadata)
  return metadata
}

/** Writes metadata to a new location and returns when it is stored. */
export async function writeViewMetadataFile(
  io: FileIO,
  location: string,
  metadata: ViewMetadata,
): Promise<void> {
  await io.write(location, Buffer.from(stringifyJson(viewMetadataToJson(metadata))))
  parsed.set(location, metadata)
}
