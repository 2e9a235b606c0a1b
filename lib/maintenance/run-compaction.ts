import type { sendJob } from '#lib/jobs/queue.ts'
import { refreshMarts } from './announce-commit.ts'
import { compactTable, keepHealth } from './compact-table.ts'
import { compactionPolicy } from './compaction-policy.ts'
import { listLiveFiles } from './list-live-files.ts'
import { groupByPartition } from './partition-files.ts'
import { planCompaction } from './plan-compaction.ts'
import { valuesOf } from './policy/effective-policy.ts'
import type { RewriteContext } from './rewrite-groups.ts'
import { type RunContext, withRun } from './run-shell.ts'

export interface CompactionContext extends RunContext, RewriteContext {
  sendJob: typeof sendJob
}

/** What the log says of a cancelled compaction. */
export const cancelledCompaction =
  'Cancelled. What was committed before stays; files not yet committed were deleted.'

/**
 * Merges the small files of a table as its policy says now: plan, rewrite group by group, commit in parts, measure. A run
 * that was interrupted starts over from what is committed.
 */
export async function runCompaction(
  context: CompactionContext,
  { runId, tableId }: { runId: string; tableId: string },
): Promise<void> {
  const { db } = context
  await withRun(
    context,
    runId,
    async ({ signal, report, metered }) => {
      const asked = await db.run.findUniqueOrThrow({
        where: { id: runId },
        select: { trigger: true },
      })
      const end = await compactTable(
        { ...context, engine: metered(context.engine), signal },
        { report },
        { runId, tableId },
        async (table, effective) => {
          const policy = compactionPolicy(valuesOf(effective))
          const partitions = groupByPartition(await listLiveFiles(table), table.metadata)
          const options = { policy, now: Date.now(), byHand: asked.trigger === 'manual' }
          return { groups: planCompaction(partitions, options).groups, policy }
        },
      )
      if (end.state === 'succeeded') await refreshMarts(context, tableId, context.sendJob)
      return end
    },
    { cancelled: cancelledCompaction },
  ).finally(() => keepHealth(context, tableId))
}
