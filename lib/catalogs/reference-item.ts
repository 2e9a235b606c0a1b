import type { ReferenceItem } from '#lib/api/snapshots.ts'
import { mainBranch, type SnapshotReference } from '#lib/iceberg/spec/snapshot.ts'
import { ancestorsOf } from '#lib/iceberg/spec/snapshot-history.ts'
import { findSnapshot, type TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { summaryCount } from './snapshot-item.ts'

const maxRefAgeProperty = 'history.expire.max-ref-age-ms'

/** The latest moment a date can have; retention "for ever" is written as the largest 64-bit number. */
const latestMs = 8.64e15

function expiry(metadata: TableMetadata, name: string, reference: SnapshotReference, committedMs: number) {
  if (name === mainBranch) return null
  const age = reference.maxRefAgeMs ?? Number(metadata.properties[maxRefAgeProperty] ?? Number.NaN)
  const moment = committedMs + age
  return Number.isFinite(moment) && moment < latestMs ? new Date(moment).toISOString() : null
}

/** A branch's or tag's public fields; `main` are the ids of main's history. */
function referenceItem(
  metadata: TableMetadata,
  name: string,
  reference: SnapshotReference,
  main: ReadonlySet<bigint>,
): ReferenceItem {
  const snapshot = findSnapshot(metadata, reference.snapshotId)
  const history = name === mainBranch ? [] : ancestorsOf(metadata, reference.snapshotId)
  const shared = history.filter(({ snapshotId }) => main.has(snapshotId)).length
  return {
    name,
    type: reference.type,
    snapshotId: reference.snapshotId.toString(),
    committedAt: snapshot ? new Date(snapshot.timestampMs).toISOString() : null,
    expiresAt: snapshot ? expiry(metadata, name, reference, snapshot.timestampMs) : null,
    records: summaryCount(snapshot?.summary ?? {}, 'total-records'),
    bytes: summaryCount(snapshot?.summary ?? {}, 'total-files-size'),
    maxRefAgeMs: reference.maxRefAgeMs ?? null,
    minSnapshotsToKeep: reference.minSnapshotsToKeep ?? null,
    maxSnapshotAgeMs: reference.maxSnapshotAgeMs ?? null,
    ahead: history.length - shared,
    behind: name === mainBranch ? 0 : main.size - shared,
  }
}

/** A table's branches and tags by name, main first. */
export function referenceItems(metadata: TableMetadata): ReferenceItem[] {
  const main = new Set(
    ancestorsOf(metadata, metadata.refs[mainBranch]?.snapshotId).map(({ snapshotId }) => snapshotId),
  )
  return Object.entries(metadata.refs)
    .map(([name, reference]) => referenceItem(metadata, name, reference, main))
    .sort((a, b) => {
      if (a.name === mainBranch || b.name === mainBranch) return a.name === mainBranch ? -1 : 1
      return a.name < b.name ? -1 : 1
    })
}
