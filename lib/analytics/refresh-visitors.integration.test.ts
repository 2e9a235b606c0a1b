import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PrismaClient } from '#db'
import { AppError } from '#lib/errors.ts'
import { eq } from '#lib/iceberg/scan/expression.ts'
import { planFiles } from '#lib/iceberg/scan/plan-files.ts'
import { deleteRows } from '#lib/row-level/delete-rows.ts'
import { overwriteRows } from '#lib/row-level/overwrite-rows.ts'
import { createTestLakehouse, type Lakehouse, type TestEvent } from '../../e2e/harness/lakehouse.ts'
import { testActor } from '../../e2e/harness/test-actor.ts'
import { getVisitors } from './get-visitors.ts'
import { refreshVisitors } from './refresh-visitors.ts'

let lake: Lakehouse
beforeAll(async () => {
  lake = await createTestLakehouse()
})
afterAll(() => lake.close())

const refresh = (engine = lake.engine) =>
  refreshVisitors({ ...lake, engine, signal: new AbortController().signal }, lake.siteId)

/** Everything the marts hold, comparable. */
async function marts() {
  const where = { siteId: lake.siteId }
  const orderBy = { bucketStart: 'asc' } as const
  return {
    hours: await lake.db.visitorHour.findMany({ where, orderBy }),
    days: await lake.db.visitorDay.findMany({ where, orderBy }),
    months: await lake.db.visitorMonth.findMany({ where, orderBy }),
    tops: await lake.db.visitorTop.findMany({
      where,
      orderBy: [{ bucketStart: 'asc' }, { dimension: 'asc' }, { key: 'asc' }],
    }),
  }
}

/** The same counts straight from the table's files, without any of the marts' SQL. */
async function recounted() {
  const paths = await lake.io.localize(
    (await planFiles(await lake.loadTable())).map(({ file }) => file.filePath),
  )
  const { rows } = await lake.engine.run('query', {
    sql: `SELECT strftime(utc_timestamp AT TIME ZONE 'Asia/Seoul', '%Y-%m-%dT%H:00:00+09:00') AS start,
      count(*)::INT AS visits, count(DISTINCT coalesce(user_id, anonymous_id))::INT AS visitors
      FROM read_parquet([${paths.map((path) => `'${path}'`).join(',')}]) GROUP BY 1 ORDER BY 1`,
  })
  return rows
}

/** What the API answers; a site is remembered for a moment, so tests ask until it knows. */
const shown = async () => {
  const { items } = await getVisitors(lake.db, testActor(), {
    grain: 'hour',
    from: '2025-06-01',
    to: '2025-08-31',
    compare: 'none',
    fill: false,
  })
  return items.map(({ start, visits, visitors }) => ({ start, visits, visitors }))
}

const eventsOn = (times: string[], people = 7): TestEvent[] =>
  times.map((at, index) => ({
    at,
    user: index % 2 === 0 ? `user-${index % people}` : null,
    anonymous: `device-${index % 5}`,
    page: `page-${index % 3}`,
  }))

const minutes = (day: string, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const [hour, minute] = [Math.floor((index * 17) / 60) % 24, (index * 17) % 60]
    return `${day}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:30+09:00`
  })

describe('refreshVisitors', () => {
  it('has nothing to do for a table without snapshots', async () => {
    expect(await refresh()).toMatchObject({ scope: 'none', snapshotId: null })
  })

  it('counts everything at first, over the ends of days and months in Asia/Seoul', async () => {
    const snapshot = await lake.append([
      ...eventsOn(minutes('2025-07-30', 80)),
      ...eventsOn(['2025-07-31T23:59:59+09:00', '2025-08-01T00:00:00+09:00', '2025-07-31T15:30:00Z']),
    ])
    expect(await refresh()).toMatchObject({
      scope: 'all',
      reason: 'first build',
      snapshotId: snapshot.snapshotId,
      days: 3,
    })
    await expect.poll(shown).toEqual(await recounted())
    const months = await lake.db.visitorMonth.findMany({ orderBy: { bucketStart: 'asc' } })
    expect(months.map(({ bucketStart, visits }) => [bucketStart.toISOString(), visits])).toEqual([
      ['2025-06-30T15:00:00.000Z', 81n],
      ['2025-07-31T15:00:00.000Z', 2n],
    ])
    const state = await lake.db.martState.findUniqueOrThrow({ where: { siteId: lake.siteId } })
    expect(state).toMatchObject({
      snapshotId: snapshot.snapshotId,
      freshAt: new Date(snapshot.timestampMs),
      latestEvent: new Date('2025-07-31T15:30:00Z'),
    })
  })

  it('recounts only the days that new files touch, and twice is as good as once', async () => {
    await lake.append(eventsOn(['2025-07-30T01:10:00+09:00', '2025-07-30T05:00:00+09:00'], 3))
    await lake.append(eventsOn(['2025-07-30T01:12:00+09:00']))
    expect(await refresh()).toMatchObject({ scope: 'days', reason: null, days: 1 })
    await expect.poll(shown).toEqual(await recounted())
    const before = await marts()
    expect(await refresh()).toMatchObject({ scope: 'none', days: 0 })
    expect(await marts()).toEqual(before)
  })

  it('is the same as counting everything anew', async () => {
    await lake.append(eventsOn(minutes('2025-07-31', 30)))
    await refresh()
    const incremental = await marts()
    await lake.db.martState.delete({ where: { siteId: lake.siteId } })
    expect(await refresh()).toMatchObject({ scope: 'all' })
    expect(await marts()).toEqual(incremental)
  })

  it('builds anew when the snapshot it knew is not in the history any more', async () => {
    const expected = await marts()
    await lake.db.martState.update({ where: { siteId: lake.siteId }, data: { snapshotId: 1n } })
    await lake.db.visitorDay.deleteMany({ where: { siteId: lake.siteId } })
    expect(await refresh()).toMatchObject({ scope: 'all', reason: expect.stringContaining('history') })
    expect(await marts()).toEqual(expected)
  })

  it('leaves the marts as they were when it dies in the middle, and is right the next time', async () => {
    await lake.append(eventsOn(minutes('2025-08-01', 20)))
    const before = await marts()
    let queries = 0
    const dying: typeof lake.engine = {
      ...lake.engine,
      run: async (name, payload, options) => {
        queries += 1
        const result = await lake.engine.run(name, payload, options)
        if (queries >= 1) throw new AppError('unavailable', 'The engine process died.', { retryable: true })
        return result
      },
    }
    await expect(refresh(dying)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await marts()).toEqual(before)
    await refresh()
    await expect.poll(shown).toEqual(await recounted())
  })

  it('may count for longer than a transaction may else be idle', async () => {
    await lake.append(eventsOn(minutes('2025-08-02', 20)))
    const db = new PrismaClient({
      adapter: new PrismaPg({
        connectionString: process.env.DATABASE_URL ?? '',
        idle_in_transaction_session_timeout: 2_000,
      }),
    })
    const slow: typeof lake.engine = {
      ...lake.engine,
      run: async (name, payload, options) => {
        await delay(4_000)
        return lake.engine.run(name, payload, options)
      },
    }
    try {
      const { signal } = new AbortController()
      await refreshVisitors({ ...lake, db, engine: slow, signal }, lake.siteId)
    } finally {
      await db.$disconnect()
    }
    await expect.poll(shown).toEqual(await recounted())
  })

  it('counts the rows that deletes leave', async () => {
    await lake.append(
      minutes('2025-08-03', 12).map((at, index) => ({
        at,
        user: index % 3 === 0 ? 'forgotten' : `user-${index}`,
      })),
    )
    await refresh()
    const { committed } = await deleteRows(
      {
        engine: lake.engine,
        catalog: lake.catalog,
        workDirectory: path.join(lake.directory, 'forget'),
      },
      {
        identifier: (await lake.loadTable()).identifier,
        filter: eq('user_id', 'forgotten'),
        mode: 'merge-on-read',
      },
    )
    expect(committed?.snapshot.summary['added-position-deletes']).toBe('4')
    expect(await refresh()).toMatchObject({ scope: 'all', reason: expect.stringContaining('delete') })
    const day = async () =>
      (await marts()).days.find(({ bucketStart }) => bucketStart.toISOString() === '2025-08-02T15:00:00.000Z')
    expect(await day()).toMatchObject({ visits: 8n, visitors: 8n })
    // Read without its deletes, the table would still have all twelve.
    const table = await lake.loadTable()
    const touched = (await planFiles(table)).filter(({ deletes }) => deletes.length > 0)
    expect(touched.length).toBeGreaterThan(0)
    await overwriteRows(
      { engine: lake.engine, catalog: lake.catalog, workDirectory: path.join(lake.directory, 'rewrite') },
      { identifier: table.identifier, filter: eq('date', '2025-08-03'), add: [] },
    )
    await refresh()
    expect(await day()).toBeUndefined()
  })

  it('runs that start together wait for each other', async () => {
    await lake.append(eventsOn(minutes('2025-08-02', 9)))
    const results = await Promise.all([refresh(), refresh(), refresh()])
    expect(results.map(({ scope }) => scope).sort()).toEqual(['days', 'none', 'none'])
    await expect.poll(shown).toEqual(await recounted())
  })

  it('takes keys that no index takes', async () => {
    const at = '2025-08-04T10:00:00+09:00'
    const long = Array.from({ length: 400 }, (_, index) => Math.sin(index).toString(36)).join('')
    await lake.append([
      { at, user: `nul\0`, page: 'nul\0' },
      { at, user: 'nul', page: 'nul' },
      { at, user: `${long}a`, page: `${long}a` },
      { at, user: `${long}b`, page: `${long}b` },
    ])
    await refresh()
    const bucketStart = new Date('2025-08-03T15:00:00Z')
    const day = await lake.db.visitorDay.findFirstOrThrow({ where: { siteId: lake.siteId, bucketStart } })
    expect(day).toMatchObject({ visits: 4n, visitors: 4n })
    const tops = await lake.db.visitorTop.findMany({ where: { siteId: lake.siteId, bucketStart } })
    for (const dimension of ['page', 'user']) {
      const keys = tops.filter((top) => top.dimension === dimension).map(({ key }) => key)
      expect(keys).toHaveLength(4)
      expect(new Set(keys).size).toBe(4)
      expect(keys).toContain('nul')
      for (const key of keys) expect(key.length).toBeLessThan(200)
    }
  })

  it('names the column that is missing', async () => {
    await lake.append(eventsOn(['2025-08-02T10:00:00+09:00']))
    const where = { id: lake.siteId }
    const { columns } = await lake.db.site.findUniqueOrThrow({ where })
    await lake.db.site.update({ where, data: { columns: { eventTime: 'when', visitor: ['user_id'] } } })
    await expect(refresh()).rejects.toThrow(/column "when".*no such column/)
    await lake.db.site.update({ where, data: { columns: columns ?? {} } })
    await refresh()
  })
})
