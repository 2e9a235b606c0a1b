import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Database, Transaction } from '#lib/db.ts'
import type { Engine } from '#lib/engine/engine.ts'
import { AppError, isAppError } from '#lib/errors.ts'
import type { BuiltInCatalog, BuiltInTable } from '#lib/iceberg/catalog/built-in-catalog.ts'
import type { sendJob } from '#lib/jobs/queue.ts'
import type { Logger } from '#lib/log.ts'
import { watchCancel } from '#lib/runs/cancel-signal.ts'
import { cancelRun, failRun, finishRun } from '#lib/runs/finish-run.ts'
import { logRun } from '#lib/runs/log-run.ts'
import { progressReporter } from '#lib/runs/report-progress.ts'
import { startRun } from '#lib/runs/start-run.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { commitGroups } from './commit-groups.ts'
import { type CompactionPolicy, compactionPolicy } from './compaction-policy.ts'
import type { TableHealth } from './evaluate-health.ts'
import { listLiveFiles } from './list-live-files.ts'
import { groupByPartition } from './partition-files.ts'
import { type CompactionGroup, planCompaction } from './plan-compaction.ts'
import { valuesOf } from './policy/effective-policy.ts'
import { loadTablePolicy } from './policy/load-policy.ts'
import { type RewrittenGroup, rewriteGroup } from './rewrite-group.ts'
import { createUncommittedFiles, type UncommittedFiles } from './uncommitted-files.ts'
import { measureHealth } from './why/look-at-table.ts'

export interface CompactionContext {
  db: Database
  io: FileIO
  catalog: BuiltInCatalog
  engine: Engine
  log: Logger
  worker: string
  jobId: string
  sendJob: typeof sendJob
  /** Stop now. */
  signal: AbortSignal
  /** Finish what is begun, begin nothing new. */
  stopping: AbortSignal
  /** Groups rewritten at the same time. */
  lanes: number
  /** Local folder of this run's own; removed at the end. */
  workDirectory: string
}

/** Groups per commit: what a lost race or a crash may cost, against the number of snapshots a large run leaves. */
const groupsPerCommit = 50

const locationsOf = (groups: readonly RewrittenGroup[]): string[] =>
  groups.flatMap(({ files }) => files.map((file) => file.filePath))

/** `before` and `after` of a run: the whole table, as its page shows it. */
const measured = (health: TableHealth) => ({
  files: health.files,
  bytes: health.bytes,
  averageFileBytes: health.averageFileBytes,
  smallFiles: health.smallFiles,
  partitions: health.partitions,
  score: health.score,
  snapshotId: health.snapshotId,
})

/**
 * Merges the small files of a table: plan, rewrite group by group, commit in parts (operation `replace`), measure. Writers
 * go on meanwhile; a part that lost a race against them is given up with its files deleted, the others stand. The old
 * files stay, since older snapshots read them. A run that was interrupted starts over from what is committed.
 */
export async function runCompaction(
  context: CompactionContext,
  run: { runId: string; tableId: string },
): Promise<void> {
  const { db, catalog, log } = context
  const { runId, tableId } = run
  try {
    await startRun(db, runId, { worker: context.worker, jobId: context.jobId })
  } catch (error) {
    // Cancelled before it began, or over already: nothing is left to do.
    if (isAppError(error, 'cancelled', 'conflict')) return
    throw error
  }
  const watch = watchCancel(db, runId, context.signal)
  try {
    await mkdir(context.workDirectory, { recursive: true })
    await compact({ ...context, signal: watch.signal }, runId, tableId)
  } catch (error) {
    if (watch.signal.aborted && !context.signal.aborted) {
      await cancelRun(
        db,
        runId,
        'Cancelled. What was committed before stays; files not yet committed were deleted.',
      )
      return
    }
    // With another try to come, or another worker to take over, the run is not over.
    if (context.signal.aborted || context.stopping.aborted) throw error
    await failRun(db, runId, error)
    log.error({ error }, 'the compaction failed')
  } finally {
    watch.stop()
    await rm(context.workDirectory, { recursive: true, force: true })
    // The next commit measures again; failing here would hide how the run ended.
    await catalog
      .loadTableById(tableId)
      .then(async (table) => {
        const { health } = await measureHealth(db, table, await loadTablePolicy(db, table))
        await db.icebergTable.update({ where: { id: tableId }, data: { health } })
      })
      .catch((error: unknown) => log.warn({ error }, 'health not measured'))
  }
}

async function compact(context: CompactionContext, runId: string, tableId: string): Promise<void> {
  const { db, catalog, signal, stopping } = context
  const started = performance.now()
  const requested = await db.run.findUniqueOrThrow({ where: { id: runId } })
  const uncommitted = await createUncommittedFiles(db, runId)
  let table = await catalog.loadTableById(tableId)
  const removed = await uncommitted.removeLeftovers(context.io, table)
  if (removed > 0) {
    await logRun(
      db,
      runId,
      'info',
      `Removed ${removed} files that an interrupted try had written but not committed.`,
    )
  }

  const effective = await loadTablePolicy(db, table)
  const policy = compactionPolicy(valuesOf(effective))
  const { health } = await measureHealth(db, table, effective)
  const partitions = groupByPartition(await listLiveFiles(table))
  const byHand = requested.trigger === 'manual'
  const plan = planCompaction(partitions, { policy, now: Date.now(), byHand })
  await db.run.update({
    where: { id: runId },
    data: { ...(requested.before === null ? { before: measured(health) } : {}) },
  })
  if (plan.groups.length === 0) {
    await logRun(db, runId, 'info', 'No partition has enough small files to merge.')
    await finishRun(db, runId, { state: 'skipped', after: measured(health) })
    return
  }
  await logRun(db, runId, 'info', `Merging ${plan.files} files of ${plan.groups.length} groups.`)
  // Deletes that arrive from here on for the files of the plan are a conflict, whichever part they are in.
  const startingSnapshotId = table.metadata.currentSnapshotId as bigint

  const report = progressReporter(db, runId)
  const done = { files: 0, bytes: 0, rows: 0 }
  const totals = { filesTotal: plan.files, bytesTotal: plan.bytes, rowsTotal: Number(plan.rows) }
  const outcome = { groups: 0, removedFiles: 0, addedFiles: 0, bytesRead: 0, bytesWritten: 0, lostRaces: 0 }
  const snapshots: string[] = []
  report({ phase: 'rewriting', ...done, ...totals })

  const partSize = policy.partialProgress ? groupsPerCommit : plan.groups.length
  for (let at = 0; at < plan.groups.length; at += partSize) {
    const part = plan.groups.slice(at, at + partSize)
    const rewritten = await rewritePart(
      { ...context, strategy: policy.strategy },
      table,
      part,
      uncommitted,
      (group) => {
        done.files += group.files.length
        done.bytes += group.bytes
        done.rows += Number(group.rows)
        report({ ...done })
      },
    )
    signal.throwIfAborted()
    report({ phase: 'committing' })
    const committed = await commitGroups(
      { catalog, table, runId, signal, startingSnapshotId },
      rewritten,
      (tx: Transaction, groups) => uncommitted.commit(tx, locationsOf(groups)),
    )
    for (const { snapshotId, groups } of committed.parts) {
      snapshots.push(snapshotId.toString())
      uncommitted.forget(locationsOf(groups))
      for (const { group, files } of groups) {
        outcome.groups += 1
        outcome.removedFiles += group.files.length
        outcome.addedFiles += files.length
        outcome.bytesRead += group.bytes
        outcome.bytesWritten += files.reduce((sum, file) => sum + Number(file.fileSizeInBytes), 0)
      }
    }
    if (committed.lost.length > 0) {
      outcome.lostRaces += committed.lost.length
      await uncommitted.remove(context.io, locationsOf(committed.lost))
      await logRun(
        db,
        runId,
        'warn',
        `${committed.lost.length} groups were given up: their files were changed by another commit meanwhile. Their merged files were deleted.`,
        { partitions: committed.lost.slice(0, 20).map(({ group }) => group.name) },
      )
    }
    table = await catalog.loadTableById(tableId)
    report({ phase: 'rewriting' })
    if (stopping.aborted && at + partSize < plan.groups.length) {
      await report.flush()
      throw new AppError(
        'unavailable',
        'The worker was asked to stop; the rest of the compaction is left to another one.',
        {
          retryable: true,
        },
      )
    }
  }
  await report.flush()
  const after = await measureHealth(db, table, effective)
  await finishRun(db, runId, {
    state: outcome.groups > 0 ? 'succeeded' : 'skipped',
    after: { ...measured(after.health), durationMs: Math.round(performance.now() - started) },
    details: { ...outcome, snapshots, policy: { ...policy } },
  })
  for (const { id } of await db.site.findMany({ where: { tableId }, select: { id: true } })) {
    await context.sendJob('mart.refresh-visitors', { siteId: id })
  }
}

/**
 * Rewrites the groups of one part, a few at a time. When one fails, or the run is cancelled, nothing of the part is
 * committed and what it wrote is deleted.
 */
async function rewritePart(
  context: CompactionContext & Pick<CompactionPolicy, 'strategy'>,
  table: BuiltInTable,
  part: readonly CompactionGroup[],
  uncommitted: UncommittedFiles,
  finished: (group: CompactionGroup) => void,
): Promise<RewrittenGroup[]> {
  const { engine, io, signal, strategy } = context
  const waiting = [...part]
  const rewritten: RewrittenGroup[] = []
  const failure = new AbortController()
  const both = AbortSignal.any([signal, failure.signal])
  const written: string[] = []
  const lane = async () => {
    for (let group = waiting.shift(); group && !both.aborted; group = waiting.shift()) {
      const directory = path.join(context.workDirectory, String(part.indexOf(group)))
      const result = await rewriteGroup(
        { engine, io, table, strategy, directory, signal: both },
        group,
        async (locations) => {
          written.push(...locations)
          await uncommitted.add(locations)
        },
      )
      rewritten.push(result)
      finished(group)
    }
  }
  const lanes = Array.from({ length: context.lanes }, () =>
    lane().catch((error: unknown) => {
      failure.abort()
      throw error
    }),
  )
  const results = await Promise.allSettled(lanes)
  const failed = results.find((result) => result.status === 'rejected')
  if (failed || signal.aborted) {
    await uncommitted.remove(io, written)
    signal.throwIfAborted()
    throw failed?.reason
  }
  return rewritten
}
