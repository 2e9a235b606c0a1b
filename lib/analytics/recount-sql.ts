import { sqlIdentifier, sqlInstant, sqlString } from '#lib/mappings/sql-text.ts'
import { fixedOffset } from './buckets.ts'
import { visitorKey } from './metrics/visitors.ts'
import type { SiteColumns } from './site-columns.ts'

export interface RecountSqlInput {
  /** A relation in SQL with the site's columns, ids and keys as text, for example `read_parquet([…])`. */
  relation: string
  columns: SiteColumns
  timeZone: string
  /** Whole days of the site, half-open, milliseconds since the epoch. */
  from: number
  to: number
  /** Hashes kept in the sketch of an hour or a day, and in the sketch of one key of a TOP list. */
  sketchSize: number
  topSketchSize: number
  /** Keys kept per day and dimension. */
  topLimit: number
}

/** One bucket as SQL returns it; 64-bit integers are text. */
export interface RecountRow {
  kind: 'hour' | 'day' | 'page' | 'segment' | 'user'
  /** Start of the hour in milliseconds for `hour`, else the day as `2025-07-01` on the site's clock. */
  bucket: string
  /** The page, segment or user; empty for hours, days and events without one. */
  key: string
  visits: string
  visitors: string
  /** Ascending hashes, 16 hexadecimal digits each; null where none is kept. */
  sketch: string | null
  /** Newest event in milliseconds; on day rows. */
  latest: string | null
}

/** An event's time on the site's clock. Asking the zone's rules for each takes longer than reading the events. */
function localTime(time: string, { from, to, timeZone }: RecountSqlInput): string {
  const offset = fixedOffset({ from, to }, timeZone)
  return offset === null
    ? `timezone(${sqlString(timeZone)}, ${time})`
    : `make_timestamp(epoch_us(${time}) + ${offset * 1_000})`
}

const sketchOf = (size: number): string =>
  `array_to_string(list_transform(min(hash, ${size}), lambda hash: format('{:016x}', hash)), '')`

/** A key is part of an index, which takes neither NUL nor 2.7 kB: such a text is cut, and told from others by its hash. */
const storableKey = (text: string): string => `CASE WHEN strlen(${text}) > 500 OR contains(${text}, chr(0))
    THEN concat(replace(left(${text}, 120), chr(0), ''), '… ', md5(${text})) ELSE ${text} END`

/**
 * Counts days of a site from their events: hours, days and TOP lists in one statement that hands back finished rows. Distinct
 * people come from one row a person and bucket, so that counts are exact, and sketches keep the k smallest hashes of what was
 * counted. Each person is hashed and numbered once: grouping by the number takes a third of the time and of the memory that
 * grouping by the id's text does, which makes up for reading the events once for each list.
 */
export function recountSql(input: RecountSqlInput): string {
  const { columns } = input
  const time = sqlIdentifier(columns.eventTime)
  const key = (name: string | undefined): string =>
    name === undefined ? `''` : `coalesce(${storableKey(sqlIdentifier(name))}, '')`
  const top = (dimension: 'page' | 'segment') => `
  SELECT '${dimension}' AS kind, CAST(day AS VARCHAR) AS bucket, ${dimension} AS key, sum(visits) AS visits,
         count(person) AS visitors, ${sketchOf(input.topSketchSize)} AS sketch, NULL AS latest
  FROM (SELECT day, ${dimension}, person, any_value(hash) AS hash, count(*) AS visits FROM views GROUP BY day, ${dimension}, person)
  GROUP BY day, ${dimension}
  QUALIFY row_number() OVER (PARTITION BY day ORDER BY sum(visits) DESC, ${dimension}) <= ${input.topLimit}`
  const parts = [
    `
  SELECT 'hour' AS kind, CAST(hour AS VARCHAR) AS bucket, '' AS key, sum(visits) AS visits,
         count(person) AS visitors, ${sketchOf(input.sketchSize)} AS sketch, NULL AS latest
  FROM hourly GROUP BY hour`,
    `
  SELECT 'day' AS kind, CAST(day AS VARCHAR) AS bucket, '' AS key, sum(visits) AS visits,
         count(person) AS visitors, ${sketchOf(input.sketchSize)} AS sketch, CAST(max(latest) AS VARCHAR) AS latest
  FROM daily GROUP BY day`,
    ...(columns.page === undefined ? [] : [top('page')]),
    ...(columns.segment === undefined ? [] : [top('segment')]),
    `
  SELECT 'user' AS kind, CAST(day AS VARCHAR) AS bucket, ${storableKey('visitor')} AS key, visits,
         1 AS visitors, NULL AS sketch, NULL AS latest
  FROM daily JOIN persons USING (person)
  QUALIFY row_number() OVER (PARTITION BY day ORDER BY visits DESC, visitor) <= ${input.topLimit}`,
  ]
  return `WITH events AS NOT MATERIALIZED (
  SELECT epoch_ms(${time}) AS moment, ${localTime(time, input)} AS local,
         ${visitorKey(columns)} AS visitor, ${key(columns.page)} AS page, ${key(columns.segment)} AS segment
  FROM ${input.relation}
  WHERE ${time} >= ${sqlInstant(input.from)} AND ${time} < ${sqlInstant(input.to)}
), persons AS MATERIALIZED (
  SELECT visitor, md5_number_upper(visitor) AS hash, CAST(row_number() OVER () AS INTEGER) AS person
  FROM (SELECT DISTINCT visitor FROM events WHERE visitor IS NOT NULL)
), views AS NOT MATERIALIZED (
  SELECT moment, moment - (epoch_ms(local) % 3600000 + 3600000) % 3600000 AS hour, CAST(local AS DATE) AS day, person, hash, page, segment
  FROM events LEFT JOIN persons USING (visitor)
), hourly AS MATERIALIZED (
  SELECT hour, day, person, any_value(hash) AS hash, count(*) AS visits, max(moment) AS latest
  FROM views GROUP BY hour, day, person
), daily AS MATERIALIZED (
  SELECT day, person, any_value(hash) AS hash, sum(visits) AS visits, max(latest) AS latest
  FROM hourly GROUP BY day, person
)${parts.join('\n  UNION ALL')}`
}

/** Exact visits and visitors of one span, for months. Returns one row {visits, visitors}. */
export function countSpanSql(input: Pick<RecountSqlInput, 'relation' | 'columns' | 'from' | 'to'>): string {
  const time = sqlIdentifier(input.columns.eventTime)
  return `SELECT count(*) AS visits, count(DISTINCT ${visitorKey(input.columns)}) AS visitors
FROM ${input.relation}
WHERE ${time} >= ${sqlInstant(input.from)} AND ${time} < ${sqlInstant(input.to)}`
}
