import { filterSql } from '#lib/engine/scan/filter-sql.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { bind } from '#lib/iceberg/scan/bind.ts'
import { alwaysTrue, type Expression, or } from '#lib/iceberg/scan/expression.ts'
import type { FileScanTask } from '#lib/iceberg/scan/plan-files.ts'
import { currentSchema, defaultSpec, type TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { sqlIdentifier } from '#lib/mappings/sql-text.ts'
import type { PartitionFiles } from '../partition-files.ts'
import { partitionFilter } from './partition-filter.ts'

/** Partitions that one canary looks at: enough to even out, few enough to be quick. */
const mostPartitions = 4
/** The column is read from at most this much data; beyond it rows are only counted, from the files' footers. */
export const mostBytes = 64_000_000
/** Opening files is most of what a query over small ones costs; beyond this many the canary would be a burden itself. */
export const mostFiles = 2_000

/** Files of a remote store are copied to local disk to be read at all. */
export const mostCountedBytes = 256_000_000

/** Bytes of the data files. */
export const bytesOfTasks = (tasks: readonly FileScanTask[]): number =>
  tasks.reduce((sum, { file }) => sum + Number(file.fileSizeInBytes), 0)

const bytesOf = ({ files }: PartitionFiles): number => files.reduce((sum, { bytes }) => sum + bytes, 0)

/**
 * The partitions a canary asks: those that were rewritten, in their order, else the largest; as many as fit its bounds,
 * and one at least.
 */
export function choosePartitions(
  partitions: readonly PartitionFiles[],
  rewritten: readonly string[] = [],
): PartitionFiles[] {
  const known = new Map(partitions.map((one) => [one.key, one]))
  const changed = rewritten.flatMap((key) => known.get(key) ?? [])
  const ordered =
    changed.length > 0 ? changed : [...partitions].sort((one, other) => bytesOf(other) - bytesOf(one))
  const chosen: PartitionFiles[] = []
  let [files, bytes] = [0, 0]
  for (const one of ordered) {
    if (chosen.length === mostPartitions) break
    if (files + one.files.length > mostFiles || bytes + bytesOf(one) > mostBytes) continue
    chosen.push(one)
    files += one.files.length
    bytes += bytesOf(one)
  }
  if (chosen.length > 0) return chosen
  const [least] = [...ordered].sort((one, other) => bytesOf(one) - bytesOf(other))
  return least ? [least] : []
}

/** The rows of some partitions as a filter, with their names; no names where it is about the whole table. */
export function canaryFilter(
  metadata: TableMetadata,
  partitions: readonly PartitionFiles[],
): { filter: Expression; names: string[] } {
  const filters = partitions.map((one) => partitionFilter(metadata, one))
  if (filters.some(({ op }) => op === 'true')) return { filter: alwaysTrue, names: [] }
  const [only] = filters.length === 1 ? filters : []
  return { filter: only ?? or(...filters), names: partitions.map(({ name }) => name) }
}

/** The column whose values are read: the first that the table is sorted by, else is partitioned by, else its first plain one. */
function columnToRead(metadata: TableMetadata): string | null {
  const { fields } = currentSchema(metadata)
  const order = metadata.sortOrders.find(({ orderId }) => orderId === metadata.defaultSortOrderId)
  const wished = [...(order?.fields ?? []), ...defaultSpec(metadata).fields].map(({ sourceId }) => sourceId)
  const plain = fields.filter(({ type }) => typeof type === 'string')
  const found = wished.flatMap((id) => plain.find((field) => field.id === id) ?? []).at(0) ?? plain[0]
  return found?.name ?? null
}

/** Why a canary over these files would be a burden itself; null: it would not. */
export function whyTooMuch(tasks: readonly FileScanTask[]): string | null {
  const bytes = bytesOfTasks(tasks)
  if (tasks.length <= mostFiles && bytes <= mostCountedBytes) return null
  return `The least that could be asked has ${tasks.length} files of ${bytes} bytes; a canary reads at most ${mostFiles} of ${mostCountedBytes}.`
}

/** The statement over the relation that has the table's name. */
export function canarySql(
  { identifier, metadata }: Table,
  filter: Expression,
  tasks: readonly FileScanTask[],
): string {
  const column = bytesOfTasks(tasks) <= mostBytes ? columnToRead(metadata) : null
  const schema = currentSchema(metadata)
  const where = filter.op === 'true' ? '' : ` WHERE ${filterSql(bind(filter, schema), schema)}`
  const checksum = column === null ? '' : `, sum(hash(${sqlIdentifier(column)}))::VARCHAR AS checksum`
  return `SELECT count(*)::VARCHAR AS rows${checksum} FROM ${sqlIdentifier(identifier.name)}${where}`
}
