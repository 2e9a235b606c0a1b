import type { Database, Transaction } from '#lib/db.ts'
import type { Engine } from '#lib/engine/engine.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import type { ProgressReporter } from '#lib/runs/report-progress.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import type { CanaryPair } from '../canary/canary-types.ts'
import type { MaintenancePolicy } from '../maintenance-policy.ts'
import type { RunEnd } from '../run-shell.ts'
import type { RunWork } from './estimate-run.ts'
import type { ItemKind, PlanAction, PlanSummary } from './plan-types.ts'

export interface PlannerContext {
  db: Database
  io: FileIO
  catalog: BuiltInCatalog
  signal: AbortSignal
}

export interface PlanItem {
  kind: ItemKind
  location: string
  bytes: bigint
}

/** A plan in the making: `items` has to be read to its end before `summary` says everything. */
export interface PlanDraft {
  /** Plain JSON, 64-bit integers as bigint: what apply and restore need beside the items. */
  input: Record<string, unknown>
  /** What the time of applying depends on, where it is not simply the items and the snapshots that go. */
  work?: RunWork
  summary: Partial<PlanSummary>
  items: AsyncIterable<readonly PlanItem[]>
}

/** A stored plan as applying needs it. */
export interface StoredPlan {
  id: string
  action: PlanAction
  tableId: string
  policy: MaintenancePolicy
  metadataLocation: string
  plannedAt: Date
  input: unknown
  summary: PlanSummary
}

/** What applying gets from the process it runs in. */
export interface ApplyTools {
  /** Started when it is first asked for; its tasks count as the run's. */
  engine(): Engine
  /** Groups of files rewritten at the same time. */
  lanes: number
  /** Local folder of this run's own. */
  workDirectory: string
  /** Finish what is begun, begin nothing new. */
  stopping: AbortSignal
}

export interface ApplyContext extends PlannerContext, ApplyTools {
  runId: string
  plan: StoredPlan
  /** Reads the plan's items in batches. */
  items: () => AsyncIterable<readonly PlanItem[]>
  /**
   * To be called in the transaction that makes the plan true: puts its items into quarantine (unless they stay part of
   * the table) and notes the plan as applied.
   */
  settle: (tx: Transaction, options?: { quarantine?: boolean }) => Promise<void>
  report: ProgressReporter
}

/** What became of an applied plan: how its run ends. */
export interface Applied extends RunEnd {
  before?: object
  /** The table's metadata files with this change alone in between; none where readers see the same metadata as before. */
  changed?: CanaryPair
}

/** One kind of maintenance: how it is planned and how a plan is applied. */
export interface Planner {
  action: PlanAction
  /**
   * Works out what to do to a table as it is.
   * @throws AppError `conflict` with a reason when nothing may be done to this table
   */
  plan(
    context: PlannerContext,
    table: Table & { id: string },
    policy: MaintenancePolicy,
    options: { byHand: boolean },
  ): Promise<PlanDraft>
  /** @throws AppError `conflict` (not retryable) when the plan no longer holds; then nothing was changed */
  apply(context: ApplyContext): Promise<Applied>
}
