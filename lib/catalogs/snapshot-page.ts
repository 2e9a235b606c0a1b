import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import { decodeCursor, encodeCursor } from '#lib/http/page.ts'

/**
 * Paging over one snapshot. A cursor names the snapshot its walk began with, so that all pages come from the same
 * immutable state while writers go on committing, and the sort and filter it was made for.
 */

const PositionSchema = z.object({
  snapshot: z
    .string()
    .regex(/^-?\d{1,20}$/)
    .nullable(),
  offset: z.int().min(0),
  view: z.string(),
})

export interface WalkPosition {
  snapshotId: bigint | null
  offset: number
}

export interface SnapshotPage<T> {
  items: T[]
  nextCursor: string | null
  /** Rows that pass the filter. */
  total: number
  snapshotId: string | null
}

/**
 * Where to go on: the cursor's snapshot and offset, or the beginning of the current snapshot.
 * @throws AppError `bad-input` for a damaged cursor, or one of another sort or filter (`view`)
 */
export function walkPosition(cursor: string | undefined, view: string, current: bigint | null): WalkPosition {
  const position = decodeCursor(cursor, PositionSchema)
  if (position === undefined) return { snapshotId: current, offset: 0 }
  if (position.view !== view) {
    throw new AppError(
      'bad-input',
      'The cursor belongs to another sort order or filter. Start again without ?cursor= when they change.',
    )
  }
  return {
    snapshotId: position.snapshot === null ? null : BigInt(position.snapshot),
    offset: position.offset,
  }
}

/** Cuts one page out of rows that are already filtered and sorted. */
export function snapshotPage<Row, Item>(
  rows: readonly Row[],
  options: { position: WalkPosition; limit: number; view: string },
  toItem: (row: Row) => Item,
): SnapshotPage<Item> {
  const { position, limit, view } = options
  const end = position.offset + limit
  const snapshot = position.snapshotId?.toString() ?? null
  return {
    items: rows.slice(position.offset, end).map(toItem),
    nextCursor: end < rows.length ? encodeCursor({ snapshot, offset: end, view }) : null,
    total: rows.length,
    snapshotId: snapshot,
  }
}
