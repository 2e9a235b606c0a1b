import { z } from 'zod'
import { decodeCursor, encodeCursor } from '#lib/http/page.ts'

/** More than anybody looks at, few enough for one answer. */
const largestPage = 1_000

/**
 * How clients page: `pageToken` is empty at first, then what the page before gave; without both parameters a client
 * knows nothing of pages and gets everything.
 */
export const PageQuery = z.looseObject({
  pageToken: z.string().max(4_000).optional(),
  pageSize: z.coerce.number().int().min(1, 'expected at least 1').optional(),
})

export interface PageBounds {
  /** Key of the last item of the page before. */
  after?: string[]
  limit?: number
}

const PositionSchema = z.object({ after: z.array(z.string()) })

/** @throws AppError `bad-input` when the token is not one of ours */
export function pageBounds(query: z.output<typeof PageQuery>): PageBounds {
  const { pageToken, pageSize } = query
  if (pageToken === undefined && pageSize === undefined) return {}
  const limit = Math.min(pageSize ?? largestPage, largestPage)
  const position = decodeCursor(pageToken || undefined, PositionSchema)
  return position ? { limit, after: position.after } : { limit }
}

/** A list that was read with one item more than the page holds, cut to the page with the token of the next one. */
export function cutPage<Item>(
  items: readonly Item[],
  { limit }: PageBounds,
  keyOf: (item: Item) => string[],
): { items: readonly Item[]; nextPageToken?: string } {
  if (limit === undefined || items.length <= limit) return { items }
  const page = items.slice(0, limit)
  const last = page.at(-1)
  return last ? { items: page, nextPageToken: encodeCursor({ after: keyOf(last) }) } : { items: page }
}
