import type { Transform } from './partition-spec.ts'

export interface SortField {
  sourceId: number
  /** Of a transform of several columns (format version 3): all of them; `sourceId` is the first. */
  sourceIds?: number[]
  transform: Transform
  direction: 'asc' | 'desc'
  nullOrder: 'nulls-first' | 'nulls-last'
}

export interface SortOrder {
  orderId: number
  fields: SortField[]
}

/** Order id 0 is reserved for "unsorted". */
export const unsorted: SortOrder = { orderId: 0, fields: [] }
