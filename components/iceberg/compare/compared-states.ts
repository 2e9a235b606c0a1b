import { parseState, stateText, type TableState } from '../preview/table-state.ts'
import { type TablePath, tableHref } from '../table-path.ts'

export interface ComparedStates {
  from: TableState
  to: TableState
}

/** As `?compare=` has them: `123..ref:main`. */
export const comparedText = ({ from, to }: ComparedStates): string => `${stateText(from)}..${stateText(to)}`

/** Reads what `comparedText` wrote; null for anything else. Two dots within a name stay with the first one. */
export function parseCompared(text: string | null): ComparedStates | null {
  const at = text?.lastIndexOf('..') ?? -1
  if (!text || at <= 0 || at + 2 >= text.length) return null
  return { from: parseState(text.slice(0, at)), to: parseState(text.slice(at + 2)) }
}

/** Where two states of a table are compared. */
export const compareHref = (path: TablePath, states: ComparedStates): string =>
  `${tableHref(path, 'snapshots')}&compare=${encodeURIComponent(comparedText(states))}`
