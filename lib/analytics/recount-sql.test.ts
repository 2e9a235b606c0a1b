import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bucketLabel, bucketStart } from './buckets.ts'
import { estimateDistinct, sketchFromHex, sketchOf } from './kmv-sketch.ts'
import { countSpanSql, type RecountRow, recountSql } from './recount-sql.ts'
import { recipeEventsSiteColumns as columns } from './site-columns.ts'

let connection: DuckDBConnection
beforeAll(async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'")
})
afterAll(() => connection.closeSync())

const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson()

async function recount(
  table: string,
  from: string,
  to: string,
  sizes = { sketch: 4096, topLimit: 500 },
  timeZone = 'Asia/Seoul',
) {
  const rows = await query(
    recountSql({
      relation: table,
      columns,
      timeZone,
      from: Date.parse(from),
      to: Date.parse(to),
      sketchSize: sizes.sketch,
      topSketchSize: 512,
      topLimit: sizes.topLimit,
    }),
  )
  return rows as unknown as RecountRow[]
}

describe('recountSql', () => {
  it('counts the worked example: nine lines of two people make 13:00~14:00 | 2 | 9', async () => {
    const lines = [
      ['13:00:01', 'A'],
      ['13:00:02', 'A'],
      ['13:00:03', 'A'],
      ['13:00:02', 'B'],
      ['13:00:03', 'B'],
      ['13:01:01', 'A'],
      ['13:05:58', 'B'],
      ['13:08:58', 'B'],
      ['13:10:59', 'A'],
    ]
    const values = lines.map(
      ([time, who]) => `(TIMESTAMPTZ '2025-01-20 ${time}+09', '${who}', NULL::VARCHAR, 'home', 'gold')`,
    )
    await connection.run(
      `CREATE TABLE example AS SELECT * FROM (VALUES ${values.join(',')}) t(utc_timestamp, user_id, anonymous_id, page_name, user_segment)`,
    )
    const rows = await recount('example', '2025-01-20T00:00:00+09:00', '2025-01-21T00:00:00+09:00')
    const hours = rows.filter((row) => row.kind === 'hour')
    expect(hours).toHaveLength(1)
    expect(hours[0]).toMatchObject({
      bucket: String(Date.parse('2025-01-20T13:00:00+09:00')),
      visits: '9',
      visitors: '2',
    })
    const day = rows.find((row) => row.kind === 'day')
    expect(day).toMatchObject({
      bucket: '2025-01-20',
      visits: '9',
      visitors: '2',
      latest: String(Date.parse('2025-01-20T13:10:59+09:00')),
    })
    expect(sketchFromHex(day?.sketch ?? '', 4096).words).toEqual(sketchOf(['A', 'B'], 4096).words)
    expect(rows.filter((row) => row.kind === 'user').map(({ key, visits }) => [key, visits])).toEqual(
      expect.arrayContaining([
        ['A', '5'],
        ['B', '4'],
      ]),
    )
    expect(rows.filter((row) => row.kind === 'page')).toMatchObject([
      { key: 'home', visits: '9', visitors: '2' },
    ])
  })

  it('counts events without ids as visits of nobody, and an empty id as missing', async () => {
    await connection.run(
      `CREATE TABLE nobody AS SELECT * FROM (VALUES
        (TIMESTAMPTZ '2025-07-01 00:10:00+09', NULL::VARCHAR, NULL::VARCHAR, NULL::VARCHAR, NULL::VARCHAR),
        (TIMESTAMPTZ '2025-07-01 00:20:00+09', '', 'x', NULL, NULL),
        (TIMESTAMPTZ '2025-07-01 00:30:00+09', NULL, 'x', 'p', NULL)) t(utc_timestamp, user_id, anonymous_id, page_name, user_segment)`,
    )
    const rows = await recount('nobody', '2025-07-01T00:00:00+09:00', '2025-07-02T00:00:00+09:00')
    expect(rows.find((row) => row.kind === 'hour')).toMatchObject({ visits: '3', visitors: '1' })
    expect(rows.filter((row) => row.kind === 'user')).toMatchObject([{ key: 'x', visits: '2' }])
    const pages = rows.filter((row) => row.kind === 'page')
    expect(pages.find((row) => row.key === '')).toMatchObject({ visits: '2', visitors: '1' })
  })

  it('agrees with plain distinct counts over thousands of people, hour by hour and day by day', async () => {
    await connection.run(
      `CREATE TABLE many AS SELECT TIMESTAMPTZ '2025-07-30 22:00:00+09' + to_seconds(CAST(range * 7 AS BIGINT)) AS utc_timestamp,
        CASE WHEN range % 3 = 0 THEN 'u' || (range * 7919 % 3001) END AS user_id, 'a' || (range * 104729 % 6007) AS anonymous_id,
        'page' || (range % 9) AS page_name, 'segment' || (range % 4) AS user_segment FROM range(30000)`,
    )
    const rows = await recount('many', '2025-07-30T00:00:00+09:00', '2025-08-03T00:00:00+09:00', {
      sketch: 256,
      topLimit: 5,
    })
    const expected = await query(
      `SELECT CAST(date_trunc('day', utc_timestamp AT TIME ZONE 'Asia/Seoul')::DATE AS VARCHAR) AS bucket,
        count(*)::VARCHAR AS visits, count(DISTINCT coalesce(user_id, anonymous_id))::VARCHAR AS visitors FROM many GROUP BY 1 ORDER BY 1`,
    )
    const days = rows.filter((row) => row.kind === 'day').sort((a, b) => a.bucket.localeCompare(b.bucket))
    expect(days.map(({ bucket, visits, visitors }) => ({ bucket, visits, visitors }))).toEqual(expected)
    const hours = rows.filter((row) => row.kind === 'hour')
    const perHour = await query(
      `SELECT epoch_ms(date_trunc('hour', utc_timestamp))::VARCHAR AS bucket, count(DISTINCT coalesce(user_id, anonymous_id))::VARCHAR AS visitors FROM many GROUP BY 1`,
    )
    expect(new Map(hours.map((row) => [row.bucket, row.visitors]))).toEqual(
      new Map(perHour.map((row) => [row.bucket, row.visitors])),
    )
    for (const day of days) {
      const estimate = estimateDistinct(sketchFromHex(day.sketch ?? '', 256))
      expect(estimate.exact).toBe(false)
      expect(Math.abs(estimate.count - Number(day.visitors))).toBeLessThan(4 * estimate.standardError)
    }
    const users = rows.filter((row) => row.kind === 'user' && row.bucket === days[1]?.bucket)
    expect(users).toHaveLength(5)
    const [total] = await query(
      countSpanSql({
        relation: 'many',
        columns,
        from: Date.parse('2025-07-01T00:00:00+09:00'),
        to: Date.parse('2025-08-01T00:00:00+09:00'),
      }),
    )
    const [plain] = await query(
      `SELECT count(*) AS visits, count(DISTINCT coalesce(user_id, anonymous_id)) AS visitors FROM many WHERE utc_timestamp < TIMESTAMPTZ '2025-08-01 00:00:00+09'`,
    )
    expect(total).toEqual(plain)
  })

  it.each([
    ['Asia/Kolkata', '2025-07-01T00:00:00+05:30', '2025-07-03T00:00:00+05:30'],
    ['America/New_York', '2025-07-01T00:00:00-04:00', '2025-07-03T00:00:00-04:00'],
    // Local times before 1970 are negative.
    ['America/New_York', '1969-12-31T00:00:00-05:00', '1970-01-02T00:00:00-05:00'],
    // The clocks go back in it.
    ['America/New_York', '2025-11-01T00:00:00-04:00', '2025-11-04T00:00:00-05:00'],
  ])('puts events into the hours and days of %s from %s to %s', async (timeZone, from, to) => {
    const span = { from: Date.parse(from), to: Date.parse(to) }
    const minutes = [...Array((span.to - span.from) / 60_000).keys()]
    await connection.run(
      `CREATE OR REPLACE TABLE minutes AS SELECT make_timestamptz(${span.from}::BIGINT * 1000 + range * 60000000) AS utc_timestamp, 'u' AS user_id,
        NULL::VARCHAR AS anonymous_id, NULL::VARCHAR AS page_name, NULL::VARCHAR AS user_segment FROM range(${minutes.length})`,
    )
    const rows = await recount('minutes', from, to, undefined, timeZone)
    for (const grain of ['hour', 'day'] as const) {
      const expected = Map.groupBy(minutes, (minute) =>
        bucketStart(span.from + minute * 60_000, grain, timeZone),
      )
      expect(
        new Map(rows.filter(({ kind }) => kind === grain).map((row) => [row.bucket, row.visits])),
      ).toEqual(
        new Map(
          [...expected].map(([start, inBucket]) => [
            grain === 'day' ? bucketLabel(start, 'day', timeZone) : String(start),
            String(inBucket.length),
          ]),
        ),
      )
    }
  })
})
