import type { Database } from '#lib/db.ts'
import { AppError, isAppError } from '#lib/errors.ts'
import type { BuiltInTable } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { readMetadataFile } from '#lib/iceberg/catalog/metadata-file.ts'
import { stringifyJson } from '#lib/iceberg/spec/json.ts'
import type { sendJob } from '#lib/jobs/queue.ts'
import { problemOf } from '#lib/runs/problem-of.ts'
import { MaintenancePolicySchema } from '../maintenance-policy.ts'
import { earlierRuns } from './earlier-runs.ts'
import { estimateRun } from './estimate-run.ts'
import { storeItems } from './plan-items.ts'
import { openPlanStates, type PlanAction, PlanSummarySchema } from './plan-types.ts'
import type { PlannerContext } from './planner.ts'
import { planners } from './planners.ts'
import { requestApply } from './request-apply.ts'

/** A table whether it is dropped or not. */
async function loadAnyTable({ db, io }: PlannerContext, tableId: string): Promise<BuiltInTable> {
  const row = await db.icebergTable.findUniqueOrThrow({
    where: { id: tableId },
    include: { namespace: { select: { levels: true } } },
  })
  const { id, metadataLocation, droppedName, droppedFrom } = row
  const identifier =
    droppedName === null
      ? { namespace: row.namespace.levels, name: row.name }
      : { namespace: droppedFrom, name: droppedName }
  return { id, identifier, metadataLocation, metadata: await readMetadataFile(io, metadataLocation), io }
}

/** Whether a plan would change anything. */
const isEmpty = ({
  files,
  snapshotsRemoved,
  refsRemoved,
  tagsAdded,
}: {
  files: number
  snapshotsRemoved: number
  refsRemoved: object[]
  tagsAdded: object[]
}) => files + snapshotsRemoved + refsRemoved.length + tagsAdded.length === 0

/**
 * Makes a plan that was asked for: works out what will happen and stores it. Nothing of the table is changed. Earlier
 * plans of the same action that still wait are superseded.
 */
export async function makePlan(
  context: PlannerContext & { sendJob: typeof sendJob },
  planId: string,
): Promise<void> {
  const { db } = context
  const row = await db.maintenancePlan.findUnique({ where: { id: planId } })
  if (row?.state !== 'planning') return
  const action = row.action as PlanAction
  const policy = MaintenancePolicySchema.parse(row.policy)
  try {
    const table = await loadAnyTable(context, row.tableId)
    const draft = await planners[action].plan(context, table, policy, { byHand: row.trigger === 'manual' })
    const { metadataLocation, metadata } = table
    const input = stringifyJson(draft.input)
    const bindTo = [action, row.tableId, metadata.tableUuid, input].join('\n')
    const { hash, ...counted } = await storeItems(db, { id: planId, bindTo }, draft.items)
    const { files, bytes } = counted
    const work = draft.work ?? { files, bytes, snapshots: draft.summary.snapshotsRemoved ?? 0 }
    const estimate = estimateRun(action, work, await earlierRuns(db, action, row.tableId))
    const summary = PlanSummarySchema.parse({ ...draft.summary, ...counted, estimate })
    const empty = action === 'purge-dropped-table' ? false : isEmpty(summary)
    const state = empty ? 'nothing-to-do' : policy.requiresApproval ? 'awaiting-approval' : 'draft'
    await db.$transaction(async (tx) => {
      await tx.maintenancePlan.updateMany({
        where: { action, tableId: row.tableId, id: { not: planId }, state: { in: [...openPlanStates] } },
        data: { state: 'superseded' },
      })
      await tx.maintenancePlan.updateMany({
        where: { id: planId, state: 'planning' },
        data: {
          state,
          hash,
          input,
          summary,
          metadataLocation,
          snapshotId: metadata.currentSnapshotId ?? null,
          plannedAt: new Date(),
        },
      })
    })
    if (row.autoApply && state === 'draft') await applyNow(context, { planId, hash })
  } catch (error) {
    if (context.signal.aborted) throw error
    await failPlan(db, planId, error)
  }
}

async function applyNow(
  { db, sendJob: send }: PlannerContext & { sendJob: typeof sendJob },
  plan: { planId: string; hash: string },
): Promise<void> {
  await requestApply(db, { ...plan, requestedBy: 'firn' }, send)
}

/** A plan that could not be made: for a reason that lies in the table it says there is nothing to do, and why. */
async function failPlan(db: Database, planId: string, error: unknown): Promise<void> {
  const refused = isAppError(error, 'conflict')
  const problem = problemOf(error)
  await db.maintenancePlan.updateMany({
    where: { id: planId, state: 'planning' },
    data: {
      state: refused ? 'nothing-to-do' : 'failed',
      plannedAt: new Date(),
      ...(refused
        ? { summary: PlanSummarySchema.parse({ reason: problem.message }) }
        : { problem: JSON.parse(JSON.stringify(problem)) }),
    },
  })
  if (!(error instanceof AppError)) throw error
}
