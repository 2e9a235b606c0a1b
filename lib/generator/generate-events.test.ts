import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventCounts, eventNames, fullEventTotal } from './event-names.ts'
import { generateEvents } from './generate-events.ts'
import { planHourCounts, planHours } from './hour-plan.ts'
import { liveEvents } from './live-events.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'firn-generator-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

async function readLines(): Promise<string[]> {
  const names = (await readdir(directory)).sort()
  const texts = await Promise.all(names.map((name) => readFile(path.join(directory, name), 'utf8')))
  return texts.flatMap((text) => text.split('\n').slice(0, -1))
}

test('the full set has the counts of the recipe service by event and by hour', () => {
  const counts = Object.fromEntries(
    eventNames.map((name, index) => [name, eventCounts(fullEventTotal)[index]]),
  )
  expect(fullEventTotal).toBe(1_000_001)
  expect(counts).toMatchObject({ view_page: 300_526, search_recipe: 126_375, click_bookmark: 16_935 })
  const named = [
    'view_page',
    'view_recipe_list',
    'click_auth_button',
    'search_recipe',
    'click_recipe',
    'auth_success',
    'view_ads',
    'create_comment',
    'click_like',
    'click_bookmark',
  ]
  const others = eventNames
    .filter((name) => !named.includes(name))
    .reduce((sum, name) => sum + (counts[name] ?? 0), 0)
  expect(others).toBe(11_159)

  const hours = planHourCounts(fullEventTotal, 1)
  expect(hours).toHaveLength(planHours)
  expect(hours.slice(-3)).toEqual([1320, 1307, 1365])
  expect(hours.reduce((left, right) => left + right, 0)).toBe(1_000_001)
  expect(Math.min(...hours)).toBeGreaterThan(1200)
  expect(Math.max(...hours)).toBeLessThan(1500)
})

test('a smaller set keeps the shares, the time order and the bronze shape, with ids that never repeat', async () => {
  const files = await generateEvents({ count: 5000, seed: 7, directory })
  expect(files).toHaveLength(31)
  const events = (await readLines()).map((line) => JSON.parse(line) as Record<string, string | null>)
  expect(events).toHaveLength(5000)
  expect(new Set(events.map((event) => event.event_id)).size).toBe(5000)
  const times = events.map((event) => event.timestamp as string)
  expect([...times].sort()).toEqual(times)
  expect(times.every((time) => /^2025-07-\d\dT\d\d:\d\d:\d\d\.\d{3}\+09:00$/.test(time))).toBe(true)
  expect(new Set(times.map((time) => time.slice(0, 13))).size).toBe(744)
  expect(events.filter((event) => event.event_name === 'view_page')).toHaveLength(Math.round(5000 * 0.300526))
  expect(events.some((event) => event.user_id === null)).toBe(true)
  const context = JSON.parse(events[0]?.context as string)
  expect(context).toMatchObject({
    page: { name: expect.any(String) },
    ab_test: { group: expect.any(String) },
  })
  for (const event of events) JSON.parse(event.event_properties as string)
})

test('the same seed gives the same bytes, another seed others', async () => {
  const digest = async (seed: number) => {
    await generateEvents({ count: 2000, seed, directory })
    return createHash('sha256')
      .update((await readLines()).join('\n'))
      .digest('hex')
  }
  const first = await digest(3)
  expect(await digest(3)).toBe(first)
  expect(await digest(4)).not.toBe(first)
})

test('one event is enough, none is refused', async () => {
  await generateEvents({ count: 1, directory })
  expect(await readLines()).toHaveLength(1)
  await expect(generateEvents({ count: 0, directory })).rejects.toThrow('1 or more; found 0')
})

test('live lots carry the seconds they are for, in Asia/Seoul', () => {
  const feed = liveEvents({ seed: 1, startAt: new Date('2026-01-31T14:59:59.000Z'), eventsPerSecond: 20 })
  const lots = [feed.next().value, feed.next().value]
  expect(lots.map((lot) => lot.second.toISOString())).toEqual([
    '2026-01-31T14:59:59.000Z',
    '2026-01-31T15:00:00.000Z',
  ])
  for (const line of lots[1]?.lines ?? []) expect(JSON.parse(line)).toMatchObject({ date: '2026-02-01' })
  for (const lot of lots) {
    expect(lot.lines.length).toBeGreaterThan(10)
    expect(lot.keys).toHaveLength(lot.lines.length)
    for (const line of lot.lines) {
      const moment = new Date(JSON.parse(line).timestamp).getTime() - lot.second.getTime()
      expect(moment >= 0 && moment < 1000).toBe(true)
    }
  }
})
