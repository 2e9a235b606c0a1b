import { z } from 'zod'
import { grains } from '#lib/analytics/buckets.ts'
import { dimensions } from '#lib/analytics/site-columns.ts'
import {
  MetricSchema,
  SiteSummarySchema,
  TopAnswerSchema,
  VisitorsAnswerSchema,
} from '#lib/analytics/visitors-answer.ts'
import { contract } from '#lib/http/contract.ts'

const when = (what: string) =>
  z
    .string()
    .max(40)
    .optional()
    .meta({
      description: `${what} A date (2025-07-01), a month (2025-07) or a date and time (2025-07-01T13:00), on the site's clock unless it has an offset.`,
    })

const RangeQuerySchema = z.object({
  site: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'Id of the site; may be left out when there is one only.' }),
  from: when('Start of the range.'),
  to: when('End of the range: a date or month is included, a date and time is not.'),
  compare: z
    .enum(['previous', 'none'])
    .default('none')
    .meta({ description: '`previous`: with the period of equal length just before.' }),
  format: z.enum(['json', 'csv']).default('json'),
})

export const listAnalyticsSites = contract({
  method: 'GET',
  path: '/api/v1/analytics/sites',
  role: 'viewer',
  summary: 'Sites with visitor numbers',
  tags: ['analytics'],
  response: z.object({ items: z.array(SiteSummarySchema), nextCursor: z.null() }),
})

export const listMetrics = contract({
  method: 'GET',
  path: '/api/v1/analytics/metrics',
  role: 'viewer',
  summary: 'What each number means, in words and in SQL',
  tags: ['analytics'],
  query: RangeQuerySchema.pick({ site: true }),
  response: z.object({ items: z.array(MetricSchema), nextCursor: z.null() }),
})

export const getVisitorBuckets = contract({
  method: 'GET',
  path: '/api/v1/analytics/visitors/{grain}',
  role: 'viewer',
  summary: 'Visitors and visits by hour, day or month',
  description:
    "Visitors are distinct people, visits are raw hits. Buckets are cut on the site's clock. Without a range: the newest day by hour, 30 days, 12 months.",
  tags: ['analytics'],
  params: z.object({ grain: z.enum(grains) }),
  query: RangeQuerySchema.extend({
    fill: z
      .enum(['true', 'false'])
      .default('false')
      .transform((text) => text === 'true')
      .meta({ description: 'Also list the buckets without events between the first and the last event.' }),
  }),
  response: VisitorsAnswerSchema,
  alsoProduces: ['text/csv'],
})

export const getTopVisitors = contract({
  method: 'GET',
  path: '/api/v1/analytics/visitors/top',
  role: 'viewer',
  summary: 'Pages, segments or users with most visits',
  tags: ['analytics'],
  query: RangeQuerySchema.extend({
    dimension: z.enum(dimensions).default('page'),
    limit: z.coerce.number().int().min(1).max(500).default(20),
  }),
  response: TopAnswerSchema,
  alsoProduces: ['text/csv'],
})
