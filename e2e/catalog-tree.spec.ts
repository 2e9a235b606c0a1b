import { randomBytes } from 'node:crypto'
import type { Page } from '@playwright/test'
import { getTable } from '#lib/api/catalogs.ts'
import { type Api, expect, test } from './harness/browser-test.ts'

const newName = (prefix: string) => `${prefix}_${randomBytes(3).toString('hex')}`
const treeOf = (page: Page) => page.getByRole('navigation', { name: 'Catalog tree' })
const namespacesApi = '/api/v1/catalogs/firn/namespaces'

/** Opens the menu of something in the tree. */
async function choose(page: Page, name: string, item: string): Promise<void> {
  await treeOf(page).getByRole('link', { name, exact: true }).hover()
  await treeOf(page)
    .getByRole('button', { name: `Actions for ${name}` })
    .click()
  await page.getByRole('menuitem', { name: item }).click()
}

async function makeTable(engineer: Api, namespace: string, name: string): Promise<void> {
  expect((await engineer.call('POST', namespacesApi, { levels: [namespace] })).status).toBe(201)
  const table = { name, columns: [{ name: 'id', type: 'long' }] }
  expect((await engineer.call('POST', `${namespacesApi}/${namespace}/tables`, table)).status).toBe(201)
}

test('a namespace is made in the tree, and a table in it by a form', async ({ page, engineer }) => {
  const shop = newName('shop')
  await page.goto('/catalogs')
  await choose(page, 'firn', 'Create namespace')
  const space = page.getByRole('dialog', { name: 'New namespace in firn' })
  await space.getByLabel('Name').fill(shop)
  await space.getByRole('button', { name: 'Add a property' }).click()
  await space.getByLabel('Property', { exact: true }).fill('owner')
  await space.getByLabel('Value').fill('the sales team')
  await space.getByRole('button', { name: 'Create' }).click()
  await expect(page).toHaveURL(`/catalogs/firn/${shop}`)
  await expect(page.getByRole('main')).toContainText('the sales team')

  await page.getByRole('button', { name: 'Create table' }).first().click()
  const form = page.getByRole('dialog', { name: `New table in ${shop}` })
  await form.getByLabel('Name', { exact: true }).fill('orders')
  await form.getByRole('button', { name: 'Add a column' }).click()
  await form.getByLabel('Name of column 2').fill('at')
  await form.getByLabel('Type of column 2').fill('datetime')
  await form.getByRole('button', { name: 'Add a partition field' }).click()
  await form.getByRole('combobox', { name: 'Column of partition field 1' }).click()
  await page.getByRole('option', { name: 'at', exact: true }).click()
  await form.getByRole('button', { name: 'Create table' }).click()
  await expect(form.getByText(/"datetime" is not a type/).first()).toBeVisible()
  await form.getByLabel('Type of column 2').fill('timestamptz')
  await form.getByRole('button', { name: 'Create table' }).click()
  await expect(page).toHaveURL(`/catalogs/firn/${shop}/orders`)

  const made = await engineer.get(`${namespacesApi}/${shop}/tables/orders`, getTable.response)
  expect(made.schema.fields.map(({ name, type, required }) => [name, type, required])).toEqual([
    ['id', 'long', true],
    ['at', 'timestamptz', false],
  ])
  expect(made.partitionSpec.fields).toMatchObject([{ name: 'at_day', transform: 'day' }])
  await engineer.call('DELETE', `${namespacesApi}/${shop}/tables/orders`)
  await engineer.call('DELETE', `${namespacesApi}/${shop}`)
})

test('a table is renamed on its page, dropped from the tree and brought back', async ({ page, engineer }) => {
  const [shop, sales] = [newName('shop'), newName('sales')]
  await makeTable(engineer, shop, 'orders')
  await page.goto(`/catalogs/firn/${shop}/orders`)
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Rename or move' }).click()
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill(sales)
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
  await expect(page).toHaveURL(`/catalogs/firn/${shop}/${sales}`)

  await page.goto('/catalogs/firn')
  const tree = treeOf(page)
  await tree.getByRole('searchbox').fill(`${shop}.sal`)
  await expect(tree.getByRole('link', { name: sales, exact: true })).toBeVisible()
  await expect(tree.getByRole('link', { name: 'recipe_analytics' })).toHaveCount(0)
  await choose(page, sales, 'Drop table')
  const drop = page.getByRole('dialog', { name: `Drop ${sales}?` })
  await expect(drop).toContainText('It holds 0 rows in 0 files')
  await expect(drop.getByRole('button', { name: 'Drop table' })).toBeDisabled()
  await drop.getByRole('textbox').fill(sales)
  await drop.getByRole('button', { name: 'Drop table' }).click()
  await expect(tree.getByRole('link', { name: sales, exact: true })).toHaveCount(0)
  await page.getByRole('button', { name: `Undrop ${sales}` }).click()
  await expect(page.getByText(`${sales} is back`)).toBeVisible()
  await engineer.call('DELETE', `${namespacesApi}/${shop}/tables/${sales}`)
  await engineer.call('DELETE', `${namespacesApi}/${shop}`)
})

test('a namespace that holds something says what; an empty one goes', async ({ page, engineer }) => {
  const shop = newName('shop')
  await makeTable(engineer, shop, 'orders')
  await page.goto('/catalogs/firn')
  await choose(page, shop, 'Drop namespace')
  await expect(page.getByRole('dialog')).toContainText(`${shop}.orders`)
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Drop' })).toHaveCount(0)

  expect((await engineer.call('DELETE', `${namespacesApi}/${shop}/tables/orders`)).status).toBe(204)
  await page.goto(`/catalogs/firn/${shop}`)
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Drop namespace' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Drop' }).click()
  await expect(page).toHaveURL('/catalogs/firn')
  await expect(treeOf(page).getByRole('link', { name: shop, exact: true })).toHaveCount(0)
})

test('a viewer sees the tree and nothing to change', async ({ addPerson, newVisitor }) => {
  const { link } = await addPerson('viewer')
  const viewer = await newVisitor()
  await viewer.goto(link)
  await viewer.goto('/catalogs/firn/recipe_analytics')
  const tree = treeOf(viewer)
  await expect(tree.getByRole('link', { name: 'user_events_silver', exact: true })).toBeVisible()
  await expect(tree.getByRole('button', { name: /^Actions for/ })).toHaveCount(0)
  await expect(viewer.getByRole('button', { name: /Create|More actions/ })).toHaveCount(0)
})
