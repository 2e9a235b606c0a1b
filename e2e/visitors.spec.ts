import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { getTopVisitors, getVisitorBuckets } from '#lib/api/analytics.ts'
import { expect, silverPage, test } from './harness/browser-test.ts'
import { countSample, type Figures, type SampleCount } from './harness/count-sample.ts'
import { sampleEvents } from './harness/demo-setup.ts'

const api = '/api/v1/analytics/visitors'
const number = (value: number) => value.toLocaleString('en-US')

let sample: SampleCount
test.beforeAll(async () => {
  sample = await countSample(sampleEvents)
})

/** The number under one of the three labels at the top. */
const total = (page: Page, label: string) =>
  page.getByRole('main').locator(`xpath=.//div[text()="${label}"]/following-sibling::div[1]`).first()

test('hours, days, months and any range have the figures of a plain count of the events', async ({
  engineer,
}) => {
  for (const [grain, from, to, length] of [
    ['hour', '2025-07-10', '2025-07-12', 13],
    ['day', '2025-07-01', '2025-07-31', 10],
    ['month', '2025-07', '2025-07', 7],
  ] as const) {
    const answer = await engineer.get(`${api}/${grain}?from=${from}&to=${to}`, getVisitorBuckets.response)
    expect(answer.timeZone).toBe('Asia/Seoul')
    const found = answer.items.map(({ start, visitors, visits }) => ({
      bucket: start.slice(0, length),
      visitors,
      visits,
    }))
    const counted = [...sample.buckets]
      .filter(([bucket]) => bucket.length === length)
      .filter(([bucket]) => bucket.slice(0, from.length) >= from && bucket.slice(0, to.length) <= to)
      .map(([bucket, figures]) => ({ bucket, ...figures }))
      .sort((one, other) => one.bucket.localeCompare(other.bucket))
    expect(found).toEqual(counted)
    expect(answer.items.every(({ exact, complete }) => exact && complete)).toBe(true)
  }
  const week = await engineer.get(
    `${api}/day?from=2025-07-08&to=2025-07-14&compare=previous`,
    getVisitorBuckets.response,
  )
  const figures = (found: Figures | null | undefined) =>
    found && { visitors: found.visitors, visits: found.visits }
  expect(figures(week.totals)).toEqual(sample.between('2025-07-08', '2025-07-14'))
  expect(figures(week.previousTotals)).toEqual(sample.between('2025-07-01', '2025-07-07'))
  expect(figures(week.items[0]?.previous)).toEqual(sample.buckets.get('2025-07-01'))
})

for (const dimension of ['page', 'segment'] as const) {
  test(`the top ${dimension}s have the hits of a plain count`, async ({ engineer }) => {
    const answer = await engineer.get(
      `${api}/top?dimension=${dimension}&from=2025-07&to=2025-07&limit=500`,
      getTopVisitors.response,
    )
    const counted = dimension === 'page' ? sample.pages : sample.segments
    expect(Object.fromEntries(answer.items.map(({ key, visits }) => [key, visits]))).toEqual(
      Object.fromEntries(counted),
    )
    expect(answer.totalVisits).toBe(sampleEvents)
  })
}

test('links to a range, its comparison and a day have the right numbers', async ({ page }) => {
  await page.goto('/analytics/visitors/day?from=2025-07-08&to=2025-07-14')
  const now = sample.between('2025-07-08', '2025-07-14')
  const before = sample.between('2025-07-01', '2025-07-07')
  await expect(total(page, 'Visitors')).toContainText(number(now.visitors))
  await expect(total(page, 'Visits')).toContainText(number(now.visits))
  await expect(page.getByText(`before: ${number(before.visitors)}`)).toBeVisible()
  await expect(page.getByText(`before: ${number(before.visits)}`)).toBeVisible()

  await page.goto('/analytics/visitors/day?from=2025-07-08&to=2025-07-14&compare=false')
  await expect(total(page, 'Visits')).toContainText(number(now.visits))
  await expect(page.getByText(/^before:/)).toHaveCount(0)

  await page.goto('/analytics/visitors/hour?from=2025-07-10&to=2025-07-10')
  const hour = sample.buckets.get('2025-07-10T13')
  const row = page
    .getByRole('region', { name: 'visitors-hour' })
    .getByRole('row')
    .filter({ hasText: '13:00~14:00' })
  await expect(row.getByRole('cell').nth(1)).toHaveText(number(hour?.visitors ?? -1))
  await expect(row.getByRole('cell', { name: number(hour?.visits ?? -1), exact: true }).first()).toBeVisible()
})

test('a business user walks from hours to days and down into one day, on a slow computer', async ({
  page,
}) => {
  const failures: string[] = []
  page.on('pageerror', (error) => failures.push(error.message))
  page.on('console', (message) => message.type() === 'error' && failures.push(message.text()))
  // Slowed down, the chart's own updates and the page's fall into one another as they do on an old office computer.
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 6 })
  for (let round = 0; round < 2; round += 1) {
    await page.goto('/analytics/visitors/hour?from=2025-07-08&to=2025-07-14')
    await page.getByRole('link', { name: 'By day' }).click()
    await expect(page).toHaveURL(/\/day\?/)
    await expect(total(page, 'Visits')).toContainText(
      number(sample.between('2025-07-08', '2025-07-14').visits),
    )
    await expect(page.getByRole('figure', { name: 'Visitors by day' }).locator('svg').first()).toBeVisible()
    const days = page.getByRole('region', { name: 'visitors-day' })
    await days.getByRole('row').nth(3).click()
    await expect(page).toHaveURL(/\/hour\?from=2025-07-10&to=2025-07-10/)
    await expect(total(page, 'Visits')).toContainText(number(sample.buckets.get('2025-07-10')?.visits ?? -1))
    await expect(page.getByRole('figure', { name: 'Visitors by hour' }).locator('svg').first()).toBeVisible()
  }
  expect(failures).toEqual([])
})

test('a chart has its numbers as a table, too', async ({ page }) => {
  await page.goto('/analytics/visitors/day?from=2025-07-01&to=2025-07-31&metric=visits')
  const chart = page.getByRole('figure', { name: 'Visits by day' })
  await chart.getByRole('button', { name: 'Show as table' }).click()
  const rows = chart.getByRole('row')
  await expect(rows).toHaveCount(32)
  await expect(rows.nth(1)).toContainText(number(sample.buckets.get('2025-07-01')?.visits ?? -1))
  await expect(rows.nth(31)).toContainText(number(sample.buckets.get('2025-07-31')?.visits ?? -1))
})

test('the CSV has exactly the numbers of the page', async ({ page }) => {
  await page.goto('/analytics/visitors/day?from=2025-07-01&to=2025-07-31&compare=false')
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'CSV' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toBe('visitors-recipe-day-2025-07-01.csv')
  const text = await readFile(await download.path(), 'utf8')
  expect(text.charCodeAt(0), 'Excel needs the byte order mark').toBe(0xfeff)
  const [header, ...lines] = text.slice(1).trimEnd().split('\r\n')
  expect(header).toBe('start,end,label,visitors,visits,exact,complete')
  const counted = Array.from({ length: 31 }, (_, index) => {
    const day = `2025-07-${String(index + 1).padStart(2, '0')}`
    const figures = sample.buckets.get(day)
    return `${day},${figures?.visitors},${figures?.visits}`
  })
  expect(lines.map((line) => line.split(',').slice(2, 5).join(','))).toEqual(counted)
})

test('the mark of a number opens its definition, snapshot, freshness and SQL', async ({ page }) => {
  await page.goto('/analytics/visitors/month?from=2025-07-01&to=2025-07-31')
  await page.getByRole('button', { name: 'How was this number computed?' }).first().click()
  const mark = page.getByRole('dialog', { name: 'How was this number computed?' })
  await expect(mark.getByText('How many different people came at least once')).toBeVisible()
  await expect(mark.getByText('Counted exactly')).toBeVisible()
  await expect(mark.getByText('Asia/Seoul', { exact: true })).toBeVisible()
  await expect(mark.locator('pre')).toContainText('count(DISTINCT')
  const snapshot = mark.getByRole('link', { name: /^\d{10,}$/ })
  const id = await snapshot.textContent()
  await snapshot.click()
  await expect(page).toHaveURL(new RegExp(`^.*${silverPage}\\?.*${id}`))
  await expect(
    page
      .getByRole('row')
      .filter({ hasText: id ?? '' })
      .first(),
  ).toBeVisible()
})

test('TOP ranks pages, segments and users', async ({ page }) => {
  await page.goto('/analytics/visitors/top?from=2025-07-01&to=2025-07-31')
  const [first] = [...sample.pages].sort(([, one], [, other]) => other - one)
  const ranking = page.getByRole('list', { name: 'Pages with most visits' })
  await expect(ranking.getByRole('listitem').first()).toContainText(first?.[0] ?? '')
  await expect(ranking.getByRole('listitem').first()).toContainText(number(first?.[1] ?? -1))
  await page.getByRole('radio', { name: 'Segments' }).click()
  await expect(page).toHaveURL(/dimension=segment/)
  await expect(page.getByRole('list', { name: 'Segments with most visits' })).toBeVisible()
})

test('a range without data says where data is', async ({ page }) => {
  await page.goto('/analytics/visitors/day?from=2024-01-01&to=2024-01-07')
  await expect(page.getByText('There is no data in this range')).toBeVisible()
  await page.getByRole('button', { name: 'Show where data is' }).click()
  await expect(page.getByRole('figure').first()).toBeVisible()
})

test('a range that is none is refused with what to do', async ({ engineer }) => {
  const { status, body } = await engineer.call('GET', `${api}/day?from=2025-07-31&to=2025-07-01`)
  expect(status).toBe(400)
  expect(body).toMatchObject({ code: 'bad-input' })
})
