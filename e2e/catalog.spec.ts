import { getTable, listFiles, listPartitions } from '#lib/api/catalogs.ts'
import { compactTable } from '#lib/api/maintenance.ts'
import { expect, silverApi, silverPage, test, waitUntilDrawn } from './harness/browser-test.ts'

const july = 'year:2025 month:7'

test('from the catalogs to a table, and through its tabs', async ({ page, engineer }) => {
  await page.goto('/catalogs')
  await page.getByRole('link', { name: 'recipe_analytics.user_events_silver', exact: true }).click()
  await expect(page).toHaveURL(silverPage)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('user_events_silver')

  await page.getByRole('tab', { name: /^Schema/ }).click()
  await expect(page).toHaveURL(/tab=schema/)
  await expect(page.getByRole('heading', { name: '25 columns' })).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: 'prop_recipe_id' })).toContainText('long')

  await page.getByRole('tab', { name: /^Properties/ }).click()
  const { tableUuid, location } = await engineer.get(silverApi, getTable.response)
  await expect(page.getByText(tableUuid)).toBeVisible()
  await expect(page.getByText(location, { exact: true })).toBeVisible()
})

test('partitions are filtered in the address, and lead to their files', async ({ page, engineer }) => {
  const filter = `${july} hour:13`
  const { items, total } = await engineer.get(
    `${silverApi}/partitions?filter=${encodeURIComponent(filter)}&sort=-partition`,
    listPartitions.response,
  )
  expect(total).toBe(31)
  expect(items[0]?.partition).toEqual({ year: '2025', month: '7', day: '31', hour: '13' })

  await page.goto(`${silverPage}?tab=partitions`)
  await waitUntilDrawn(page)
  await page.getByRole('textbox', { name: 'Filter' }).fill(filter)
  await expect(page).toHaveURL(/partitions-filter=/)
  await expect(page.getByRole('row')).toHaveCount(32)
  await expect(page.getByRole('figure', { name: /Partitions of \d+ days by hour/ })).toBeVisible()

  await page.getByRole('link', { name: '2025 / 7 / 31 / 13' }).click()
  await expect(page).toHaveURL(/tab=files/)
  const files = await engineer.get(
    `${silverApi}/files?filter=${encodeURIComponent(`${july} day:31 hour:13`)}`,
    listFiles.response,
  )
  await expect(page.getByRole('row')).toHaveCount(1 + files.items.length)
})

test('a filter that names no field says which there are', async ({ page }) => {
  await page.goto(`${silverPage}?tab=partitions&partitions-filter=yaer:2025`)
  await expect(page.getByText(/year, month, day, hour/)).toBeVisible()
})

test('a data file shows the statistics of its columns', async ({ page }) => {
  await page.goto(`${silverPage}?tab=files&files-filter=${encodeURIComponent(`${july} day:1 hour:0`)}`)
  await page.getByRole('row').nth(1).click()
  const file = page.getByRole('dialog')
  await expect(file.getByRole('row').filter({ hasText: 'utc_timestamp' })).toContainText('2025-06-30T15:')
  await expect(page).toHaveURL(/file=[^&]+\.parquet/)
  await page.reload()
  await expect(page.getByRole('dialog').getByText(/year=2025\/month=7\/day=1\/hour=0\//)).toBeVisible()
})

test('a snapshot can be linked to, with who committed it and its summary', async ({ page }) => {
  await page.goto(`${silverPage}?tab=snapshots&snapshots-filter=operation:append`)
  await page.getByRole('region', { name: 'user_events_silver-snapshots' }).getByRole('row').nth(1).click()
  await expect(page).toHaveURL(/snapshot=\d+/)
  const shown = page.getByRole('dialog')
  await expect(shown.getByText('firn.commit-id')).toBeVisible()
  const id = new URL(page.url()).searchParams.get('snapshot') ?? ''
  await page.goto(`${silverPage}?tab=snapshots&snapshot=${id}`)
  await expect(page.getByRole('dialog')).toContainText(id)
})

test("SQL over the table's metadata runs in the browser, from this server alone", async ({
  page,
  baseURL,
}) => {
  const foreign: string[] = []
  page.on('request', (request) => {
    if (request.url().startsWith('http') && !request.url().startsWith(`${baseURL}/`))
      foreign.push(request.url())
  })
  await page.goto(`${silverPage}?tab=explore`)
  // The examples come first, and run once the engine has been loaded.
  const result = page.getByRole('region', { name: 'Result' })
  await expect(result.getByRole('columnheader', { name: 'commits' })).toBeVisible({ timeout: 45_000 })
  await page
    .getByRole('textbox', { name: 'SQL' })
    .fill(
      'SELECT count(*) AS partitions, min(files) > 0 AS full FROM partitions WHERE year = 2025 AND month = 7',
    )
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(result.getByRole('row').nth(1)).toHaveText('744true')

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV' }).click()
  expect((await download).suggestedFilename()).toBe('user_events_silver-query.csv')

  await page.getByRole('textbox', { name: 'SQL' }).fill('SELECT nonsense FROM partitions')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByRole('main').getByRole('alert')).toContainText('nonsense')
  expect(foreign).toEqual([])
})

test('who may not compact sees why; who may gets a run to watch', async ({ page, addPerson, newVisitor }) => {
  const { link } = await addPerson('viewer')
  const viewer = await newVisitor()
  await viewer.goto(link)
  await viewer.goto(silverPage)
  await expect(viewer.getByRole('button', { name: 'Compact now' })).toBeDisabled()

  await page.goto(silverPage)
  const answered = page.waitForResponse((response) => response.url().endsWith('/compact'))
  await page.getByRole('button', { name: 'Compact now' }).click()
  const { runId } = compactTable.response.parse(await (await answered).json())
  await expect(page.getByRole('button', { name: 'Watch' })).toBeVisible()
  await page.goto(`/runs/${runId}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('user_events_silver')
  await expect(page.getByRole('main')).toContainText(/Done|Nothing to do/, { timeout: 60_000 })
})

test('a table that is not there says so', async ({ page }) => {
  await page.goto('/catalogs/firn/recipe_analytics/no_such_table')
  await expect(page.getByRole('alert').filter({ hasText: 'no_such_table' })).toBeVisible()
})

test('another engine makes and drops a table; the console brings it back', async ({ page, engineer }) => {
  const base = '/iceberg/v1/firn/namespaces'
  const schema = { type: 'struct', fields: [{ id: 1, name: 'id', required: false, type: 'long' }] }
  await engineer.call('POST', base, { namespace: ['by_engine'] })
  const made = await engineer.call('POST', `${base}/by_engine/tables`, { name: 'people', schema })
  expect(made.status, JSON.stringify(made.body)).toBe(200)
  expect((await engineer.call('DELETE', `${base}/by_engine/tables/people`)).status).toBe(204)

  await page.goto('/catalogs')
  await page.getByRole('button', { name: 'Undrop people' }).click()
  await expect(page.getByText('people is back')).toBeVisible()
  await expect(page.getByRole('link', { name: 'by_engine.people', exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Undrop people' })).toHaveCount(0)
  expect((await engineer.call('GET', `${base}/by_engine/tables/people`)).status).toBe(200)
  await engineer.call('DELETE', `${base}/by_engine/tables/people`)
})

test('a catalog tells how engines connect to it', async ({ page, baseURL }) => {
  await page.goto('/catalogs')
  await page.getByRole('button', { name: 'Connect' }).click()
  const dialog = page.getByRole('dialog', { name: 'Connect to firn' })
  for (const engine of ['PyIceberg', 'Spark', 'Trino', 'Flink', 'DuckDB', 'dbt']) {
    await dialog.getByRole('radio', { name: engine }).click()
    await expect(dialog.locator('pre').first()).toContainText(`${baseURL}/iceberg`)
  }
  await dialog.getByRole('link', { name: 'make one here' }).click()
  await expect(page).toHaveURL(/\/admin\/tokens/)
})
