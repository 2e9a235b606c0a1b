import { z } from 'zod'

/** The JSON text in `context`. Unknown keys are kept in the landing zone and ignored here. */
export const BronzeContextSchema = z.looseObject({
  page: z.looseObject({ name: z.string().nullish(), url: z.string().nullish() }).nullish(),
  user_segment: z.string().nullish(),
  cooking_style: z.string().nullish(),
  ab_test: z.looseObject({ scenario: z.string().nullish(), group: z.string().nullish() }).nullish(),
})

/** The JSON text in `event_properties`: up to 22 optional fields, of which these five become columns. Whole numbers may be quoted. */
export const BronzePropertiesSchema = z.looseObject({
  recipe_id: z.union([z.int(), z.string().regex(/^-?\d+$/)]).nullish(),
  list_type: z.string().nullish(),
  action: z.string().nullish(),
  search_keyword: z.string().nullish(),
  result_count: z.union([z.int(), z.string().regex(/^-?\d+$/)]).nullish(),
})

/**
 * One line of the landing zone. Whoever sends events one at a time is checked by this at the door; files and topics are
 * checked by the engine's SQL, which holds the same rules (recipe-events.ts).
 */
export const BronzeEventSchema = z.looseObject({
  event_id: z.string().min(1),
  event_name: z.string().min(1),
  /** Null for people who are not signed in. */
  user_id: z.string().nullish(),
  anonymous_id: z.string().nullish(),
  session_id: z.string().nullish(),
  date: z.string().nullish(),
  timestamp: z.iso.datetime({ offset: true }),
  context: z.string().nullish(),
  event_properties: z.string().nullish(),
})

export type BronzeEvent = z.infer<typeof BronzeEventSchema>
