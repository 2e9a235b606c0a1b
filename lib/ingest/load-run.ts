import type { Database, Transaction } from '#lib/db.ts'
import { watchCancel } from '#lib/runs/cancel-signal.ts'
import { cancelRun, finishRun } from '#lib/runs/finish-run.ts'
import { logRun } from '#lib/runs/log-run.ts'
import { progressReporter } from '#lib/runs/report-progress.ts'
import type { IngestContext, ReaderSource } from './ingest-context.ts'

/** A backlog of whole files smaller than this is read without making a run of it. */
export const loadRunBytes = 1_000_000

export interface LoadRun {
  readonly id: string
  /** Aborted when somebody cancelled the run. */
  readonly signal: AbortSignal
  /** Brings the progress up to date: what is recorded, what this worker reads now, what is left. */
  report(now: { inFlightBytes: number; pendingBytes: number; pendingFiles: number }): Promise<void>
  log(level: 'info' | 'warn' | 'error', message: string): Promise<void>
  /** Ends the run once everything read is also committed; false while it is not. */
  tryFinish(): Promise<boolean>
  cancelled(): Promise<void>
  /** Leaves the run to another worker. */
  leave(): Promise<void>
}

interface Done {
  rows: number
  errorRows: number
  bytes: number
  files: number
  batches: number
  uncommitted: number
}

export const findOpenLoad = (db: Database | Transaction, sourceId: string) =>
  db.run.findFirst({
    where: { kind: 'load', sourceId, state: { in: ['queued', 'running'] } },
    select: { id: true },
  })

/**
 * The run that shows the load of a source's backlog. Its numbers are counted from the ledger, so that any worker can
 * take it over where another one left it. Joins the source's open load, or starts one.
 */
export async function openLoadRun(
  context: IngestContext,
  source: ReaderSource,
  pending: { bytes: number; files: number },
): Promise<LoadRun> {
  const { db } = context
  const running = () => ({ state: 'running', worker: context.worker, beatAt: new Date() })
  const id = await db.$transaction(async (tx) => {
    // Two workers that meet the same backlog must not both start a run.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`firn.load:${source.id}`}, 0))`
    const open = await findOpenLoad(tx, source.id)
    if (open) {
      await tx.run.update({ where: { id: open.id }, data: running() })
      return open.id
    }
    const made = await tx.run.create({
      data: {
        ...running(),
        kind: 'load',
        title: source.name,
        trigger: 'files',
        requestedBy: 'firn',
        startedAt: new Date(),
        sourceId: source.id,
        pipelineId: source.pipeline.id,
        tableId: source.pipeline.tableId,
        progress: { rows: 0, bytes: 0, bytesTotal: pending.bytes, files: 0, filesTotal: pending.files },
      },
      select: { id: true },
    })
    await tx.runEvent.create({
      data: {
        runId: made.id,
        level: 'info',
        message: `The load begins with ${pending.files} files of ${pending.bytes} bytes.`,
      },
    })
    return made.id
  })
  const run = await db.run.findUniqueOrThrow({ where: { id }, select: { createdAt: true } })
  const progress = progressReporter(db, id)
  const watch = watchCancel(db, id)
  return {
    id,
    signal: watch.signal,
    async report({ inFlightBytes, pendingBytes, pendingFiles }) {
      // It was taken for vanished while the database was away.
      await db.run.updateMany({ where: { id, state: 'queued' }, data: running() })
      const done = await countDone(db, source.id, run.createdAt)
      progress({
        rows: done.rows + done.errorRows,
        bytes: Math.round(done.bytes + Math.min(inFlightBytes, pendingBytes)),
        bytesTotal: done.bytes + pendingBytes,
        files: done.files,
        filesTotal: done.files + pendingFiles,
        phase: pendingBytes > 0 ? 'reading' : 'committing',
      })
    },
    log: (level, message) => logRun(db, id, level, message),
    async tryFinish() {
      const done = await countDone(db, source.id, run.createdAt)
      if (done.uncommitted > 0) return false
      watch.stop()
      await progress.flush()
      await finishRun(db, id, {
        progress: {
          rows: done.rows + done.errorRows,
          bytes: done.bytes,
          bytesTotal: done.bytes,
          files: done.files,
          filesTotal: done.files,
        },
        after: {
          rows: done.rows,
          errorRows: done.errorRows,
          bytes: done.bytes,
          files: done.files,
          batches: done.batches,
        },
      })
      return true
    },
    async cancelled() {
      watch.stop()
      await progress.flush()
      await cancelRun(
        db,
        id,
        'Cancelled. What was recorded is kept and committed; the source is paused: resume it to load the rest.',
      )
    },
    async leave() {
      watch.stop()
      await progress.flush()
      await db.run.updateMany({ where: { id, state: 'running' }, data: { state: 'queued' } })
    },
  }
}

async function countDone(db: Database, sourceId: string, since: Date): Promise<Done> {
  const [row] = await db.$queryRaw<Done[]>`
    SELECT coalesce(sum(b.rows), 0)::float8 AS rows, coalesce(sum(b."errorRows"), 0)::float8 AS "errorRows",
      coalesce(sum(b.bytes), 0)::float8 AS bytes, count(*)::int AS batches,
      (count(*) FILTER (WHERE b."committedAt" IS NULL))::int AS uncommitted,
      (SELECT count(DISTINCT r."partitionName")::int FROM "OffsetRange" AS r JOIN "Batch" AS c ON c.id = r."batchId"
        WHERE c."sourceId" = ${sourceId}::uuid AND c."createdAt" >= ${since}) AS files
    FROM "Batch" AS b WHERE b."sourceId" = ${sourceId}::uuid AND b."createdAt" >= ${since}`
  return row ?? { rows: 0, errorRows: 0, bytes: 0, files: 0, batches: 0, uncommitted: 0 }
}
