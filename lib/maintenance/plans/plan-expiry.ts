import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import {
  type ExpiredSnapshots,
  expireSnapshots,
  filesOnlyIn,
  metadataBeyondLog,
} from '#lib/iceberg/actions/expire-snapshots.ts'
import { formatIdentifier, type Table } from '#lib/iceberg/catalog/catalog.ts'
import { commitChange } from '#lib/iceberg/commit/commit-change.ts'
import { LocationSet } from '#lib/iceberg/scan/location-set.ts'
import { namedByMetadata, type ReferencedFile, ReferenceWalk } from '#lib/iceberg/scan/reference-walk.ts'
import { Int64Json } from '#lib/iceberg/spec/json.ts'
import type { Snapshot } from '#lib/iceberg/spec/snapshot.ts'
import {
  ReferenceJson,
  referenceToJson,
  SnapshotJson,
  snapshotToJson,
} from '#lib/iceberg/spec/snapshot-json.ts'
import {
  PartitionStatisticsFileJson,
  partitionStatisticsFileToJson,
  StatisticsFileJson,
  statisticsFileToJson,
} from '#lib/iceberg/spec/statistics-json.ts'
import type { TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { liveReferences } from '../references/live-references.ts'
import { folderTest, tableFolders } from '../references/table-folders.ts'
import { lockTable } from './lock-table.ts'
import { assertMayDelete } from './may-delete.ts'
import { withoutForeign } from './not-ours.ts'
import type { PlanSummary } from './plan-types.ts'
import type { ApplyContext, PlanItem, Planner } from './planner.ts'
import { selectForExpiry } from './select-for-expiry.ts'
import { sized } from './sized.ts'

const LogEntryJson = z
  .object({ 'snapshot-id': Int64Json, 'timestamp-ms': z.int() })
  .transform((json) => ({ snapshotId: json['snapshot-id'], timestampMs: json['timestamp-ms'] }))

/** What an expiry takes out of the metadata, as restoring needs it. */
export const ExpiryInputJson = z.object({
  snapshots: z.array(SnapshotJson),
  refs: z.array(z.object({ name: z.string(), reference: ReferenceJson })),
  statistics: z.array(StatisticsFileJson),
  partitionStatistics: z.array(PartitionStatisticsFileJson),
  snapshotLog: z.array(LogEntryJson),
})
export type ExpiryInput = z.output<typeof ExpiryInputJson>

function inputOf(metadata: TableMetadata, { snapshots, refs }: ExpiredSnapshots): Record<string, unknown> {
  const removed = new Set(snapshots.map(({ snapshotId }) => snapshotId))
  const isRemoved = ({ snapshotId }: { snapshotId: bigint }) => removed.has(snapshotId)
  const lastHole = metadata.snapshotLog.findLastIndex(isRemoved)
  return {
    snapshots: snapshots.map((snapshot) => snapshotToJson(snapshot, metadata.formatVersion)),
    refs: refs.map(({ name, reference }) => ({ name, reference: referenceToJson(reference) })),
    statistics: metadata.statistics.filter(isRemoved).map(statisticsFileToJson),
    partitionStatistics: metadata.partitionStatistics.filter(isRemoved).map(partitionStatisticsFileToJson),
    snapshotLog: metadata.snapshotLog
      .slice(0, lastHole + 1)
      .map(({ snapshotId, timestampMs }) => ({ 'snapshot-id': snapshotId, 'timestamp-ms': timestampMs })),
  }
}

const shown = (snapshot: Snapshot | undefined) =>
  snapshot
    ? {
        snapshotId: snapshot.snapshotId.toString(),
        committedAt: new Date(snapshot.timestampMs).toISOString(),
      }
    : null

const byTime = (snapshots: readonly Snapshot[]): Snapshot[] =>
  [...snapshots].sort((one, other) => one.timestampMs - other.timestampMs)

/** Files that go with snapshots, and then metadata files that the table's log no longer names. */
async function* filesToGo(table: Table, removed: ReadonlySet<bigint>): AsyncGenerator<ReferencedFile[]> {
  if (removed.size > 0) yield* filesOnlyIn(table, removed)
  yield* metadataBeyondLog(table)
}

/**
 * Removes snapshots and references that have outlived their retention. Their files stay where they are, in quarantine, and
 * the commit and the quarantine are one transaction.
 */
export const expiryPlanner: Planner = {
  action: 'expire-snapshots',

  async plan({ db, io, signal }, table, policy, { byHand }) {
    assertMayDelete(table, policy)
    const { metadata } = table
    const expired = await selectForExpiry(db, table, policy, { now: Date.now(), byHand })
    const removed = new Set(expired.snapshots.map(({ snapshotId }) => snapshotId))
    const lost = byTime(expired.snapshots)
    const kept = byTime(metadata.snapshots.filter(({ snapshotId }) => !removed.has(snapshotId)))
    const summary: Partial<PlanSummary> = {
      snapshotsRemoved: lost.length,
      snapshotsKept: kept.length,
      refsRemoved: expired.refs.map(({ name, reference }) => ({ name, type: reference.type })),
      firstLost: shown(lost[0]),
      lastLost: shown(lost.at(-1)),
      oldestKept: shown(kept[0]),
    }
    const folders = tableFolders(metadata)
    const inUse = new LocationSet()
    for await (const { files } of liveReferences({ db, io }, { folders, except: table.id, signal })) {
      for (const { location } of files) inUse.add(location)
    }
    return {
      input: inputOf(metadata, expired),
      summary,
      items: withoutForeign(
        sized(io, filesToGo(table, removed)),
        { isOwn: folderTest(folders), inUse },
        summary,
      ),
    }
  },

  async apply(context) {
    const { catalog, plan, signal, settle } = context
    const input = ExpiryInputJson.parse(plan.input)
    const stillHolds = checkOf(context)
    const table = await catalog.loadTableById(plan.tableId)
    const before = {
      snapshots: table.metadata.snapshots.length,
      refs: Object.keys(table.metadata.refs).length,
    }
    let verified = ''
    const makeChange = async (current: Table) => {
      const change = expireSnapshots(current, input)
      await assertStillExpired({ ...current, id: plan.tableId }, context, input)
      await stillHolds(current)
      verified = current.metadataLocation
      return change
    }
    context.report({ phase: 'committing' })
    if (input.snapshots.length + input.refs.length === 0) {
      await makeChange(table)
      await context.db.$transaction(async (tx) => {
        await lockTable(tx, plan.tableId, verified)
        await settle(tx)
      })
      return { before, after: before }
    }
    const committed = await commitChange(catalog, table.identifier, makeChange, {
      maxAttempts: 50,
      signal,
      within: async (tx, { metadata }) => {
        // What was verified and what was changed have to be the same table, or a file that came into use would go.
        if (metadata.metadataLog.at(-1)?.metadataFile !== verified) {
          throw new AppError('conflict', 'Another commit was first.', { retryable: true })
        }
        await settle(tx)
      },
    })
    const { snapshots, refs } = committed.metadata
    return {
      before,
      after: { snapshots: snapshots.length, refs: Object.keys(refs).length },
      changed: { from: verified, to: committed.metadataLocation },
    }
  },
}

/** A rollback may have brought snapshots of the plan back under their retention. */
async function assertStillExpired(
  table: Table & { id: string },
  { db, plan }: ApplyContext,
  input: ExpiryInput,
): Promise<void> {
  const now = await selectForExpiry(db, table, plan.policy, { now: plan.plannedAt.getTime(), byHand: true })
  const expired = new Set(now.snapshots.map(({ snapshotId }) => snapshotId))
  const back = input.snapshots.find(({ snapshotId }) => !expired.has(snapshotId))
  if (!back) return
  throw new AppError(
    'conflict',
    `Snapshot ${back.snapshotId} of ${formatIdentifier(table.identifier)} has to be kept by now. Plan again.`,
  )
}

/**
 * Tells of a table as it is now whether the plan's files are still not in use. It walks over what is kept and goes on where
 * it was when the table has moved once more, so that a table that is written to all the time costs one walk.
 */
function checkOf({ plan, items }: ApplyContext): (table: Table) => Promise<void> {
  const planned = new LocationSet()
  const removed = new Set(ExpiryInputJson.parse(plan.input).snapshots.map(({ snapshotId }) => snapshotId))
  const walk = new ReferenceWalk()
  return async (table) => {
    // The plan was made of this very metadata.
    if (table.metadataLocation === plan.metadataLocation) return
    if (planned.size === 0) {
      for await (const batch of items()) for (const { location } of batch) planned.add(location)
    }
    const { metadata } = table
    const kept = metadata.snapshots.filter(({ snapshotId }) => !removed.has(snapshotId))
    const statistics = namedByMetadata({
      ...metadata,
      statistics: metadata.statistics.filter(({ snapshotId }) => !removed.has(snapshotId)),
      partitionStatistics: metadata.partitionStatistics.filter(({ snapshotId }) => !removed.has(snapshotId)),
    })
    const refuse = ({ location }: Pick<PlanItem, 'location'>) => {
      throw new AppError(
        'conflict',
        `The file ${location} of the plan is in use by ${formatIdentifier(table.identifier)} now. Plan again.`,
        { context: { location } },
      )
    }
    statistics.filter(({ location }) => planned.has(location)).forEach(refuse)
    for await (const { files } of walk.snapshots(table, kept)) {
      files.filter(({ location }) => planned.has(location)).forEach(refuse)
    }
  }
}
