import { randomUUID } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import type { FileIO } from '../../storage/file-io.ts'
import { decodeFile } from '../corrupt-file.ts'
import { parseJson, stringifyJson } from '../spec/json.ts'
import type { TableMetadata } from '../spec/table-metadata.ts'
import { tableMetadataFromJson, tableMetadataToJson } from '../spec/table-metadata-json.ts'

/** Parsed metadata by location: files are immutable. Counted in snapshots, since they are what makes metadata large. */
const parsed = new LRUCache<string, TableMetadata>({
  maxSize: 50_000,
  sizeCalculation: (metadata) => metadata.snapshots.length + metadata.schemas.length * 10 + 1,
})

/** Text of metadata by location, in characters: a commit writes it, and every client that loads the table gets it. */
const texts = new LRUCache<string, string>({
  maxSize: 32_000_000,
  sizeCalculation: (text) => text.length + 1,
})

/** Metadata that is or will be at a location, as JSON. */
export function metadataJson(location: string, metadata: TableMetadata): string {
  const known = texts.get(location)
  if (known !== undefined) return known
  const text = stringifyJson(tableMetadataToJson(metadata))
  texts.set(location, text)
  return text
}

/** The JSON text of a metadata file, compressed or not. */
export const metadataText = (bytes: Buffer): string =>
  (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8')

/**
 * Reads a table's metadata file, compressed or not.
 * @throws AppError `not-found`, `corrupt`, `unavailable`
 */
export async function readMetadataFile(io: FileIO, location: string): Promise<TableMetadata> {
  const known = parsed.get(location)
  if (known) return known
  const bytes = await io.read(location)
  const metadata = decodeFile(location, () => {
    return tableMetadataFromJson(parseJson(metadataText(bytes)))
  })
  parsed.set(location, metadata)
  return metadata
}

/** Writes metadata to a new location and returns when it is stored. */
export async function writeMetadataFile(
  io: FileIO,
  location: string,
  metadata: TableMetadata,
): Promise<void> {
  await io.write(location, Buffer.from(metadataJson(location, metadata)))
  parsed.set(location, metadata)
}

/** `…/metadata/00012-<uuid>.metadata.json`: one version after `previous`, or version 0. Property `write.metadata.path` names another folder. */
export function nextMetadataLocation(
  metadata: Pick<TableMetadata, 'location' | 'properties'>,
  previous?: string,
): string {
  const version = /\/(\d+)-[^/]*$/.exec(previous ?? '')?.[1]
  const next = version === undefined ? 0 : Number(version) + 1
  const folder = metadata.properties['write.metadata.path']?.replace(/\/+$/, '')
  const name = `${String(next).padStart(5, '0')}-${randomUUID()}.metadata.json`
  return `${folder || `${metadata.location}/metadata`}/${name}`
}
