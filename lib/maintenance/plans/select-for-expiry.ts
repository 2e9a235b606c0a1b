import type { Database } from '#lib/db.ts'
import {
  type ExpiredSnapshots,
  type SnapshotRetention,
  selectExpired,
} from '#lib/iceberg/actions/expire-snapshots.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { missingTags, surplusTags, type TagRules, tagPrefix } from '../calendar-tags.ts'
import { ownTags } from './plan-tags.ts'
import { restoredSnapshots, withoutRestored } from './restored-snapshots.ts'

/**
 * What an expiry takes: snapshots and references past their retention, and tags of calendar periods beyond their number with
 * what they alone held. A snapshot that such a tag is still to be made for stays, and so does by itself what somebody has
 * brought back.
 */
export async function selectForExpiry(
  db: Database,
  { id, metadata }: Table & { id: string },
  { expiry, tags }: { expiry: SnapshotRetention; tags: TagRules },
  { now, byHand = false }: { now: number; byHand?: boolean },
): Promise<ExpiredSnapshots> {
  const mayHaveTags = Object.keys(metadata.refs).some((name) => name.startsWith(tagPrefix))
  const surplus = mayHaveTags ? surplusTags(metadata, tags, await ownTags(db, id)) : []
  const gone = new Set(surplus.map(({ name }) => name))
  const refs = Object.fromEntries(Object.entries(metadata.refs).filter(([name]) => !gone.has(name)))
  const found = selectExpired({ ...metadata, refs }, expiry, now)
  const awaited = new Set(missingTags(metadata, tags, now).map(({ snapshotId }) => snapshotId))
  const selected = {
    snapshots: found.snapshots.filter(({ snapshotId }) => !awaited.has(snapshotId)),
    refs: [...found.refs, ...surplus],
  }
  if (byHand || selected.snapshots.length + selected.refs.length === 0) return selected
  return withoutRestored(selected, await restoredSnapshots(db, id))
}
