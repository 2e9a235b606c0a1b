import type { PlanView } from '#lib/api/maintenance.ts'
import type { Prisma } from '#lib/db.ts'
import { parseProblem } from '#lib/runs/problem-of.ts'
import { runInclude, tableLink } from '#lib/runs/run-item.ts'
import { MaintenancePolicySchema } from '../maintenance-policy.ts'
import { type PlanAction, type PlanState, PlanSummarySchema } from './plan-types.ts'

/** What a plan's public form is made of. */
export const planInclude = { table: runInclude.table } as const satisfies Prisma.MaintenancePlanInclude

export type PlanRow = Prisma.MaintenancePlanGetPayload<{ include: typeof planInclude }>

const text = (date: Date | null): string | null => date?.toISOString() ?? null

/** A plan as the API shows it. */
export const planView = (row: PlanRow): PlanView => ({
  id: row.id,
  action: row.action as PlanAction,
  table: tableLink(row.table),
  state: row.state as PlanState,
  trigger: row.trigger,
  requestedBy: row.requestedBy,
  autoApply: row.autoApply,
  policy: MaintenancePolicySchema.parse(row.policy),
  snapshotId: row.snapshotId?.toString() ?? null,
  hash: row.hash,
  summary: PlanSummarySchema.parse(row.summary),
  problem: parseProblem(row.problem),
  decidedBy: row.decidedBy,
  decidedAt: text(row.decidedAt),
  runId: row.runId,
  createdAt: row.createdAt.toISOString(),
  plannedAt: text(row.plannedAt),
  appliedAt: text(row.appliedAt),
})
