import type { Database } from '#lib/db.ts'
import { selectExpired } from '#lib/iceberg/actions/expire-snapshots.ts'
import { currentManifests, manifestsToRewrite } from '#lib/iceberg/actions/rewrite-manifests.ts'
import type { BuiltInCatalog, BuiltInTable } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { undropDays } from '#lib/iceberg/catalog/built-in-tables.ts'
import { readMetadataFile } from '#lib/iceberg/catalog/metadata-file.ts'
import type { sendJob } from '#lib/jobs/queue.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import type { MaintenancePolicy } from './maintenance-policy.ts'
import { createPlan } from './plans/create-plan.ts'
import { openPlanStates, type PlanAction } from './plans/plan-types.ts'
import { restoredSnapshots, withoutRestored } from './plans/restored-snapshots.ts'
import { loadTablePolicy } from './policy/load-policy.ts'
import { plannerPolicy } from './policy/planner-policy.ts'
import { requestPurge } from './quarantine/request-purge.ts'

export interface SweepContext {
  db: Database
  io: FileIO
  catalog: BuiltInCatalog
  sendJob: typeof sendJob
  signal: AbortSignal
}

const day = 86_400_000

/** Fewer snapshots than this wait for the next day. */
const worthwhileSnapshots = 20

export interface Sweep {
  plans: { planId: string; tableId: string; action: PlanAction }[]
  /** A purge of what is due was queued. */
  purge: boolean
  /** Tables that could not be looked at. */
  problems: { tableId: string; error: unknown }[]
}

/**
 * Looks at every table whether something is due by its policy, and asks for plans that are applied by themselves: snapshots
 * past their retention (as soon as it is worthwhile, at least daily), orphans (weekly), manifests, dropped tables; then
 * for a purge of what has been in quarantine long enough.
 */
export async function sweepTables(context: SweepContext): Promise<Sweep> {
  const { db, sendJob: send, signal } = context
  const sweep: Sweep = { plans: [], purge: false, problems: [] }
  const rows = await db.icebergTable.findMany({
    where: { purgedAt: null },
    select: { id: true, droppedAt: true, purgeRequested: true, createdAt: true, metadataLocation: true },
    orderBy: { id: 'asc' },
  })
  for (const row of rows) {
    signal.throwIfAborted()
    try {
      const metadata = await readMetadataFile(context.io, row.metadataLocation)
      const effective = await loadTablePolicy(db, { id: row.id, metadata })
      const policy = plannerPolicy(effective, 'expire-snapshots')
      if (!policy.gcEnabled) continue
      for (const action of await dueActions(context, row, policy)) {
        const { planId, created } = await createPlan(
          db,
          {
            action,
            tableId: row.id,
            policy: plannerPolicy(effective, action),
            trigger: 'schedule',
            requestedBy: 'firn',
            autoApply: true,
          },
          send,
        )
        if (created) sweep.plans.push({ planId, tableId: row.id, action })
      }
    } catch (error) {
      sweep.problems.push({ tableId: row.id, error })
    }
  }
  sweep.purge = await purgeDue(context)
  return sweep
}

async function dueActions(
  { db, catalog }: SweepContext,
  row: { id: string; droppedAt: Date | null; purgeRequested: boolean; createdAt: Date },
  policy: MaintenancePolicy,
): Promise<PlanAction[]> {
  const now = Date.now()
  const last = async (action: PlanAction, waiting: readonly string[] = []) => {
    const plan = await db.maintenancePlan.findFirst({
      where: { action, tableId: row.id, ...(waiting.length > 0 ? { state: { in: [...waiting] } } : {}) },
      orderBy: { createdAt: 'desc' },
      select: { createdAt: true },
    })
    return plan?.createdAt.getTime() ?? null
  }
  /** A plan that waits for somebody's word is not made again under their eyes. */
  const waits = async (action: PlanAction) => (await last(action, openPlanStates)) !== null
  if (row.droppedAt) {
    const over = now - row.droppedAt.getTime() > undropDays * day
    const tried = await last('purge-dropped-table')
    const again = tried === null || now - tried > day
    return row.purgeRequested && over && again && !(await waits('purge-dropped-table'))
      ? ['purge-dropped-table']
      : []
  }
  const table: BuiltInTable = await catalog.loadTableById(row.id)
  const due: PlanAction[] = []
  if (policy.expiry.enabled && !(await waits('expire-snapshots'))) {
    const { snapshots, refs } = withoutRestored(
      selectExpired(table.metadata, policy.expiry, now),
      await restoredSnapshots(db, row.id),
    )
    const since = now - ((await last('expire-snapshots')) ?? row.createdAt.getTime())
    const some = snapshots.length + refs.length
    if (some >= worthwhileSnapshots || (some > 0 && since > day)) due.push('expire-snapshots')
  }
  if (policy.orphans.enabled && !(await waits('remove-orphan-files'))) {
    const since = now - ((await last('remove-orphan-files')) ?? row.createdAt.getTime())
    if (since > policy.orphans.everyMs) due.push('remove-orphan-files')
  }
  if (policy.manifests.enabled && !(await waits('rewrite-manifests'))) {
    const manifests = await currentManifests(table)
    const { replaced, expected } = manifestsToRewrite(manifests, policy.manifests.targetBytes)
    const worthwhile = manifests.length >= policy.manifests.minCount && expected * 2 <= replaced.length
    const since = now - ((await last('rewrite-manifests')) ?? 0)
    if (worthwhile && since > day) due.push('rewrite-manifests')
  }
  return due
}

async function purgeDue({ db, sendJob: send }: SweepContext): Promise<boolean> {
  const due = await db.quarantinedFile.count({
    where: { OR: [{ state: 'quarantined', purgeAfter: { lte: new Date() } }, { state: 'purging' }] },
  })
  if (due === 0) return false
  const { started } = await requestPurge(
    db,
    { selection: { due: true }, trigger: 'schedule', requestedBy: 'firn', title: 'quarantine' },
    send,
  )
  return started
}
