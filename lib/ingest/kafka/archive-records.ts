import { createReadStream } from 'node:fs'
import { createGzip } from 'node:zlib'
import { eachLimited } from '#lib/storage/each-limited.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import type { RecordLines } from './records-to-lines.ts'

export const archiveFolder = (landingLocation: string): string => `${landingLocation}/archive`

/** Where the raw records `[from, to)` of a partition are kept. */
export const archiveLocation = (
  landingLocation: string,
  topic: string,
  range: { partition: number; from: bigint; to: bigint },
): string =>
  `${archiveFolder(landingLocation)}/${topic}/${range.partition}/${range.from}-${range.to}.jsonl.gz`

/** Whether a file is such an archive: read as a landing file, each of its events would be counted twice. */
export function isArchive(landingLocation: string, location: string): boolean {
  const folder = `${archiveFolder(landingLocation)}/`
  return location.startsWith(folder) && /^[^/]+\/\d+\/\d+-\d+\.jsonl\.gz$/.test(location.slice(folder.length))
}

/**
 * Keeps a batch's raw records, which are in the local file `path`, in the landing zone: one gzip file for each
 * partition's range, before the batch is recorded. A batch that is read again after a crash writes the same records
 * again, perhaps under a longer range; the ledger tells which ranges count.
 */
export async function archiveRecords(
  io: FileIO,
  landingLocation: string,
  topic: string,
  path: string,
  slices: RecordLines['slices'],
): Promise<void> {
  const kept = slices.filter(({ start, end }) => end > start)
  await eachLimited(kept, 4, async (slice) => {
    const lines = createReadStream(path, { start: slice.start, end: slice.end - 1, highWaterMark: 1 << 20 })
    // Level 1: the archive must keep up with the topic; raw JSON shrinks to a fifth even so.
    const packed = createGzip({ level: 1 })
    lines.once('error', (error) => packed.destroy(error))
    await io.write(archiveLocation(landingLocation, topic, slice), lines.pipe(packed))
  })
}
