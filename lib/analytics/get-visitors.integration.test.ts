import { randomUUID } from 'node:crypto'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../e2e/harness/database.ts'
import { testActor } from '../../e2e/harness/test-actor.ts'
import { bucketStarts } from './buckets.ts'
import { getTop } from './get-top.ts'
import { getVisitors } from './get-visitors.ts'
import { parseRange } from './parse-range.ts'
import { type RecountRow, recountSql } from './recount-sql.ts'
import { refreshMonths } from './refresh-months.ts'
import { recipeEventsSiteColumns as columns } from './site-columns.ts'
import { topKeysPerDay, topSketchSize } from './top-limits.ts'
import { TopAnswerSchema, VisitorsAnswerSchema } from './visitors-answer.ts'
import { clearMarts, writeMarts } from './write-marts.ts'

const timeZone = 'Asia/Seoul'
const site = { id: 'mall', timeZone }
const freshAt = new Date('2025-08-02T10:30:00+09:00')
const snapshotId = 9_007_199_254_740_995n

let postgres: TestDatabase
let duckdb: DuckDBConnection

const people = 'coalesce(user_id, anonymous_id)'
async function exact(where: string): Promise<{ visits: number; visitors: number }> {
  const sql = `SELECT count(*)::INT AS visits, count(DISTINCT ${people})::INT AS visitors FROM events WHERE ${where}`
  const [row] = (await duckdb.runAndReadAll(sql)).getRowObjectsJson()
  return row as { visits: number; visitors: number }
}
const within = (from: string, to: string) =>
  [from, to]
    .map((text) => `TIMESTAMPTZ '${text.padEnd(16, ' 00:00')}:00+09'`)
    .map((instant, index) => `utc_timestamp ${index === 0 ? '>=' : '<'} ${instant}`)
    .join(' AND ')

beforeAll(async () => {
  postgres = await createTestDatabase()
  duckdb = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
  await duckdb.run("SET TimeZone = 'UTC'")
  // 29 June to 2 August on the site's clock; nothing at all on 15 July; nobody between 03:00 and 04:00.
  await duckdb.run(`CREATE TABLE events AS
    SELECT * FROM (
      SELECT TIMESTAMPTZ '2025-06-29 00:00:00+09' + to_seconds(range * 37) AS utc_timestamp,
        CASE WHEN range % 2 = 0 THEN 'u' || (range * 7919 % 9001) END AS user_id, 'a' || (range * 104729 % 3001) AS anonymous_id,
        CASE WHEN range % 10 < 9 THEN 'page' || (range % 7) END AS page_name, 'segment' || (range % 3) AS user_segment
      FROM range(80700))
    WHERE utc_timestamp < TIMESTAMPTZ '2025-08-02 10:20:00+09'
      AND CAST(utc_timestamp AT TIME ZONE 'Asia/Seoul' AS DATE) <> DATE '2025-07-15'
      AND hour(utc_timestamp AT TIME ZONE 'Asia/Seoul') <> 3`)
  const { db } = postgres
  const catalog = await db.catalog.create({ data: { name: 'firn', warehouse: 'file:///warehouse' } })
  const namespace = await db.namespace.create({
    data: { catalogId: catalog.id, levels: ['recipe_analytics'] },
  })
  const table = await db.icebergTable.create({
    data: {
      namespaceId: namespace.id,
      name: 'user_events_silver',
      tableUuid: randomUUID(),
      location: 'file:///warehouse/t',
      metadataLocation: 'file:///warehouse/t/metadata/0.json',
      formatVersion: 2,
    },
  })
  await db.site.create({ data: { ...site, name: '몰', tableId: table.id, columns } })
  const all = parseRange('2025-06-29', '2025-08-02', timeZone)
  const reader = await duckdb.runAndReadAll(
    recountSql({
      relation: 'events',
      columns,
      timeZone,
      ...all,
      sketchSize: 4096,
      topSketchSize,
      topLimit: topKeysPerDay,
    }),
  )
  await db.$transaction(
    async (tx) => {
      await clearMarts(tx, site.id)
      await writeMarts(tx, site, reader.getRowObjectsJson() as unknown as RecountRow[])
      await refreshMonths(tx, site, bucketStarts(all, 'month', timeZone), async (month) => {
        const { visitors } = await exact(
          `epoch_ms(utc_timestamp) >= ${month.from} AND epoch_ms(utc_timestamp) < ${month.to}`,
        )
        return BigInt(visitors)
      })
      await tx.martState.create({
        data: {
          siteId: site.id,
          snapshotId,
          freshAt,
          latestEvent: new Date('2025-08-02T10:19:30+09:00'),
          refreshedAt: freshAt,
        },
      })
    },
    { timeout: 300_000 },
  )
})
afterAll(async () => {
  duckdb.closeSync()
  await postgres.drop()
})

const ask = (grain: 'hour' | 'day' | 'month', from?: string, to?: string, fill = false) =>
  getVisitors(postgres.db, testActor(), { grain, from, to, compare: 'previous', fill })

describe('getVisitors', () => {
  it('gives hours of a day with totals that count each person once', async () => {
    const answer = await ask('hour', '2025-07-10', '2025-07-10')
    expect(answer).toMatchObject({ snapshotId: '9007199254740995', timeZone, grain: 'hour' })
    expect(VisitorsAnswerSchema.safeParse(answer).error).toBeUndefined()
    expect(answer.freshAt).toBe('2025-08-02T10:30:00+09:00')
    expect(answer.items).toHaveLength(23)
    expect(answer.items.map((item) => item.label)).not.toContain('03:00~04:00')
    const one = answer.items.find((item) => item.label === '13:00~14:00')
    expect(one).toMatchObject(await exact(within('2025-07-10 13:00', '2025-07-10 14:00')))
    expect(one).toMatchObject({ start: '2025-07-10T13:00:00+09:00', exact: true, complete: true, gap: false })
    const day = await exact(within('2025-07-10', '2025-07-11'))
    expect(answer.totals).toMatchObject({ ...day, exact: true })
    expect(answer.items.reduce((sum, item) => sum + item.visits, 0)).toBe(day.visits)
    const before = await exact(within('2025-07-09 13:00', '2025-07-09 14:00'))
    expect(one?.previous).toMatchObject({ ...before, start: '2025-07-09T13:00:00+09:00' })
    expect(answer.previousTotals).toMatchObject(await exact(within('2025-07-09', '2025-07-10')))
  })

  it('tells a counted zero from a gap when asked for every bucket', async () => {
    const hours = await ask('hour', '2025-07-14', '2025-07-16', true)
    expect(hours.items).toHaveLength(72)
    const quiet = hours.items.find((item) => item.start === '2025-07-14T03:00:00+09:00')
    expect(quiet).toMatchObject({ visits: 0, visitors: 0, gap: false })
    const missing = hours.items.filter((item) => item.gap)
    expect(missing).toHaveLength(24)
    const within = await ask('hour', '2025-07-15', '2025-07-15', true)
    expect(within.items.every((item) => item.gap)).toBe(true)
    expect(missing.every((item) => item.start.startsWith('2025-07-15'))).toBe(true)
    const days = await ask('day', '2025-07-14', '2025-07-16', true)
    expect(days.items.map((item) => item.gap)).toEqual([false, true, false])
    expect((await ask('day', '2025-07-14', '2025-07-16')).items).toHaveLength(2)
  })

  it('cuts days and months on the clock of the site', async () => {
    const months = await ask('month', '2025-06', '2025-08')
    expect(months.items.map((item) => item.label)).toEqual(['2025-06', '2025-07', '2025-08'])
    const july = await exact(within('2025-07-01', '2025-08-01'))
    expect(july.visitors).toBeGreaterThan(4096)
    expect(months.items[1]).toMatchObject({ ...july, exact: true, start: '2025-07-01T00:00:00+09:00' })
    const days = await ask('day', '2025-07-31', '2025-08-01')
    expect(days.items[0]).toMatchObject(await exact(within('2025-07-31', '2025-08-01')))
    expect((await ask('month', '2025-07', '2025-07')).totals).toMatchObject({ ...july, exact: true })
  })

  it('counts any other range by sketches: exact below 4,096 people, with an honest error above', async () => {
    const partial = await ask('hour', '2025-07-10T22:00', '2025-07-11T02:00')
    expect(partial.totals).toMatchObject({
      ...(await exact(within('2025-07-10 22:00', '2025-07-11 02:00'))),
      exact: true,
      standardError: 0,
    })
    const ragged = await ask('hour', '2025-07-01T13:00', '2025-07-20T07:00')
    const truth = await exact(within('2025-07-01 13:00', '2025-07-20 07:00'))
    expect(ragged.totals.visits).toBe(truth.visits)
    expect(ragged.totals.exact).toBe(false)
    expect(ragged.totals.standardError).toBeGreaterThan(0)
    expect(Math.abs(ragged.totals.visitors - truth.visitors)).toBeLessThan(4 * ragged.totals.standardError)
    expect(ragged.totals.visitors).not.toBe(ragged.items.reduce((sum, item) => sum + item.visitors, 0))
  })

  it('marks what was not over when the snapshot was committed, and shows the newest data by itself', async () => {
    const hours = await ask('hour')
    expect(hours).toMatchObject({ from: '2025-08-02T00:00:00+09:00', to: '2025-08-03T00:00:00+09:00' })
    expect(hours.items.at(-1)).toMatchObject({ label: '10:00~11:00', complete: false })
    expect(hours.items.at(-2)).toMatchObject({ label: '09:00~10:00', complete: true })
    const days = await ask('day')
    expect(days.items.at(-1)).toMatchObject({ label: '2025-08-02', complete: false })
    expect(days.items).toHaveLength(29)
    const months = await ask('month')
    expect(months.items.at(-1)).toMatchObject({ label: '2025-08', complete: false })
    expect(months.covered).toEqual({ from: '2025-06-01T00:00:00+09:00', to: '2025-09-01T00:00:00+09:00' })
  })

  it('answers the same question from memory until the marts change', async () => {
    const first = await ask('day', '2025-07-01', '2025-07-02')
    expect(await ask('day', '2025-07-01', '2025-07-02')).toBe(first)
    const { db } = postgres
    const state = { where: { siteId: site.id } }
    await db.martState.update({ ...state, data: { snapshotId: 7n } })
    const shows = (id: string) =>
      vi.waitFor(async () => expect((await ask('day', '2025-07-01', '2025-07-02')).snapshotId).toBe(id))
    await shows('7')
    await db.martState.update({ ...state, data: { snapshotId } })
    await shows(snapshotId.toString())
  })

  it('names what is wrong with a question', async () => {
    await expect(ask('day', '2025-07-02', '2025-07-01')).rejects.toMatchObject({ code: 'bad-input' })
    await expect(ask('hour', '2015-01-01', '2025-01-01')).rejects.toThrow(/by day/)
    await expect(
      getVisitors(postgres.db, testActor(), { site: 'nowhere', grain: 'day', compare: 'none', fill: false }),
    ).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('getTop', () => {
  it('ranks pages with distinct people over the range and the period before', async () => {
    const top = await getTop(postgres.db, testActor(), {
      dimension: 'page',
      from: '2025-07-08',
      to: '2025-07-09',
      compare: 'previous',
      limit: 20,
    })
    expect(TopAnswerSchema.safeParse(top).error).toBeUndefined()
    const { visits } = await exact(within('2025-07-08', '2025-07-10'))
    expect(top.totalVisits).toBe(visits)
    expect(top.items.reduce((sum, item) => sum + item.visits, 0)).toBe(visits)
    expect(top.items.map((item) => item.rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(top.items.map((item) => item.key)).toContain('')
    const page = top.items.find((item) => item.key === 'page3')
    const truth = await exact(`page_name = 'page3' AND ${within('2025-07-08', '2025-07-10')}`)
    expect(page?.visits).toBe(truth.visits)
    expect(Math.abs((page?.visitors ?? 0) - truth.visitors)).toBeLessThanOrEqual(
      4 * (page?.standardError ?? 0),
    )
    expect(page?.previous?.visits).toBe(
      (await exact(`page_name = 'page3' AND ${within('2025-07-06', '2025-07-08')}`)).visits,
    )
  })

  it('says how many visits a user may have on days on which they were not among the kept', async () => {
    const query = { dimension: 'user', compare: 'none', limit: 10 } as const
    const oneDay = await getTop(postgres.db, testActor(), { ...query, from: '2025-07-08', to: '2025-07-08' })
    expect(oneDay.items.every((item) => item.exact && item.visitors === 1)).toBe(true)
    const days = await getTop(postgres.db, testActor(), { ...query, from: '2025-07-01', to: '2025-07-10' })
    for (const item of days.items) {
      const truth = await exact(`${people} = '${item.key}' AND ${within('2025-07-01', '2025-07-11')}`)
      expect(truth.visits).toBeGreaterThanOrEqual(item.visits)
      expect(truth.visits).toBeLessThanOrEqual(item.visits + item.missedAtMost)
    }
  })
})
