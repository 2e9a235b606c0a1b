import type { HealthPoint, PartitionHealthItem, TableHealthAnswer } from '#lib/api/maintenance-health.ts'
import type { Database } from '#lib/db.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { type PartitionHealth, worstFirst } from '../evaluate-health.ts'
import { loadTablePolicy } from '../policy/load-policy.ts'
import { measureHealth } from '../why/look-at-table.ts'

const partitionItem = (one: PartitionHealth): PartitionHealthItem => ({
  partition: one.path,
  specId: one.specId,
  score: one.score,
  files: one.files,
  neededFiles: one.neededFiles,
  smallFiles: one.smallFiles,
  bytes: one.bytes,
  rows: one.rows,
  deleteFiles: one.positionDeleteFiles + one.equalityDeleteFiles,
  positionDeletedRows: one.positionDeletedRows,
  equalityDeletedRows: one.equalityDeletedRows,
  points: one.points,
})

/** A table's health as of now, with its worst partitions. */
export async function tableHealth(
  db: Database,
  table: Table & { id: string },
  options: { partitions: number },
): Promise<TableHealthAnswer> {
  const { health, partitions } = await measureHealth(db, table, await loadTablePolicy(db, table))
  return { health, partitions: worstFirst(partitions).slice(0, options.partitions).map(partitionItem) }
}

const mostPoints = 1_000

/** What evaluations since a moment found, oldest first; the newest 1,000. */
export async function healthHistory(db: Database, tableId: string, since: Date): Promise<HealthPoint[]> {
  const rows = await db.tableEvaluation.findMany({
    where: { tableId, at: { gte: since } },
    orderBy: { at: 'desc' },
    take: mostPoints,
  })
  return rows.toReversed().map((row) => ({
    at: row.at.toISOString(),
    score: row.score,
    parts: row.parts as HealthPoint['parts'],
    files: row.files,
    bytes: Number(row.bytes),
    snapshotId: row.snapshotId?.toString() ?? null,
  }))
}
