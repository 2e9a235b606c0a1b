import type { Database, Transaction } from '#lib/db.ts'
import type { RunKind, RunProgress } from './run-types.ts'

export interface NewRun {
  kind: RunKind
  title: string
  /** What started it: `manual`, `commit`, `schedule`, `files`. */
  trigger: string
  /** The user's name or `firn`. */
  requestedBy: string
  requestId?: string
  tableId?: string
  sourceId?: string
  pipelineId?: string
  progress?: RunProgress
  before?: object
  details?: object
}

/** Records a run as queued and returns its id. */
export async function createRun(db: Database | Transaction, run: NewRun): Promise<string> {
  const row = await db.run.create({ data: { ...run }, select: { id: true } })
  return row.id
}
