import { refreshVisitors } from '#lib/analytics/refresh-visitors.ts'
import type { Database } from '#lib/db.ts'
import { isAppError } from '#lib/errors.ts'
import { type CancelWatch, watchCancel } from '#lib/runs/cancel-signal.ts'
import { createRun } from '#lib/runs/create-run.ts'
import { cancelRun, failRun, finishRun } from '#lib/runs/finish-run.ts'
import { logRun } from '#lib/runs/log-run.ts'
import { type ProgressReporter, progressReporter } from '#lib/runs/report-progress.ts'
import { startRun } from '#lib/runs/start-run.ts'
import { defineJob } from '../runtime/define-job.ts'

/** A refresh follows each commit: of those that keep failing, one in this time is shown as a run. */
const showFailureEveryMs = 10 * 60_000

/** Refreshes of some days are done within a second and are not worth a run; a rebuild of everything is watched like one. */
export default defineJob('mart.refresh-visitors', async (context) => {
  const { db, log } = context
  const { siteId, requestId } = context.payload
  const started = performance.now()
  let runId: string | undefined
  let report: ProgressReporter | undefined
  let watch: CancelWatch | undefined
  const cancelled = new AbortController()
  const open = async (title: string, tableId: string): Promise<string> => {
    const id = await createRun(db, {
      kind: 'mart-refresh',
      title,
      trigger: 'commit',
      requestedBy: 'firn',
      tableId,
      ...(requestId ? { requestId } : {}),
    })
    await startRun(db, id, { worker: context.worker, jobId: context.jobId })
    return id
  }
  try {
    const result = await refreshVisitors(
      {
        ...context,
        signal: AbortSignal.any([context.signal, cancelled.signal]),
        engine: context.engine(),
        onPlan: async (plan) => {
          if (plan.scope !== 'all') return
          runId = await open(plan.siteName, plan.tableId)
          watch = watchCancel(db, runId)
          const { signal } = watch
          signal.addEventListener('abort', () => cancelled.abort(signal.reason), { once: true })
          await logRun(
            db,
            runId,
            'info',
            `Everything is counted (${plan.reason}): days: ${plan.days}, files: ${plan.files}.`,
          )
          report = progressReporter(db, runId)
          report({ phase: 'counting', files: 0, filesTotal: plan.files })
        },
        onProgress: ({ files }) => report?.({ files }),
      },
      siteId,
    )
    await report?.flush()
    const { days, files, scope, reason } = result
    if (runId) await finishRun(db, runId, { after: { days, files, snapshotId: String(result.snapshotId) } })
    log.info(
      {
        siteId,
        scope,
        reason,
        days,
        files,
        snapshotId: result.snapshotId,
        ms: Math.round(performance.now() - started),
      },
      'visitor marts refreshed',
    )
  } catch (error) {
    if (runId && cancelled.signal.aborted && !context.signal.aborted) {
      await report?.flush()
      await cancelRun(
        db,
        runId,
        'Cancelled. The numbers stay as they were; the next commit has everything counted again.',
      )
      return
    }
    if (!context.signal.aborted && !isAppError(error, 'cancelled')) {
      await report?.flush()
      runId ??= await openFailure(db, siteId, open)
      if (runId) await failRun(db, runId, error)
    }
    throw error
  } finally {
    watch?.stop()
  }
})

/** A run for a failure that has none yet; undefined while a recent one shows the trouble already. */
async function openFailure(
  db: Database,
  siteId: string,
  open: (title: string, tableId: string) => Promise<string>,
): Promise<string | undefined> {
  const site = await db.site.findUnique({ where: { id: siteId }, select: { name: true, tableId: true } })
  if (!site) return undefined
  const recent = await db.run.count({
    where: {
      kind: 'mart-refresh',
      tableId: site.tableId,
      state: 'failed',
      finishedAt: { gt: new Date(Date.now() - showFailureEveryMs) },
    },
  })
  return recent > 0 ? undefined : open(site.name, site.tableId)
}
