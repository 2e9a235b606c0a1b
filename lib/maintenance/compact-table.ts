import type { BuiltInTable } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { logRun } from '#lib/runs/log-run.ts'
import type { CanaryPair } from './canary/canary-types.ts'
import { timeCanary } from './canary/time-canary.ts'
import type { CompactionPolicy } from './compaction-policy.ts'
import { type DroppedDeletes, dropDangling } from './drop-dangling.ts'
import type { TableHealth } from './evaluate-health.ts'
import { partitionFilesKey } from './partition-files.ts'
import type { CompactionGroup } from './plan-compaction.ts'
import type { EffectivePolicy } from './policy/effective-policy.ts'
import { loadTablePolicy } from './policy/load-policy.ts'
import {
  type RewriteContext,
  type RewriteOutcome,
  type RewrittenRange,
  rewriteGroups,
} from './rewrite-groups.ts'
import type { RunContext, RunEnd, RunTools } from './run-shell.ts'
import { createUncommittedFiles } from './uncommitted-files.ts'
import { whyNotRewritten } from './unwritable-columns.ts'
import { measureHealth } from './why/look-at-table.ts'

/** How often the partitions of groups that lost a race are looked at once more; then they are left to the next run. */
const triesOfLost = 2

const counted = ['groups', 'removedFiles', 'addedFiles', 'bytesRead', 'bytesWritten', 'lostRaces'] as const

function addOutcome(sum: RewriteOutcome, more: RewriteOutcome): void {
  for (const count of counted) sum[count] += more[count]
  sum.snapshots.push(...more.snapshots)
}

const nothingToMerge = 'No partition has enough small files to merge.'

/** What to merge, and how. */
export interface CompactionWork {
  groups: readonly CompactionGroup[]
  policy: CompactionPolicy
}

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
 * The work of a run of compaction: deletes what an interrupted try left, measures, rewrites and commits the groups that
 * are found in the table as it is, measures again.
 */
export async function compactTable(
  context: RewriteContext,
  { report }: Pick<RunTools, 'report'>,
  { runId, tableId }: { runId: string; tableId: string },
  find: (table: BuiltInTable, effective: EffectivePolicy) => Promise<CompactionWork>,
): Promise<RunEnd> {
  const { db, io, catalog } = context
  const started = performance.now()
  const uncommitted = await createUncommittedFiles(db, runId)
  const table = await catalog.loadTableById(tableId)
  const removed = await uncommitted.removeLeftovers(io, table)
  if (removed > 0) {
    const what = `${removed} files that an interrupted try had written but not committed`
    await logRun(db, runId, 'info', `Removed ${what}.`)
  }
  const effective = await loadTablePolicy(db, table)
  const { health } = await measureHealth(db, table, effective)
  const whyNot = whyNotRewritten(table.metadata)
  if (whyNot !== null) {
    await logRun(db, runId, 'info', whyNot)
    return { state: 'skipped', after: measured(health) }
  }
  const { groups, policy } = await find(table, effective)
  const { before } = await db.run.findUniqueOrThrow({ where: { id: runId }, select: { before: true } })
  if (before === null) await db.run.update({ where: { id: runId }, data: { before: measured(health) } })
  const files = groups.reduce((sum, group) => sum + group.files.length, 0)
  const plan = groups.length > 0 ? `Merging ${files} files of ${groups.length} groups.` : nothingToMerge
  await logRun(db, runId, 'info', plan)
  const request = { runId, policy, uncommitted, report }
  const first = await rewriteGroups(context, { ...request, table, groups })
  const { outcome } = first
  let { range, lost } = first
  for (let tries = 0; lost.length > 0 && tries < triesOfLost && !context.stopping.aborted; tries += 1) {
    const partitions = new Set(lost.map(partitionFilesKey))
    const changed = await catalog.loadTableById(tableId)
    const found = await find(changed, effective)
    const again = found.groups.filter((group) => partitions.has(partitionFilesKey(group)))
    if (again.length === 0) break
    await logRun(
      db,
      runId,
      'info',
      `Merging ${again.length} groups again, with what was committed meanwhile.`,
    )
    const next = await rewriteGroups(context, { ...request, table: changed, groups: again })
    addOutcome(outcome, next.outcome)
    range ??= next.range
    lost = next.lost
  }
  const dropped =
    policy.danglingDeleteFiles === null
      ? null
      : await dropDangling(catalog, tableId, { runId, signal: context.signal })
  if (dropped) {
    await logRun(db, runId, 'info', `Dropped ${dropped.files} delete files that applied to no data file.`)
    outcome.snapshots.push(dropped.snapshotId)
  }
  if (outcome.groups === 0 && !dropped) return { state: 'skipped', after: measured(health), details: outcome }
  const compacted = await catalog.loadTableById(tableId)
  const after = await measureHealth(db, compacted, effective)
  const durationMs = Math.round(performance.now() - started)
  const changed = withDropped(range, dropped)
  return {
    state: 'succeeded',
    after: { ...measured(after.health), durationMs },
    details: { ...outcome, droppedDeleteFiles: dropped?.files ?? 0, policy: { ...policy } },
    ...(changed ? { canary: () => timeCanary(context, { identifier: table.identifier, ...changed }) } : {}),
  }
}

/** What a canary compares: the rewritten parts, and the delete files that went where no other commit came in between. */
function withDropped(
  range: RewrittenRange | null,
  dropped: DroppedDeletes | null,
): { pair: CanaryPair; rewritten?: string[] } | null {
  if (!range) return dropped && { pair: dropped.pair }
  const { pair, partitions: rewritten } = range
  const next = dropped?.pair.from === pair.to ? dropped.pair : pair
  return { pair: { from: pair.from, to: next.to }, rewritten }
}

/** Keeps the table's health as it is by now. The next commit measures again; failing here would hide how a run ended. */
export async function keepHealth(
  { db, catalog, log }: Pick<RewriteContext, 'db' | 'catalog'> & Pick<RunContext, 'log'>,
  tableId: string,
): Promise<void> {
  await catalog
    .loadTableById(tableId)
    .then(async (table) => {
      const { health } = await measureHealth(db, table, await loadTablePolicy(db, table))
      await db.icebergTable.update({ where: { id: tableId }, data: { health } })
    })
    .catch((error: unknown) => log.warn({ error }, 'health not measured'))
}
