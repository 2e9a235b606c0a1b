import { LRUCache } from 'lru-cache'
import type { ChangedPartition, ComparedFile, Comparison } from '#lib/api/compare.ts'
import { pageOfList } from '#lib/http/page.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { compareSnapshots, type SnapshotComparison } from '#lib/iceberg/inspect/compare-snapshots.ts'
import { resolveSnapshot } from '#lib/iceberg/inspect/resolve-snapshot.ts'
import type { ManifestEntry } from '#lib/iceberg/spec/manifest.ts'
import { partitionKey } from '#lib/iceberg/spec/partition-type.ts'
import type { Snapshot } from '#lib/iceberg/spec/snapshot.ts'
import { ancestorsOf } from '#lib/iceberg/spec/snapshot-history.ts'
import { specById } from '#lib/iceberg/spec/table-metadata.ts'
import { addFile, amountsOf, bytesOf, noAmounts } from './file-amounts.ts'
import { matchesFilter, parseFilter } from './parse-filter.ts'
import { partitionTextOf } from './partition-text.ts'
import { snapshotItem } from './snapshot-item.ts'
import { parseSort } from './sorts.ts'

/** More partitions than a person reads; the number of all is given beside them. */
const mostPartitions = 500

/** Snapshots never change, so neither does what lies between two. Counted in files: about half a kilobyte each. */
const cache = new LRUCache<string, SnapshotComparison>({ maxSize: 200_000 })

interface CompareQuery {
  from: string
  to: string
}

const resolveState = (table: Table, state: string): Snapshot =>
  resolveSnapshot(table, state.startsWith('ref:') ? { ref: state.slice(4) } : { snapshotId: BigInt(state) })

async function readComparison(table: Table, query: CompareQuery) {
  const [from, to] = [resolveState(table, query.from), resolveState(table, query.to)]
  const key = [table.metadata.tableUuid, from.snapshotId, to.snapshotId].join(':')
  const known = cache.get(key)
  if (known) return { from, to, files: known }
  const files = await compareSnapshots(table, from, to)
  cache.set(key, files, { size: files.added.length + files.removed.length + 1 })
  return { from, to, files }
}

function side(snapshot: Snapshot): Comparison['from'] {
  const { snapshotId, committedAt, operation, schemaId, totals } = snapshotItem(snapshot, {
    current: undefined,
    history: new Set(),
    refs: new Map(),
  })
  return { snapshotId, committedAt, operation, schemaId, ...totals }
}

/** The changed partitions, those with the most changed bytes first. */
function changedPartitions({ metadata }: Table, files: SnapshotComparison): ChangedPartition[] {
  const texts = new Map(
    metadata.partitionSpecs.map((spec) => [spec.specId, partitionTextOf(spec, metadata.schemas)]),
  )
  const found = new Map<string, ChangedPartition>()
  const add = (entries: readonly ManifestEntry[], change: 'added' | 'removed') => {
    for (const { file } of entries) {
      const key = `${file.specId}:${partitionKey(specById(metadata, file.specId), file.partition)}`
      let changed = found.get(key)
      if (!changed) {
        const partition = texts.get(file.specId)?.(file.partition) ?? {}
        changed = { partition, specId: file.specId, added: noAmounts(), removed: noAmounts() }
        found.set(key, changed)
      }
      addFile(changed[change], file)
    }
  }
  add(files.added, 'added')
  add(files.removed, 'removed')
  const bytes = ({ added, removed }: ChangedPartition) => added.bytes + removed.bytes
  return [...found.values()].sort((a, b) => bytes(b) - bytes(a))
}

/**
 * What changed from one snapshot or reference to another.
 * @throws AppError `not-found`, `too-large` (too many files differ), `corrupt`, `unavailable`
 */
export async function compareTable(table: Table, query: CompareQuery): Promise<Comparison> {
  const { from, to, files } = await readComparison(table, query)
  const [fromHistory, toHistory] = [from, to].map(
    ({ snapshotId }) => new Set(ancestorsOf(table.metadata, snapshotId).map((one) => one.snapshotId)),
  ) as [Set<bigint>, Set<bigint>]
  const partitions = changedPartitions(table, files)
  const keys = [...new Set([...Object.keys(from.summary), ...Object.keys(to.summary)])].sort()
  return {
    from: side(from),
    to: side(to),
    relation:
      from.snapshotId === to.snapshotId
        ? 'same'
        : toHistory.has(from.snapshotId)
          ? 'before'
          : fromHistory.has(to.snapshotId)
            ? 'after'
            : 'apart',
    onlyFrom: fromHistory.difference(toHistory).size,
    onlyTo: toHistory.difference(fromHistory).size,
    added: amountsOf(files.added),
    removed: amountsOf(files.removed),
    partitionsChanged: partitions.length,
    partitions: partitions.slice(0, mostPartitions),
    summary: keys
      .filter((key) => from.summary[key] !== to.summary[key])
      .map((key) => ({ key, from: from.summary[key] ?? null, to: to.summary[key] ?? null })),
  }
}

const ownFields: Record<string, (file: ComparedFile) => string> = {
  change: ({ change }) => change,
  content: ({ content }) => content,
  rows: ({ rows }) => String(rows),
  bytes: ({ bytes }) => String(bytes),
}

/** A page of the files that are in one of the two and not in the other. @throws AppError as `compareTable`; `bad-input` (filter, cursor) */
export async function listComparedFiles(
  table: Table,
  query: CompareQuery & {
    filter?: string | undefined
    sort: string
    cursor?: string | undefined
    limit: number
  },
) {
  const { files } = await readComparison(table, query)
  const { metadata } = table
  const times = new Map(metadata.snapshots.map((one) => [one.snapshotId, one.timestampMs]))
  const texts = new Map(
    metadata.partitionSpecs.map((spec) => [spec.specId, partitionTextOf(spec, metadata.schemas)]),
  )
  const base = `${metadata.location}/`
  const item =
    (change: ComparedFile['change']) =>
    ({ file, sequenceNumber, snapshotId }: ManifestEntry): ComparedFile => {
      const time = times.get(snapshotId)
      return {
        change,
        path: file.filePath,
        relativePath: file.filePath.startsWith(base) ? file.filePath.slice(base.length) : file.filePath,
        content: file.content,
        format: file.fileFormat,
        partition: texts.get(file.specId)?.(file.partition) ?? {},
        specId: file.specId,
        rows: Number(file.recordCount),
        bytes: bytesOf(file),
        contentOffset: file.contentOffset === undefined ? null : Number(file.contentOffset),
        target: file.referencedDataFile ?? null,
        sequenceNumber: sequenceNumber.toString(),
        snapshotId: snapshotId.toString(),
        committedAt: time === undefined ? null : new Date(time).toISOString(),
      }
    }
  const partitionFields = metadata.partitionSpecs.flatMap(({ fields }) => fields.map(({ name }) => name))
  const filter = parseFilter(query.filter, [...Object.keys(ownFields), ...new Set(partitionFields)])
  const rows = [...files.added.map(item('added')), ...files.removed.map(item('removed'))].filter((file) =>
    matchesFilter(
      filter,
      (field) => ownFields[field]?.(file) ?? file.partition[field] ?? null,
      () => file.path,
    ),
  )
  const { field, descending } = parseSort<'change' | 'path' | 'rows' | 'bytes'>(query.sort)
  const sign = descending ? -1 : 1
  rows.sort((a, b) => {
    if (a[field] !== b[field]) return a[field] < b[field] ? -sign : sign
    return a.path < b.path ? -1 : 1
  })
  return { ...pageOfList(rows, query, (row) => row), total: rows.length }
}
