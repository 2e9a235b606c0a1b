import type { CsvColumn } from '#lib/http/csv.ts'
import type { Dimension } from './site-columns.ts'
import type { TopItem, VisitorBucket } from './visitors-answer.ts'

/** Columns of the CSV of buckets: the same numbers as on the page. */
export const visitorColumns = (compared: boolean): CsvColumn<VisitorBucket>[] => [
  { header: 'start', value: (row) => row.start },
  { header: 'end', value: (row) => row.end },
  { header: 'label', value: (row) => row.label },
  { header: 'visitors', value: (row) => (row.gap ? null : row.visitors) },
  { header: 'visits', value: (row) => (row.gap ? null : row.visits) },
  { header: 'exact', value: (row) => row.exact },
  { header: 'complete', value: (row) => row.complete },
  ...(compared
    ? [
        { header: 'previous_start', value: (row: VisitorBucket) => row.previous?.start },
        { header: 'previous_visitors', value: (row: VisitorBucket) => row.previous?.visitors },
        { header: 'previous_visits', value: (row: VisitorBucket) => row.previous?.visits },
      ]
    : []),
]

/** Columns of the CSV of a TOP list. */
export const topColumns = (dimension: Dimension, compared: boolean): CsvColumn<TopItem>[] => [
  { header: 'rank', value: (row) => row.rank },
  { header: dimension, value: (row) => row.key },
  { header: 'visits', value: (row) => row.visits },
  { header: 'visitors', value: (row) => row.visitors },
  { header: 'share', value: (row) => row.share },
  { header: 'exact', value: (row) => row.exact },
  ...(compared
    ? [
        { header: 'previous_visits', value: (row: TopItem) => row.previous?.visits },
        { header: 'previous_visitors', value: (row: TopItem) => row.previous?.visitors },
      ]
    : []),
]
