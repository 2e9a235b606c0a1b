import { Prisma } from '#db'
import { parseProblem } from '#lib/runs/problem-of.ts'
import type { FileStat } from '#lib/storage/file-io.ts'
import type { IngestContext } from '../ingest-context.ts'
import { isArchive } from '../kafka/archive-records.ts'
import type { LandingConfig } from '../source-config.ts'
import { filePattern } from './file-pattern.ts'
import { isSameContent } from './fingerprint.ts'
import { type LandingDetails, type LandingFile, parseLandingDetails } from './landing-file.ts'
import { reportChangedFile } from './report-changed-file.ts'

/** A file that has not changed for this long is taken as complete. */
const quietMs = 3_000
const isQuiet = (file: FileStat): boolean => Date.now() - file.lastModified.getTime() >= quietMs
/** Rows changed by other workers a little before our last look may have become visible after it. */
const overlapMs = 10_000

interface Known {
  id: string
  name: string
  position: bigint
  end: bigint | null
  state: string
  details: unknown
  problem: unknown
}

export interface LandingScan {
  /** Lists the folder, records new and grown files, notices changed ones; returns the open files. */
  look(): Promise<LandingFile[]>
}

/** Follows the files of one landing-zone folder. Any number of workers may follow the same one. */
export function createLandingScan(
  context: IngestContext,
  source: { id: string; config: LandingConfig },
): LandingScan {
  const { db, io, settings } = context
  const root = `${source.config.location}/`
  const matches = filePattern(source.config.pattern)
  const known = new Map<string, Known>()
  let since = new Date(0)

  const refresh = async (): Promise<void> => {
    const from = new Date(since.getTime() - overlapMs)
    since = new Date()
    const rows = await db.sourcePartition.findMany({
      where: { sourceId: source.id, updatedAt: { gte: from } },
      select: { id: true, name: true, position: true, end: true, state: true, details: true, problem: true },
    })
    for (const row of rows) known.set(row.name, row)
  }

  const reportChange = async (row: Known, found: string): Promise<void> => {
    await reportChangedFile(context, row, found)
    row.state = 'failed'
  }

  /** A file that could not be read, or read on, is tried again when it has changed behind what was read of it. */
  const isMended = async (row: Known, details: LandingDetails, file: FileStat): Promise<boolean> => {
    if (details.etag === undefined || details.etag === file.etag) return false
    const position = Number(row.position)
    if (position > 0) {
      if (parseProblem(row.problem)?.code === 'conflict' || file.size < position || !isQuiet(file))
        return false
      // One that still cannot be read must not hold up the others.
      const same = await isSameContent(io, file.location, position, details).catch(() => null)
      if (same === false) await reportChange(row, 'was replaced')
      if (!same) return false
    }
    const { count } = await db.sourcePartition.updateMany({
      where: { id: row.id, state: 'failed', position: row.position },
      data: { state: 'open', problem: Prisma.DbNull, end: BigInt(file.size) },
    })
    return count === 1
  }

  const look = async (): Promise<LandingFile[]> => {
    const found = []
    for await (const file of io.list(root)) {
      const name = file.location.slice(root.length)
      if (matches(name) && !isArchive(settings.landingLocation, file.location)) found.push({ name, file })
    }
    await refresh()
    const missing = found.filter(({ name }) => !known.has(name))
    if (missing.length > 0) {
      await db.sourcePartition.createMany({
        data: missing.map(({ name, file }) => ({
          sourceId: source.id,
          name,
          end: BigInt(file.size),
          details: { lines: 0 } satisfies Prisma.InputJsonObject,
        })),
        skipDuplicates: true,
      })
      await refresh()
    }
    const open: LandingFile[] = []
    for (const { name, file } of found) {
      const row = known.get(name)
      if (!row) continue
      const details = parseLandingDetails(row.details)
      if (row.state === 'failed' && (await isMended(row, details, file))) row.state = 'open'
      if (row.state === 'failed') continue
      const position = Number(row.position)
      const quiet = isQuiet(file)
      if (file.size < position) {
        if (details.acceptedSize === file.size) continue
        await reportChange(row, `was truncated to ${file.size} bytes`)
        continue
      }
      const etagChanged = details.etag !== undefined && details.etag !== file.etag
      if (etagChanged && position > 0 && (row.state === 'done' || file.size === position)) {
        if (!(await isSameContent(io, file.location, position, details))) {
          await reportChange(row, 'was replaced')
          continue
        }
        if (details.unterminated && file.size > position) {
          await reportChange(row, 'went on after its last line, which had no line break,')
          continue
        }
      }
      if (row.state === 'done' && file.size > position) {
        await db.sourcePartition.updateMany({ where: { id: row.id, state: 'done' }, data: { state: 'open' } })
        row.state = 'open'
      }
      if (row.state === 'open' && quiet && file.size === position) {
        await db.sourcePartition.updateMany({
          where: { id: row.id, state: 'open', position: row.position },
          data: {
            state: 'done',
            end: row.position,
            details: { ...details, etag: file.etag, modifiedAt: file.lastModified.toISOString() },
          },
        })
        row.state = 'done'
        row.details = { ...details, etag: file.etag }
      } else if (etagChanged && row.state === 'done') {
        const next = { ...details, etag: file.etag, modifiedAt: file.lastModified.toISOString() }
        await db.sourcePartition.updateMany({ where: { id: row.id, state: 'done' }, data: { details: next } })
        row.details = next
      }
      if (row.state !== 'open') continue
      if (row.end !== BigInt(file.size)) {
        await db.sourcePartition.updateMany({
          where: { id: row.id, position: { lte: file.size } },
          data: { end: BigInt(file.size) },
        })
        row.end = BigInt(file.size)
      }
      open.push({
        id: row.id,
        name,
        location: file.location,
        position,
        size: file.size,
        etag: file.etag,
        modifiedAt: file.lastModified,
        state: row.state,
        details,
        quiet,
      })
    }
    return open
  }
  return { look }
}
