import type { Transform } from './partition-spec.ts'

export interface SortField {
  sourceId: number
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
