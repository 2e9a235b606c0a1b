import { z } from 'zod'
import { grains } from './buckets.ts'
import { dimensions } from './site-columns.ts'

/** The answers of the analytics API. Instants are ISO 8601 with the offset of the site's zone; 64-bit ids are text. */

const time = z.iso.datetime({ offset: true })
const count = z.number().int().min(0)
const snapshotId = z
  .string()
  .nullable()
  .meta({ description: 'The snapshot the numbers come from; null until the first refresh.' })
const freshAt = time.nullable().meta({ description: 'Commit time of that snapshot.' })
const latestEvent = time.nullable().meta({ description: 'Time of the newest event in it.' })

export const SiteSummarySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    timeZone: z.string(),
    catalog: z.string(),
    namespace: z.array(z.string()),
    table: z.string(),
    snapshotId,
    freshAt,
    latestEvent,
  })
  .meta({ id: 'Site' })
export type SiteSummary = z.infer<typeof SiteSummarySchema>

const BucketValueSchema = z.object({
  start: time,
  label: z.string().meta({ description: '`13:00~14:00`, `2025-07-01` or `2025-07`.' }),
  visitors: count,
  visits: count,
})
export type BucketValue = z.infer<typeof BucketValueSchema>

const exact = z.boolean().meta({ description: 'False when `visitors` is an estimate.' })
const standardError = count.meta({
  description: 'One standard error of an estimate, in people; 0 when exact.',
})

export const VisitorBucketSchema = BucketValueSchema.extend({
  end: time,
  exact,
  standardError,
  complete: z
    .boolean()
    .meta({ description: 'False for a bucket that was not over when the snapshot was committed.' }),
  gap: z.boolean().meta({
    description:
      'True when nothing at all arrived for 24 hours or longer: unknown rather than a counted zero. Only with `fill`.',
  }),
  previous: BucketValueSchema.nullable().meta({
    description: 'The bucket at the same place of the comparison period; null where that has no data.',
  }),
}).meta({ id: 'VisitorBucket' })
export type VisitorBucket = z.infer<typeof VisitorBucketSchema>

export const RangeTotalsSchema = z
  .object({
    visitors: count,
    visits: count,
    visitsPerVisitor: z.number().nullable(),
    exact,
    standardError,
  })
  .meta({ id: 'RangeTotals' })
export type RangeTotals = z.infer<typeof RangeTotalsSchema>

const span = z.object({ from: time, to: time })
const provenance = {
  site: SiteSummarySchema,
  timeZone: z.string(),
  snapshotId,
  freshAt,
  latestEvent,
  refreshedAt: time.nullable().meta({ description: 'When the marts were last brought up to date.' }),
  from: time.meta({ description: 'The range asked for, widened to whole buckets; half-open.' }),
  to: time,
  compare: span.nullable().meta({ description: 'The comparison period.' }),
  covered: span
    .nullable()
    .meta({ description: 'From the first to the last bucket with events; null while there is none.' }),
  sql: z.string().meta({ description: 'Recounts the same numbers from the table.' }),
}

export const VisitorsAnswerSchema = z
  .object({
    ...provenance,
    grain: z.enum(grains),
    items: z.array(VisitorBucketSchema),
    totals: RangeTotalsSchema,
    previousTotals: RangeTotalsSchema.nullable(),
  })
  .meta({ id: 'Visitors' })
export type VisitorsAnswer = z.infer<typeof VisitorsAnswerSchema>

export const TopItemSchema = z
  .object({
    rank: z.number().int().min(1),
    key: z.string().meta({ description: 'Page, segment or user; empty for events without one.' }),
    visits: count,
    visitors: count,
    share: z.number().min(0).meta({ description: 'Share of all visits of the range, 0…1.' }),
    exact,
    standardError,
    missedAtMost: count.meta({
      description:
        'Only the keys with most visits of a day are kept; at most this many visits of other days are missing here.',
    }),
    previous: z.object({ visits: count, visitors: count }).nullable(),
  })
  .meta({ id: 'TopItem' })
export type TopItem = z.infer<typeof TopItemSchema>

export const TopAnswerSchema = z
  .object({
    ...provenance,
    dimension: z.enum(dimensions),
    items: z.array(TopItemSchema),
    totalVisits: count,
  })
  .meta({ id: 'TopVisitors' })
export type TopAnswer = z.infer<typeof TopAnswerSchema>

const bilingual = z.object({ ko: z.string(), en: z.string() })
export const MetricSchema = z
  .object({
    id: z.string(),
    name: bilingual,
    sentence: bilingual.meta({ description: 'What the number means.' }),
    combining: bilingual.meta({ description: 'How values of several buckets become one.' }),
    additive: z.boolean(),
    grains: z.array(z.enum(grains)),
    sql: z.string().meta({ description: 'SQL of the value over the events of a bucket.' }),
  })
  .meta({ id: 'Metric' })
export type MetricDefinition = z.infer<typeof MetricSchema>
