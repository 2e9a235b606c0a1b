import { sqlIdentifier, sqlString } from '#lib/mappings/sql-text.ts'
import type { Grain } from './buckets.ts'
import { metrics } from './metrics/metrics.ts'
import type { SiteColumns } from './site-columns.ts'

export interface MetricSqlInput {
  columns: SiteColumns
  timeZone: string
  /** Namespace levels and table name. */
  table: readonly string[]
  grain: Grain
  /** ISO 8601 instants, half-open. */
  from: string
  to: string
}

/** The query that gives the numbers on the page, for reading and for running in DuckDB, Spark or Trino over the table. */
export function metricSql(input: MetricSqlInput): string {
  const time = sqlIdentifier(input.columns.eventTime)
  const values = metrics
    .filter((metric) => metric.grains.includes(input.grain))
    .map((metric) => `       ${metric.aggregate(input.columns)} AS ${metric.id.replaceAll('-', '_')}`)
  return [
    `SELECT date_trunc('${input.grain}', ${time} AT TIME ZONE ${sqlString(input.timeZone)}) AS bucket,`,
    values.join(',\n'),
    `FROM ${input.table.map(sqlIdentifier).join('.')}`,
    `WHERE ${time} >= TIMESTAMP WITH TIME ZONE ${sqlString(input.from)}`,
    `  AND ${time} < TIMESTAMP WITH TIME ZONE ${sqlString(input.to)}`,
    'GROUP BY 1 ORDER BY 1',
  ].join('\n')
}
