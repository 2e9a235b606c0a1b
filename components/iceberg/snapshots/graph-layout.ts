/** What the lanes of a graph of snapshots are drawn by, in pixels. */
export interface GraphLayout {
  width: number
  laneWidth: number
  /** Lanes that have a place of their own; the others share the last one. */
  lanes: number
  /** Whether the last place is shared. */
  bundled: boolean
}

/** Beside an id and a name even on a phone. */
const room = 84
/** Lines are told apart from here on, and need no more than that. */
const [narrowest, widest] = [6, 14]
const most = room / narrowest

/** Lanes get narrower as there are more of them; beyond fourteen, those that are left share the last place. */
export function graphLayout(lanes: number): GraphLayout {
  const drawn = Math.min(lanes, most)
  const laneWidth = Math.min(widest, Math.floor(room / drawn))
  return { width: laneWidth * drawn, laneWidth, lanes: drawn, bundled: lanes > most }
}

/** Lanes repeat colours, except for that of the table's own history; neighbours always differ. */
export const laneColour = (lane: number): string =>
  lane === 0 ? 'var(--chart-1)' : `var(--chart-${2 + ((lane - 1) % 4)})`
