import type { PlanView } from '#lib/api/maintenance.ts'
import type { Database, Prisma } from '#lib/db.ts'
import { parseProblem } from '#lib/runs/problem-of.ts'
import { runInclude, runResult, tableLink } from '#lib/runs/run-item.ts'
import { MaintenancePolicySchema } from '../maintenance-policy.ts'
import { type PlanAction, type PlanState, PlanSummarySchema } from './plan-types.ts'

/** What a plan's public form is made of. */
export const planInclude = { table: runInclude.table } as const satisfies Prisma.MaintenancePlanInclude

export type PlanRow = Prisma.MaintenancePlanGetPayload<{ include: typeof planInclude }>

const text = (date: Date | null): string | null => date?.toISOString() ?? null

const measured = { id: true, state: true, before: true, after: true, cpu: true, canary: true } as const

/** Plans as the API shows them, with what their runs measured. */
export async function planViews(db: Database, rows: readonly PlanRow[]): Promise<PlanView[]> {
  const ids = rows.flatMap(({ runId }) => runId ?? [])
  const runs = await db.run.findMany({ where: { id: { in: ids } }, select: measured })
  const results = new Map(runs.map((run) => [run.id, runResult(run)]))
  return rows.map((row) => planView(row, results.get(row.runId ?? '') ?? null))
}

/** A plan as the API shows it. */
export async function loadPlanView(db: Database, row: PlanRow): Promise<PlanView> {
  const run = row.runId && (await db.run.findUnique({ where: { id: row.runId }, select: measured }))
  return planView(row, run ? runResult(run) : null)
}

const planView = (row: PlanRow, run: PlanView['run']): PlanView => ({
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
  run,
  createdAt: row.createdAt.toISOString(),
  plannedAt: text(row.plannedAt),
  appliedAt: text(row.appliedAt),
})
