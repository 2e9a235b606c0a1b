import type { Actor } from '#lib/auth/actor.ts'
import type { Database, Prisma } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { encodeJson } from '#lib/http/json.ts'

/** Enough to see how a table is read today; not a history. */
const keptPerTable = 100

/** The names of thousands of projected columns fit. */
const maxReportBytes = 256_000

export interface NewMetricsReport {
  tableId: string
  kind: 'scan' | 'commit'
  snapshotId: bigint
  report: Record<string, unknown>
  actor: Pick<Actor, 'id' | 'name'>
}

/**
 * Keeps a report, and forgets the table's oldest beyond the newest hundred.
 * @throws AppError `too-large`
 */
export async function recordMetricsReport(db: Database, report: NewMetricsReport): Promise<void> {
  const { tableId, kind, snapshotId, actor } = report
  const text = encodeJson(report.report)
  if (text.length > maxReportBytes) {
    throw new AppError(
      'too-large',
      `The metrics report has ${text.length} characters, expected at most ${maxReportBytes}. Report fewer columns.`,
    )
  }
  await db.metricsReport.create({
    data: {
      tableId,
      kind,
      snapshotId,
      report: JSON.parse(text) as Prisma.InputJsonObject,
      actorId: actor.id,
      actorName: actor.name,
    },
  })
  await db.$executeRaw`
    DELETE FROM "MetricsReport" WHERE id IN (
      SELECT id FROM "MetricsReport" WHERE "tableId" = ${tableId}::uuid
      ORDER BY at DESC, id DESC OFFSET ${keptPerTable})`
}
