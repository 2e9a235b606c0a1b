import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { JsonLinesInput } from '#lib/engine/tasks.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { parseLocation } from '#lib/storage/location.ts'
import type { HeldPartition } from '../partition-lease.ts'
import { checkGzip } from './check-gzip.ts'
import { isGzip } from './file-pattern.ts'
import { type LandingDetails, type LandingFile, parseLandingDetails } from './landing-file.ts'
import { lastLineBorder, nextLineBorder } from './line-border.ts'
import type { PlannedRange } from './plan-batch.ts'

/** A last line without a line break is taken when its file has not changed for this long: its writer has ended. */
const abandonedMs = 10_000

/** A range with its exact end, ready to be read. */
export interface PreparedRange {
  file: LandingFile
  held: HeldPartition
  from: number
  to: number
  details: LandingDetails
  unterminated: boolean
  input: JsonLinesInput
}

/** The exact end of a range: after a line break, or the end of an abandoned file. Null: there is no whole line yet. */
async function exactEnd(
  io: FileIO,
  { file, from, to }: PlannedRange,
): Promise<{ to: number; unterminated: boolean } | null> {
  if (isGzip(file.name)) return { to: file.size, unterminated: false }
  const border = await lastLineBorder(io, file.location, from, to)
  if (border === to) return { to, unterminated: false }
  const abandoned = file.quiet && Date.now() - file.modifiedAt.getTime() >= abandonedMs
  if (to === file.size && abandoned) return { to, unterminated: true }
  const end = border ?? (to < file.size ? await nextLineBorder(io, file.location, to, file.size) : null)
  if (end !== null) return { to: end, unterminated: false }
  // A last line that is longer than a batch.
  return abandoned ? { to: file.size, unterminated: true } : null
}

/**
 * Makes planned ranges of held files readable for the engine: exact ends at line borders, and local bytes (a remote
 * object is copied into `scratch`, since objects may be replaced under the same name, and so is what was appended to a gzip
 * file).
 * @throws AppError `corrupt` for a damaged gzip file.
 */
export async function prepareRange(
  io: FileIO,
  planned: PlannedRange,
  held: HeldPartition,
  scratch: string,
): Promise<PreparedRange | null> {
  if (Number(held.position) !== planned.from) return null
  const end = await exactEnd(io, planned)
  if (!end || end.to <= planned.from) return null
  const { file, from } = planned
  const details = parseLandingDetails(held.details)
  const place = parseLocation(file.location)
  // What was appended to a gzip file is one of its own; the engine reads gzip from a file's beginning.
  const appended = isGzip(file.name) && from > 0
  const local = place.scheme === 'file' && !appended
  let location = { path: '', from, to: end.to }
  if (place.scheme === 'file' && !appended) {
    location.path = place.path
  } else {
    await mkdir(scratch, { recursive: true })
    const copy = path.join(scratch, `${held.id}-${from}${isGzip(file.name) ? '.jsonl.gz' : '.jsonl'}`)
    await pipeline(
      await io.readStream(file.location, { offset: from, length: end.to - from }),
      createWriteStream(copy),
    )
    location = { path: copy, from: 0, to: end.to - from }
  }
  if (isGzip(file.name)) await checkGzip(location.path, file.name)
  const whole = isGzip(file.name) || (location.from === 0 && local && end.to === file.size && file.quiet)
  return {
    file,
    held,
    from,
    to: end.to,
    details,
    unterminated: end.unterminated,
    input: {
      path: location.path,
      source: file.location,
      ...(whole ? {} : { from: location.from, to: location.to }),
      lineBase: details.lines,
    },
  }
}
