import { type TablePath, tableHref } from '../table-path.ts'

/** A state of a table: a branch or tag by name, or a snapshot by id. */
export type TableState = { ref: string } | { snapshot: string }

/** As a value of the address: names could look like ids. */
export const stateText = (state: TableState): string => ('ref' in state ? `ref:${state.ref}` : state.snapshot)

/** Reads what `stateText` wrote; main for anything else. */
export function parseState(text: string | null): TableState {
  if (text?.startsWith('ref:') && text.length > 4) return { ref: text.slice(4) }
  return text && /^-?\d{1,20}$/.test(text) ? { snapshot: text } : { ref: 'main' }
}

/** Where the first rows of a state are shown. */
export const previewHref = (path: TablePath, state: TableState): string =>
  `${tableHref(path, 'preview')}&at=${encodeURIComponent(stateText(state))}`
