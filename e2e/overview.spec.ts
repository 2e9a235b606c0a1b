import { getTable } from '#lib/api/catalogs.ts'
import { listSources } from '#lib/api/sources.ts'
import { expect, silverApi, silverPage, test } from './harness/browser-test.ts'

test("the overview shows today's visitors, sources, tables with health, and jobs", async ({
  page,
  engineer,
}) => {
  await page.goto('/')
  const main = page.getByRole('main')
  await expect(main.getByRole('heading', { level: 1 })).toHaveText('Overview')
  await expect(main.getByText('Everything is flowing')).toBeVisible()
  await expect(main.getByRole('figure', { name: /^Visitors by hour on/ })).toBeVisible()

  const tables = main.getByRole('region', { name: 'Tables' })
  const silver = tables
    .getByRole('row')
    .filter({ has: page.getByText('user_events_silver', { exact: true }) })
  const { health } = await engineer.get(silverApi, getTable.response)
  await expect(silver).toContainText(new RegExp(`${health?.grade}`, 'i'))

  const { items } = await engineer.get('/api/v1/sources', listSources.response)
  const sources = main.getByRole('region', { name: 'Sources' })
  for (const { name } of items) {
    const row = sources.getByRole('row').filter({ has: page.getByText(name, { exact: true }) })
    await expect(row).toContainText('Active')
  }
  await expect(main.getByRole('link', { name: /recipe-events/ }).first()).toBeVisible()

  await silver.getByRole('link').click()
  await expect(page).toHaveURL(silverPage)
})

test('numbers of the overview change by themselves while events come in', async ({ page }) => {
  await page.goto('/')
  const rows = page
    .getByRole('main')
    .locator('xpath=.//div[text()="Rows in tables"]/following-sibling::div[1]')
    .first()
  await expect(rows).toContainText(/\d/)
  const shown = await rows.textContent()
  await expect(rows).not.toHaveText(shown ?? '', { timeout: 40_000 })
})

test('a viewer sees the business first', async ({ addPerson, newVisitor }) => {
  const person = await addPerson('viewer')
  const page = await newVisitor()
  await page.goto(person.link)
  const main = page.getByRole('main')
  await expect(main.getByText('How is business, and can the numbers be trusted?')).toBeVisible()
  await expect(main.getByRole('list', { name: /^Pages with most visits on/ })).toBeVisible()
  await main.getByRole('link', { name: 'Dashboard' }).click()
  await expect(page).toHaveURL(/\/analytics\/visitors/)
})
