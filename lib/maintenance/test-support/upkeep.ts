import { randomUUID } from 'node:crypto'
import { utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Database } from '#lib/db.ts'
import type { Engine } from '#lib/engine/engine.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { allReferences } from '#lib/iceberg/scan/reference-walk.ts'
import type { sendJob as sendToQueue } from '#lib/jobs/queue.ts'
import { logger } from '#lib/log.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { parseLocation } from '#lib/storage/location.ts'
import { applyPlan } from '../plans/apply-plan.ts'
import { createPlan, policyWith } from '../plans/create-plan.ts'
import { makePlan } from '../plans/make-plan.ts'
import type { PlanAction, PlanOptions } from '../plans/plan-types.ts'
import { requestApply } from '../plans/request-apply.ts'
import { loadTablePolicy } from '../policy/load-policy.ts'
import { plannerPolicy } from '../policy/planner-policy.ts'
import type { PolicyOverrides } from '../policy/policy-fields.ts'
import { savePolicy } from '../policy/save-policy.ts'
import { type PurgeSelection, purgeQuarantine } from '../quarantine/purge-quarantine.ts'
import { requestPurge } from '../quarantine/request-purge.ts'

/** What maintenance works on; a test may put a store or catalog of its own in between. */
export interface UpkeepTarget {
  db: Database
  io: FileIO
  catalog: BuiltInCatalog
  /** Without one nothing is compacted and no canary asks. */
  engine?: Engine
  /** Without one, jobs go nowhere. */
  sendJob?: typeof sendToQueue
}

/** Every snapshot but each branch's newest. */
export const everything: PlanOptions = { maxSnapshotAgeMs: 0, minSnapshotsToKeep: 1 }
/** Orphans of any age. */
export const anyAge: PlanOptions = { minAgeMs: 0, override: true }

const sendJob: typeof sendToQueue = async () => randomUUID()

const context = (target: UpkeepTarget) => ({
  ...target,
  engine: () => {
    if (target.engine) return target.engine
    throw new Error('This target has no engine.')
  },
  sendJob: target.sendJob ?? sendJob,
  lanes: 1,
  workDirectory: path.join(tmpdir(), `firn-upkeep-${randomUUID()}`),
  log: logger(),
  worker: 'maintain-test',
  jobId: randomUUID(),
  signal: new AbortController().signal,
  stopping: new AbortController().signal,
})

/** Does by hand what workers do: plans, applies and purges, one after the other. */
export const upkeep = (target: UpkeepTarget) => {
  const { db } = target
  const planOf = (id: string) => db.maintenancePlan.findUniqueOrThrow({ where: { id } })
  return {
    planOf,
    runOf: (id: string) => db.run.findUniqueOrThrow({ where: { id } }),

    /** What a table's own policy says. */
    async say(tableId: string, overrides: PolicyOverrides) {
      const row = await db.icebergTable.findUniqueOrThrow({
        where: { id: tableId },
        include: { namespace: { include: { catalog: true } } },
      })
      const { id: namespaceId, levels, catalogId, catalog } = row.namespace
      await savePolicy(
        db,
        {
          catalogId,
          catalog: catalog.name,
          levels,
          table: row.name,
          namespaceId,
          tableId,
          securableId: tableId,
          place: { kind: 'table' },
          properties: {},
          schema: null,
        },
        { preset: null, overrides, by: 'test' },
      )
    },

    async plan(tableId: string, action: PlanAction, options: PlanOptions = {}, requestedBy = 'test') {
      const table = await db.icebergTable.findUniqueOrThrow({ where: { id: tableId } })
      const properties = table.droppedAt
        ? {}
        : (await target.catalog.loadTableById(tableId)).metadata.properties
      const policy = policyWith(
        plannerPolicy(await loadTablePolicy(db, { id: tableId, metadata: { properties } }), action),
        options,
      )
      const { planId } = await createPlan(
        db,
        { action, tableId, policy, trigger: 'manual', requestedBy, requestedById: requestedBy },
        sendJob,
      )
      return this.make(planId)
    },

    /** Works off the job of a requested plan. */
    async make(planId: string) {
      await makePlan(context(target), planId)
      return planOf(planId)
    },

    async request(plan: { id: string; hash: string | null }) {
      const { runId } = await requestApply(
        db,
        { planId: plan.id, hash: plan.hash ?? '', requestedBy: 'test' },
        sendJob,
      )
      return runId
    },

    /** Works off the job of a requested apply, as often as it is called. */
    work: (runId: string, planId: string, through: Partial<UpkeepTarget> = {}) =>
      applyPlan(context({ ...target, ...through }), { runId, planId }),

    async apply(plan: { id: string; hash: string | null }, through: Partial<UpkeepTarget> = {}) {
      const runId = await this.request(plan)
      await this.work(runId, plan.id, through)
      return this.runOf(runId)
    },

    async purge(selection: PurgeSelection, through: Partial<UpkeepTarget> = {}) {
      const { runId } = await requestPurge(
        db,
        { selection, trigger: 'manual', requestedBy: 'test', title: 'test' },
        sendJob,
      )
      await purgeQuarantine(context({ ...target, ...through }), runId)
      return this.runOf(runId)
    },

    ledger: (runId: string) =>
      db.quarantinedFile.findMany({ where: { runId }, orderBy: { location: 'asc' } }),

    /** Locations of everything a table refers to, all of its snapshots included. */
    async references(tableId: string): Promise<string[]> {
      const found: string[] = []
      for await (const { files } of allReferences(await target.catalog.loadTableById(tableId))) {
        found.push(...files.map(({ location }) => location))
      }
      return found
    },

    /** Those of some locations that are not in the store. */
    async missing(locations: readonly string[]): Promise<string[]> {
      const gone: string[] = []
      for (const location of locations) if (!(await target.io.stat(location))) gone.push(location)
      return gone
    },
  }
}

/** Makes a local file look as old as this. */
export async function makeOld(location: string, ageMs: number): Promise<void> {
  const parsed = parseLocation(location)
  if (parsed.scheme !== 'file') throw new Error(`Not a local file: ${location}`)
  const at = new Date(Date.now() - ageMs)
  await utimes(parsed.path, at, at)
}
