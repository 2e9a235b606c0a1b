import { z } from 'zod'
import { AppError } from '#lib/errors.ts'

const column = z.string().min(1).max(255)

/** Which columns of a site's table say when, who and where. Kept in `Site.columns`. */
export const SiteColumnsSchema = z.object({
  /** timestamptz column of the event's own time */
  eventTime: column,
  /** Ids of the person, the first that is filled counts. */
  visitor: z.array(column).min(1),
  /** Columns of the TOP lists; a site without one has no such list. */
  page: column.optional(),
  segment: column.optional(),
})
export type SiteColumns = z.infer<typeof SiteColumnsSchema>

/** The columns of tables made by the mapping `recipe-events`. */
export const recipeEventsSiteColumns: SiteColumns = {
  eventTime: 'utc_timestamp',
  visitor: ['user_id', 'anonymous_id'],
  page: 'page_name',
  segment: 'user_segment',
}

/**
 * Reads `Site.columns`.
 * @throws AppError `corrupt` naming the site when it does not fit.
 */
export function parseSiteColumns(siteId: string, value: unknown): SiteColumns {
  const parsed = SiteColumnsSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new AppError(
    'corrupt',
    `The column settings of site ${siteId} can't be read: ${z.prettifyError(parsed.error)}`,
    { context: { siteId } },
  )
}

/** What TOP lists can be about. */
export const dimensions = ['page', 'segment', 'user'] as const
export type Dimension = (typeof dimensions)[number]
