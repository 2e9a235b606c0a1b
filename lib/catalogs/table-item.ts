import type { TableItem } from '#lib/api/catalog-schemas.ts'
import type { Prisma } from '#lib/db.ts'
import { TableHealthSchema } from '#lib/maintenance/evaluate-health.ts'
import { formatNamespace } from './table-reference.ts'

export type TableRow = Prisma.IcebergTableGetPayload<{
  include: { namespace: { include: { catalog: { select: { name: true } } } } }
}>

/** Bytes per data file, 0 for an empty table. */
export const averageBytes = (bytes: number, files: number): number =>
  files === 0 ? 0 : Math.round(bytes / files)

/** The public fields of a table's row. */
export function tableItem(row: TableRow) {
  const [dataFiles, bytes] = [Number(row.dataFiles), Number(row.bytes)]
  return {
    id: row.id,
    catalog: row.namespace.catalog.name,
    namespace: formatNamespace(row.namespace.levels),
    name: row.name,
    tableUuid: row.tableUuid,
    location: row.location,
    formatVersion: row.formatVersion,
    currentSnapshotId: row.currentSnapshotId?.toString() ?? null,
    records: Number(row.records),
    dataFiles,
    bytes,
    averageFileBytes: averageBytes(bytes, dataFiles),
    partitions: row.partitions,
    health: TableHealthSchema.safeParse(row.health).data ?? null,
    lastCommitAt: row.lastCommitAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    problem: null,
  } satisfies TableItem
}
