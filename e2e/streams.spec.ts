import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { listRuns } from '#lib/api/runs.ts'
import { listSources } from '#lib/api/sources.ts'
import { type Api, expect, test, waitUntilDrawn } from './harness/browser-test.ts'

async function sampleSource(engineer: Api) {
  const { items } = await engineer.get('/api/v1/sources?kind=landing', listSources.response)
  const found = items.find(({ name }) => name === 'recipe-events')
  if (!found) throw new Error('The demo has no source recipe-events.')
  return found
}

/** A folder of the landing zone beside the sample's. */
async function landingFolder(engineer: Api): Promise<{ name: string; location: string; folder: string }> {
  const { config } = await sampleSource(engineer)
  const { location } = z.object({ location: z.string() }).parse(config)
  const name = `e2e-${randomBytes(4).toString('hex')}`
  const folder = path.join(path.dirname(fileURLToPath(location)), name)
  await mkdir(folder)
  return { name, location: `${location.slice(0, location.lastIndexOf('/'))}/${name}`, folder }
}

test("the sample's source has read every file, and its ledger is whole", async ({ page, engineer }) => {
  const { id } = await sampleSource(engineer)
  await page.goto('/sources')
  await page.getByRole('link', { name: 'recipe-events', exact: true }).click()
  await expect(page).toHaveURL(`/sources/${id}`)
  await expect(page.getByText('Nothing missing, nothing twice')).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: 'events-2025-07-31.jsonl' })).toContainText('100%')
  await page.getByRole('tab', { name: /^Errors/ }).click()
  await expect(page.getByText('No errors')).toBeVisible()
})

test('a source is paused and resumed', async ({ page, engineer }) => {
  const { id } = await sampleSource(engineer)
  await page.goto(`/sources/${id}`)
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByRole('main').getByText('Paused', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(page.getByRole('main').getByText('Active', { exact: true })).toBeVisible()
})

test('a new source: wrong input is explained, bad lines land in the error table', async ({
  page,
  engineer,
}) => {
  const { name, location, folder } = await landingFolder(engineer)
  await page.goto('/sources')
  await page.getByRole('button', { name: 'Add source' }).click()
  const form = page.getByRole('dialog', { name: 'Add a source' })
  await form.getByLabel('Name').fill(name)
  await form.getByLabel('Folder').fill('not a folder')
  await form.getByRole('button', { name: 'Add source' }).click()
  await expect(form.getByText(/expected a folder/)).toBeVisible()
  await form.getByLabel('Folder').fill('file:///etc')
  await form.getByRole('button', { name: 'Add source' }).click()
  await expect(form.getByText(/landing/i).last()).toBeVisible()
  await form.getByLabel('Folder').fill(location)
  await form.getByRole('button', { name: 'Add source' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name)

  await writeFile(path.join(folder, 'bad.jsonl'), '{"event_id": "1", \n["a list"]\n')
  await page.getByRole('tab', { name: /^Errors/ }).click()
  const errors = page.getByRole('row').filter({ hasText: 'bad.jsonl:' })
  await expect(errors).toHaveCount(2, { timeout: 45_000 })
  await expect(errors.filter({ hasText: 'bad.jsonl:1' })).toContainText('{"event_id": "1",')
  await expect(page.getByRole('link', { name: 'Open error table' })).toHaveAttribute(
    'href',
    /user_events_silver_errors/,
  )
})

test("a pipeline's graph leads to its source, table and dashboard", async ({ page }) => {
  await page.goto('/pipelines')
  await page.getByRole('link', { name: 'recipe events', exact: true }).click()
  const graph = page.getByRole('region', { name: 'Flow of recipe events' })
  await expect(graph.getByRole('link', { name: /^recipe-events Landing-zone folder/ })).toBeVisible()
  await expect(graph.getByRole('link', { name: /user_events_silver_errors/ })).toBeVisible()
  await expect(graph.getByRole('link', { name: /Recipe service/ })).toHaveAttribute(
    'href',
    /^\/analytics\/visitors/,
  )
  await graph.getByRole('link', { name: /user_events_silver Iceberg table/ }).click()
  await expect(page).toHaveURL(/\/catalogs\/firn\/recipe_analytics\/user_events_silver$/)
})

test('runs are filtered by kind, and the load tells what it did', async ({ page, engineer }) => {
  const { items } = await engineer.get('/api/v1/runs?kind=load&state=succeeded', listRuns.response)
  const load = items.find(({ source }) => source?.name === 'recipe-events')
  expect(load?.after).toMatchObject({ errorRows: 0 })
  await page.goto('/runs')
  await waitUntilDrawn(page)
  await page.getByRole('combobox', { name: 'Kind' }).click()
  await page.getByRole('option', { name: 'Load', exact: true }).click()
  await expect(page).toHaveURL(/kind=load/)
  await page.goto(`/runs/${load?.id}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Load · recipe-events')
  await expect(page.getByRole('progressbar').first()).toHaveAttribute('aria-valuenow', '100')
})

test('maintenance names the rule in force and lists tables, worst first', async ({ page }) => {
  await page.goto('/maintenance')
  await expect(page.getByText(/A partition is compacted as soon as 5 files/)).toBeVisible()
  await expect(
    page.getByRole('link', { name: 'recipe_analytics.user_events_silver', exact: true }),
  ).toBeVisible()
})
