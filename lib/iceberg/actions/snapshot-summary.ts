import type { DataFile } from '../spec/data-file.ts'
import { partitionKey } from '../spec/partition-type.ts'
import type { Operation, Snapshot } from '../spec/snapshot.ts'
import { specById, type TableMetadata } from '../spec/table-metadata.ts'

/** Counts of one side (added or removed) of a commit. */
interface Counts {
  dataFiles: number
  records: bigint
  bytes: bigint
  deleteFiles: number
  positionDeleteFiles: number
  positionDeletes: bigint
  equalityDeleteFiles: number
  equalityDeletes: bigint
}

const noCounts = (): Counts => ({
  dataFiles: 0,
  records: 0n,
  bytes: 0n,
  deleteFiles: 0,
  positionDeleteFiles: 0,
  positionDeletes: 0n,
  equalityDeleteFiles: 0,
  equalityDeletes: 0n,
})

function count(counts: Counts, file: DataFile): void {
  counts.bytes += file.fileSizeInBytes
  if (file.content === 'data') {
    counts.dataFiles += 1
    counts.records += file.recordCount
    return
  }
  counts.deleteFiles += 1
  if (file.content === 'position-deletes') {
    counts.positionDeleteFiles += 1
    counts.positionDeletes += file.recordCount
  } else {
    counts.equalityDeleteFiles += 1
    counts.equalityDeletes += file.recordCount
  }
}

export interface SummaryInput {
  operation: Operation
  added: readonly DataFile[]
  removed: readonly DataFile[]
  /** Keys of the caller's own; they do not override the standard ones. */
  properties: Record<string, string>
}

/**
 * A snapshot's summary with the optional standard keys (spec, appendix F): what the commit added and removed, and the
 * totals after it, carried on from the parent's. A total is left out when the parent's summary does not have it.
 */
export function snapshotSummary(
  metadata: TableMetadata,
  parent: Snapshot | undefined,
  input: SummaryInput,
): Record<string, string> {
  const added = noCounts()
  const removed = noCounts()
  const partitions = new Set<string>()
  for (const [files, counts] of [
    [input.added, added],
    [input.removed, removed],
  ] as const) {
    for (const file of files) {
      count(counts, file)
      partitions.add(partitionKey(specById(metadata, file.specId), file.partition))
    }
  }
  const summary: Record<string, string> = { operation: input.operation }
  const put = (key: string, value: number | bigint): void => {
    if (value > 0) summary[key] = value.toString()
  }
  put('added-data-files', added.dataFiles)
  put('deleted-data-files', removed.dataFiles)
  put('added-delete-files', added.deleteFiles)
  put('removed-delete-files', removed.deleteFiles)
  put('added-position-delete-files', added.positionDeleteFiles)
  put('removed-position-delete-files', removed.positionDeleteFiles)
  put('added-equality-delete-files', added.equalityDeleteFiles)
  put('removed-equality-delete-files', removed.equalityDeleteFiles)
  put('added-records', added.records)
  put('deleted-records', removed.records)
  put('added-files-size', added.bytes)
  put('removed-files-size', removed.bytes)
  put('added-position-deletes', added.positionDeletes)
  put('removed-position-deletes', removed.positionDeletes)
  put('added-equality-deletes', added.equalityDeletes)
  put('removed-equality-deletes', removed.equalityDeletes)
  summary['changed-partition-count'] = String(partitions.size)
  const total = (key: string, plus: number | bigint, minus: number | bigint): void => {
    const before = parent ? parent.summary[key] : '0'
    if (before === undefined || !/^\d+$/.test(before)) return
    summary[key] = (BigInt(before) + BigInt(plus) - BigInt(minus)).toString()
  }
  total('total-records', added.records, removed.records)
  total('total-files-size', added.bytes, removed.bytes)
  total('total-data-files', added.dataFiles, removed.dataFiles)
  total('total-delete-files', added.deleteFiles, removed.deleteFiles)
  total('total-position-deletes', added.positionDeletes, removed.positionDeletes)
  total('total-equality-deletes', added.equalityDeletes, removed.equalityDeletes)
  return { ...input.properties, ...summary }
}
