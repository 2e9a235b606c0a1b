import { z } from 'zod'

/** Reports of engines about their scans and commits (REST specification: ReportMetricsRequest). */

const int64 = z.union([z.int(), z.bigint()])

const Counter = z.looseObject({ unit: z.string().max(100), value: int64 })
const Timer = z.looseObject({ count: int64, 'time-unit': z.string().max(100), 'total-duration': int64 })
const Metrics = z.record(z.string(), z.union([Counter, Timer]))

const common = {
  'table-name': z.string(),
  'snapshot-id': int64,
  metrics: Metrics,
  metadata: z.record(z.string(), z.string()).nullish(),
}

export const MetricsReportJson = z.discriminatedUnion('report-type', [
  z.looseObject({
    ...common,
    'report-type': z.literal('scan-report'),
    filter: z.unknown(),
    'schema-id': z.int(),
    'projected-field-ids': z.array(z.int()),
    'projected-field-names': z.array(z.string()),
  }),
  z.looseObject({
    ...common,
    'report-type': z.literal('commit-report'),
    'sequence-number': int64,
    operation: z.string(),
  }),
])

export type MetricsReport = z.output<typeof MetricsReportJson>
