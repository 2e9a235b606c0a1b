import { createHash } from 'node:crypto'
import { AppError } from '#lib/errors.ts'
import { formatIdentifier, type Table } from '#lib/iceberg/catalog/catalog.ts'
import { danglingDeletes } from '#lib/iceberg/scan/dangling-deletes.ts'
import { type DataFile, fileKey } from '#lib/iceberg/spec/data-file.ts'
import { currentSnapshot } from '#lib/iceberg/spec/table-metadata.ts'
import { logRun } from '#lib/runs/log-run.ts'
import { compactTable } from '../compact-table.ts'
import { type CompactionPolicy, compactionPolicy } from '../compaction-policy.ts'
import { listLiveFiles } from '../list-live-files.ts'
import { groupByPartition, type LiveFile, partitionFilesKey } from '../partition-files.ts'
import { type CompactionGroup, filesAfter, planCompaction } from '../plan-compaction.ts'
import { valuesOf } from '../policy/effective-policy.ts'
import { loadTablePolicy } from '../policy/load-policy.ts'
import { commitsFor } from '../rewrite-groups.ts'
import { rewriteOrder } from '../rewrite-order.ts'
import { assertRewritable } from '../unwritable-columns.ts'
import { earlierRuns } from './earlier-runs.ts'
import { estimateBytesWritten } from './estimate-run.ts'
import { CompactionInputSchema, type PlannedGroup } from './planned-group.ts'
import type { ApplyContext, PlanItem, Planner } from './planner.ts'

const deletesOf = (files: readonly LiveFile[]): Map<string, DataFile> =>
  new Map(files.flatMap(({ deletes }) => deletes.map(({ file }) => [fileKey(file), file] as const)))

/** Delete files that concern one data file alone, and that one is merged. */
function removedWith(files: readonly LiveFile[]): DataFile[] {
  const merged = new Set(files.map(({ file }) => file.filePath))
  return [...deletesOf(files).values()].filter(
    ({ referencedDataFile }) => referencedDataFile !== undefined && merged.has(referencedDataFile),
  )
}

function fingerprint(files: readonly LiveFile[]): string {
  const hash = createHash('sha256')
  for (const { file, deletes } of files) {
    const keys = deletes.map((one) => fileKey(one.file)).sort()
    hash.update(`${file.filePath}\n${keys.join('\n')}\n\n`)
  }
  return hash.digest('hex')
}

const plannedGroup = (group: CompactionGroup): PlannedGroup => ({
  name: group.name,
  files: group.files.length,
  bytes: group.bytes,
  rows: Number(group.rows),
  deletesApplied: deletesOf(group.files).size,
  deletesRemoved: removedWith(group.files).length,
  fingerprint: fingerprint(group.files),
})

/** Delete files that will apply to no data file once some files are merged, and are dropped then. */
async function leftDangling(
  table: Table,
  live: readonly LiveFile[],
  merged: readonly LiveFile[],
): Promise<DataFile[]> {
  const snapshot = currentSnapshot(table.metadata)
  if (!snapshot) return []
  const gone = new Set(merged)
  const remaining = live.filter((one) => !gone.has(one))
  const removed = new Set(removedWith(merged).map(fileKey))
  return (await danglingDeletes(table, snapshot, remaining)).filter((file) => !removed.has(fileKey(file)))
}

async function* itemsOf(
  groups: readonly CompactionGroup[],
  deletes: readonly DataFile[],
): AsyncGenerator<PlanItem[]> {
  for (const { files } of groups) {
    yield files.map(({ file }) => ({ kind: 'data', location: file.filePath, bytes: file.fileSizeInBytes }))
  }
  yield deletes.map(({ filePath, contentSizeInBytes, fileSizeInBytes }) => ({
    kind: 'delete',
    location: filePath,
    bytes: contentSizeInBytes ?? fileSizeInBytes,
  }))
}

/** `sort`, or `z-order: user_id, page` where the policy names the columns. */
const orderText = ({ strategy, sortColumns, zOrderColumns }: CompactionPolicy): string => {
  const columns = strategy === 'sort' ? sortColumns : strategy === 'z-order' ? zOrderColumns : null
  return columns === null ? strategy : `${strategy}: ${columns.join(', ')}`
}

/**
 * Merges small files, and files with many deletes, group by group. The old files stay: earlier snapshots read them. What is
 * bound is each file and the deletes that apply to it; new files do not disturb a plan.
 */
export const compactionPlanner: Planner = {
  action: 'compaction',

  async plan({ db }, table, { compaction: { allFiles } }, { byHand }) {
    assertRewritable(table.metadata)
    const policy = compactionPolicy(valuesOf(await loadTablePolicy(db, table)))
    // Columns that have gone are found here, not when the plan is applied.
    rewriteOrder(table.metadata, policy)
    const live = await listLiveFiles(table)
    const options = { policy, now: Date.now(), byHand, all: allFiles }
    const { groups, files, bytes, rows } = planCompaction(groupByPartition(live, table.metadata), options)
    const merged = groups.flatMap((group) => group.files)
    const dangling = policy.danglingDeleteFiles === null ? [] : await leftDangling(table, live, merged)
    const deletes = [...removedWith(merged), ...dangling]
    return {
      input: { policy: { ...policy }, groups: groups.map(plannedGroup), dangling: dangling.length },
      work: { files, bytes, snapshots: 0 },
      summary: {
        snapshotsKept: table.metadata.snapshots.length,
        compaction: {
          groups: groups.length,
          partitions: new Set(groups.map(partitionFilesKey)).size,
          files,
          filesAfter: groups.reduce((sum, group) => sum + filesAfter(group.bytes, policy), 0),
          bytes,
          rows: Number(rows),
          bytesAfter: estimateBytesWritten(bytes, await earlierRuns(db, 'compaction', table.id)),
          deletesApplied: deletesOf(merged).size,
          deletesRemoved: deletes.length,
          commits: commitsFor(groups.length, policy) + Math.min(dangling.length, 1),
          targetBytes: policy.targetBytes,
          smallFileBytes: policy.smallFileBytes,
          strategy: orderText(policy),
          allFiles,
        },
        ...(groups.length + deletes.length === 0
          ? {
              reason:
                'No partition has two files that are small enough to be merged, and none has many deletes.',
            }
          : {}),
      },
      items: itemsOf(groups, deletes),
    }
  },

  async apply(context) {
    const { db, catalog, plan, runId, report, settle } = context
    assertRewritable((await catalog.loadTableById(plan.tableId)).metadata)
    const { policy, groups: planned, dangling } = CompactionInputSchema.parse(plan.input)
    const locations = await dataFilesOf(context)
    let resumed = false
    let leftOut: string[] = []
    const end = await compactTable(
      { ...context, engine: context.engine() },
      { report },
      { runId, tableId: plan.tableId },
      async (table) => {
        // An earlier try of this run may have committed some of the groups.
        const snapshots = table.metadata.snapshots.filter(({ summary }) => summary['firn.run-id'] === runId)
        resumed = snapshots.length > 0
        const found = stillThere(table, await listLiveFiles(table), { planned, locations, resumed })
        const { groups } = found
        leftOut = found.changed
        if (leftOut.length > 0) {
          await logRun(
            db,
            runId,
            'warn',
            `${leftOut.length} of ${planned.length} groups are no longer as they were planned and are left as they are: ${leftOut.slice(0, 20).join('; ')}.`,
          )
        }
        // Where the plan showed none to go, those that came since are left to the next run.
        return { groups, policy: dangling > 0 ? policy : { ...policy, danglingDeleteFiles: null } }
      },
    )
    if (end.state === 'skipped' && !resumed) {
      throw new AppError(
        'conflict',
        'Other commits changed the files of every group while they were merged, so nothing was committed. Plan again.',
      )
    }
    await db.$transaction((tx) => settle(tx, { quarantine: false }))
    const details = { ...end.details, planId: plan.id, groupsLeftOut: leftOut.length }
    return { ...end, state: 'succeeded', details }
  },
}

/** Locations of the data files of a plan, in the order of its groups. */
async function dataFilesOf({ items }: ApplyContext): Promise<string[]> {
  const locations: string[] = []
  for await (const batch of items()) {
    for (const { kind, location } of batch) if (kind === 'data') locations.push(location)
  }
  return locations
}

/**
 * The groups of a plan as the table has them now. One of which a file is gone, or has other deletes than when it was
 * planned, is left out with the reason: other groups have nothing to do with that. With `resumed` those whose files are
 * gone are done.
 * @throws AppError `conflict` when no group is as it was planned
 */
function stillThere(
  table: Table,
  live: readonly LiveFile[],
  {
    planned,
    locations,
    resumed,
  }: { planned: readonly PlannedGroup[]; locations: readonly string[]; resumed: boolean },
): { groups: CompactionGroup[]; changed: string[] } {
  const byLocation = new Map(live.map((one) => [one.file.filePath, one]))
  const groups: CompactionGroup[] = []
  const changed: string[] = []
  let next = 0
  for (const { name, files: length, fingerprint: expected } of planned) {
    const wanted = locations.slice(next, next + length)
    next += length
    const files = wanted.flatMap((location) => byLocation.get(location) ?? [])
    if (resumed && files.length === 0) continue
    const [first] = files
    if (!first || files.length !== length || fingerprint(files) !== expected) {
      const gone = length - files.length
      const why = gone > 0 ? `${gone} of its files are gone` : 'other deletes apply to its files by now'
      changed.push(`${name}: ${why}`)
      continue
    }
    groups.push({
      specId: first.file.specId,
      partition: first.file.partition,
      name,
      files,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      rows: files.reduce((sum, { file }) => sum + file.recordCount, 0n),
    })
  }
  if (groups.length === 0 && changed.length > 0 && !resumed) {
    throw new AppError(
      'conflict',
      `No group of ${formatIdentifier(table.identifier)} is as it was planned (${changed.slice(0, 5).join('; ')}). Nothing was changed. Plan again.`,
    )
  }
  return { groups, changed }
}
