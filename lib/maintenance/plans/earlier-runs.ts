import { z } from 'zod'
import type { Database } from '#lib/db.ts'
import type { EarlierRun } from './estimate-run.ts'
import { type PlanAction, PlanSummarySchema } from './plan-types.ts'

/** The newest runs say most: machines, stores and tables change. */
const lookedAt = 10

const AfterSchema = z.looseObject({ durationMs: z.number().positive() })
const MergedSchema = z.looseObject({
  removedFiles: z.number(),
  bytesRead: z.number().positive(),
  bytesWritten: z.number(),
})

/** The newest runs of an action that ended well, with what they had to do: those of a table, and those of all. */
export async function earlierRuns(
  db: Database,
  action: PlanAction,
  tableId: string,
): Promise<{ table: EarlierRun[]; all: EarlierRun[] }> {
  const [table, all] = await Promise.all([newest(db, action, tableId), newest(db, action)])
  return { table, all }
}

async function newest(db: Database, action: PlanAction, tableId?: string): Promise<EarlierRun[]> {
  const runs = await db.run.findMany({
    where: { kind: action, state: 'succeeded', ...(tableId === undefined ? {} : { tableId }) },
    orderBy: { createdAt: 'desc' },
    take: lookedAt,
    select: { id: true, after: true, details: true },
  })
  const plans =
    action === 'compaction'
      ? []
      : await db.maintenancePlan.findMany({
          where: { runId: { in: runs.map(({ id }) => id) } },
          select: { runId: true, summary: true },
        })
  const summaries = new Map(plans.map(({ runId, summary }) => [runId, summary]))
  return runs.flatMap(({ id, after, details }): EarlierRun[] => {
    const measured = AfterSchema.safeParse(after).data
    if (!measured) return []
    const { durationMs } = measured
    const merged = MergedSchema.safeParse(details).data
    if (action === 'compaction') {
      if (!merged) return []
      const work = { files: merged.removedFiles, bytes: merged.bytesRead, snapshots: 0 }
      return [{ work, durationMs, bytesWritten: merged.bytesWritten }]
    }
    const summary = PlanSummarySchema.safeParse(summaries.get(id)).data
    if (!summary) return []
    const { files, bytes, snapshotsRemoved } = summary
    return [{ work: { files, bytes, snapshots: snapshotsRemoved }, durationMs }]
  })
}
