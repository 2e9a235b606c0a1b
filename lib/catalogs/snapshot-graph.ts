import type { GraphRow, SnapshotItem } from '#lib/api/catalog-schemas.ts'

/**
 * Lays snapshots, newest first, out in lanes: lane 0 is the table's own history, each other line of snapshots has the
 * lowest lane that is free from its newest snapshot down to where it began, and is called by the branch or tag above.
 * Linear in the snapshots times the lanes that are in use at once.
 */
export function snapshotGraph(newestFirst: readonly SnapshotItem[]): Map<string, GraphRow> {
  const known = new Set(newestFirst.map(({ snapshotId }) => snapshotId))
  const rows = new Map<string, GraphRow>()
  /** By lane: the snapshot that its line leads down to. Lane 0 is kept for the history. */
  const awaited: (string | null)[] = [null]
  /** By lane: what its line is called so far. */
  const lines: (string | null)[] = [null]
  for (const { snapshotId, parentSnapshotId, inHistory, refs } of newestFirst) {
    const from = awaited.flatMap((id, lane) => (id === snapshotId ? [lane] : []))
    for (const lane of from) awaited[lane] = null
    const through = awaited.flatMap((id, lane) => (id === null ? [] : [lane]))
    const lane = inHistory ? 0 : (from[0] ?? freeLane(awaited))
    const line = inHistory ? null : (refs[0] ?? (from.length > 0 ? (lines[lane] ?? null) : null))
    lines[lane] = line
    // A parent that came before its child, by a clock that went back, has no line to lead to.
    const isBelow = parentSnapshotId !== null && known.has(parentSnapshotId) && !rows.has(parentSnapshotId)
    awaited[lane] = isBelow ? parentSnapshotId : null
    rows.set(snapshotId, {
      lanes: 0,
      lane,
      line,
      from,
      through,
      parent: parentSnapshotId === null ? 'none' : isBelow ? 'below' : 'gone',
    })
  }
  for (const row of rows.values()) row.lanes = awaited.length
  return rows
}

function freeLane(awaited: readonly (string | null)[]): number {
  const free = awaited.indexOf(null, 1)
  return free > 0 ? free : Math.max(awaited.length, 1)
}
