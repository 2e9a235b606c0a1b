import { z } from 'zod'
import { AppError } from '#lib/errors.ts'

/** What every list understands: `?cursor=&limit=&sort=&filter=`. Extend it with a list's own filters. */
export const PageQuerySchema = z.object({
  cursor: z.string().min(1).max(2_000).optional().meta({ description: '`nextCursor` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(1_000).default(50).meta({ description: 'Items on a page.' }),
  sort: z
    .string()
    .regex(/^-?[A-Za-z][A-Za-z0-9]*$/, 'expected a field name, with - in front for descending')
    .optional()
    .meta({ description: 'Field to sort by; `-field` is descending.' }),
  filter: z
    .string()
    .max(500)
    .optional()
    .meta({ description: 'Text to look for; `field:value` narrows to a field.' }),
})
export type PageQuery = z.infer<typeof PageQuerySchema>

/** The schema of a page of `item`s. */
export const pageOf = <S extends z.ZodType>(item: S) =>
  z.object({
    items: z.array(item),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Give it as `cursor` for the next page; null at the end.' }),
  })

export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}

/** An opaque cursor that carries the position after which the next page starts. bigint and Date must be given as strings. */
export const encodeCursor = (position: Record<string, string | number | null | string[]>): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url')

/**
 * The position inside a cursor, undefined without one.
 * @throws AppError `bad-input` when the cursor is not one of this list
 */
export function decodeCursor<S extends z.ZodType>(
  cursor: string | undefined,
  position: S,
): z.output<S> | undefined {
  if (cursor === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    value = undefined
  }
  const parsed = position.safeParse(value)
  if (parsed.success) return parsed.data
  throw new AppError('bad-input', 'The cursor does not belong to this list. Start again without ?cursor=.')
}

/**
 * Cuts a page out of `rows` that were read with one row more than `limit`; the extra row only tells that there is more.
 * `positionOf` names what the next page starts after.
 */
export function page<Row, Item = Row>(
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => Record<string, string | number | null>,
  toItem: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(toItem),
    nextCursor: last !== undefined && rows.length > limit ? encodeCursor(positionOf(last)) : null,
  }
}

const OffsetSchema = z.object({ offset: z.number().int().min(0) })

/** Cuts a page out of a whole list in memory (a cached snapshot's files); the cursor is an offset. */
export function pageOfList<Row, Item = Row>(
  rows: readonly Row[],
  query: Pick<PageQuery, 'cursor' | 'limit'>,
  toItem: (row: Row) => Item,
): Page<Item> {
  const offset = decodeCursor(query.cursor, OffsetSchema)?.offset ?? 0
  const end = offset + query.limit
  return {
    items: rows.slice(offset, end).map(toItem),
    nextCursor: end < rows.length ? encodeCursor({ offset: end }) : null,
  }
}
