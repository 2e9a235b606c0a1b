import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#lib/errors.ts'
import { eachLimited } from '#lib/storage/each-limited.ts'
import type { IngestContext, ReaderSource } from '../ingest-context.ts'
import { claimPartitions, type HeldPartition, releasePartitions } from '../partition-lease.ts'
import { recordBatch } from '../record-batch.ts'
import type { ReadRange } from '../stage-batch.ts'
import { writeBatch } from '../write-batch.ts'
import { fingerprint, isSameContent } from './fingerprint.ts'
import type { PlannedRange } from './plan-batch.ts'
import { type PreparedRange, prepareRange } from './prepare-ranges.ts'
import { reportChangedFile } from './report-changed-file.ts'

/** A store has a few dozen connections; a request that waits for one too long fails. */
const filesAtOnce = 16

export interface ReadRangesResult {
  rows: number
  errorRows: number
  bytes: number
  files: number
}

/**
 * Reads ranges of landing-zone files into one recorded batch. Files that another worker holds, or that have no whole
 * line yet, are left out; null when none remained. Leases are given back in every case.
 * @throws AppError `conflict` when a file changed or was taken over while it was read; whatever engine or store say.
 */
export async function readRanges(
  context: IngestContext,
  source: ReaderSource,
  planned: PlannedRange[],
  options: { signal: AbortSignal; onBytes?: (bytes: number) => void },
): Promise<ReadRangesResult | null> {
  const { db, io } = context
  const batchId = randomUUID()
  const scratch = path.join(context.settings.stagingDirectory, `${batchId}-in`)
  const held = await claimPartitions(db, {
    sourceId: source.id,
    owner: context.owner,
    names: planned.map(({ file }) => file.name),
  })
  try {
    const prepared = await prepare(context, planned, held, scratch)
    if (prepared.length === 0) return null
    const bytes = prepared.reduce((sum, range) => sum + range.to - range.from, 0)
    const written = await writeBatch(context, {
      id: batchId,
      source,
      inputs: prepared.map(({ input }) => input),
      signal: options.signal,
      onProgress: ({ fraction, phase }) =>
        options.onBytes?.(phase === 'reading' ? bytes * fraction * 0.5 : bytes * (0.5 + fraction * 0.5)),
    })
    await refuseGrownFiles(context, prepared)
    const ranges: ReadRange[] = []
    await eachLimited(prepared, filesAtOnce, async (range, index) => {
      const summary = written.inputs[index]
      if (!summary) throw new AppError('internal', 'The engine reported fewer inputs than it was given.')
      const complete = range.to === range.file.size && range.file.quiet
      ranges[index] = {
        partition: range.held,
        from: BigInt(range.from),
        to: BigInt(range.to),
        rows: summary.rows,
        state: complete ? 'done' : 'open',
        end: BigInt(Math.max(range.to, range.file.size)),
        release: true,
        details: {
          lines: range.details.lines + summary.lines,
          etag: range.file.etag,
          modifiedAt: range.file.modifiedAt.toISOString(),
          unterminated: range.unterminated,
          ...(await fingerprint(io, range.file.location, range.to)),
        },
      }
    })
    await recordBatch(context, {
      id: batchId,
      sourceId: source.id,
      ranges,
      files: written.files,
      rows: written.rows,
      bytes,
      errorRows: written.errorRows,
      latestEvent: written.latestEvent,
      errors: written.errors,
    })
    return { rows: written.rows, errorRows: written.errorRows, bytes, files: prepared.length }
  } finally {
    await releasePartitions(db, held).catch(() => {})
    await rm(scratch, { recursive: true, force: true }).catch(() => {})
  }
}

async function prepare(
  context: IngestContext,
  planned: PlannedRange[],
  held: HeldPartition[],
  scratch: string,
): Promise<PreparedRange[]> {
  const prepared: PreparedRange[] = []
  for (const range of planned) {
    const holding = held.find(({ id }) => id === range.file.id)
    if (!holding) continue
    const { details } = range.file
    if (range.from > 0 && details.etag !== undefined && details.etag !== range.file.etag) {
      const same = await isSameContent(context.io, range.file.location, range.from, details)
      if (!same) {
        await reportChangedFile(context, { ...range.file, position: range.from }, 'was replaced')
        continue
      }
    }
    const ready = await prepareRange(context.io, range, holding, scratch)
    if (ready) prepared.push(ready)
  }
  return prepared
}

/** A file that was read to its end without a limit must still have the size that is recorded as read. */
async function refuseGrownFiles(context: IngestContext, prepared: PreparedRange[]): Promise<void> {
  for (const { file, input } of prepared) {
    if (input.to !== undefined) continue
    const now = await context.io.stat(file.location)
    if (now?.size === file.size) continue
    throw new AppError(
      'conflict',
      `${file.name} had ${file.size} bytes when it was listed and ${now?.size ?? 'no'} bytes after it was read; it is read again.`,
      { retryable: true },
    )
  }
}
