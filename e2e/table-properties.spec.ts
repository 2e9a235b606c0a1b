import { randomBytes } from 'node:crypto'
import { getNamespace } from '#lib/api/catalog-changes.ts'
import { getTable } from '#lib/api/catalogs.ts'
import { expect, test } from './harness/browser-test.ts'

const namespaces = '/api/v1/catalogs/firn/namespaces'

test('a property is set, changed and removed, and what nobody can set says why', async ({
  page,
  engineer,
}) => {
  const space = `props_${randomBytes(3).toString('hex')}`
  const api = `${namespaces}/${space}/tables/orders`
  await engineer.call('POST', namespaces, { levels: [space] })
  const columns = [{ name: 'id', type: 'long' }]
  await engineer.call('POST', `${namespaces}/${space}/tables`, { name: 'orders', columns })
  const property = async (key: string) => (await engineer.get(api, getTable.response)).properties[key]

  await page.goto(`/catalogs/firn/${space}/orders?tab=properties`)
  await page.getByRole('button', { name: 'Add a property' }).click()
  const form = page.getByRole('dialog', { name: 'Set a property' })
  await form.getByLabel('Property').fill('format-version')
  await expect(form.getByText(/it is upgraded/)).toBeVisible()
  await form.getByLabel('Property').fill('write.delete.mode')
  await expect(form.getByText(/How delete changes rows/)).toBeVisible()
  await form.getByRole('combobox', { name: 'Value' }).click()
  await page.getByRole('option', { name: 'merge-on-read' }).click()
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('write.delete.mode was set')).toBeVisible()
  expect(await property('write.delete.mode')).toBe('merge-on-read')

  await page.getByRole('button', { name: 'Change write.delete.mode' }).click()
  await engineer.call('PATCH', `${api}/properties`, { set: { 'write.delete.mode': 'copy-on-write' } })
  const change = page.getByRole('dialog', { name: 'Change a property' })
  await change.getByRole('combobox', { name: 'Value' }).click()
  await page.getByRole('option', { name: 'copy-on-write' }).click()
  await change.getByRole('button', { name: 'Save' }).click()
  await expect(change.getByRole('alert')).toContainText('has changed since you looked')
  await change.getByRole('button', { name: 'Cancel' }).click()

  await page.reload()
  await page.getByRole('button', { name: 'Remove write.delete.mode' }).click()
  const remove = page.getByRole('dialog', { name: 'Remove write.delete.mode?' })
  await expect(remove).toContainText('Without it copy-on-write counts')
  await remove.getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('write.delete.mode was removed')).toBeVisible()
  expect(await property('write.delete.mode')).toBeUndefined()

  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Show DDL' }).click()
  const ddl = page.getByRole('dialog', { name: 'DDL of orders' })
  await expect(ddl.locator('pre')).toContainText(`CREATE TABLE \`firn\`.\`${space}\`.\`orders\``)
  await ddl.getByRole('radio', { name: 'Trino' }).click()
  await expect(ddl.locator('pre')).toContainText(`CREATE TABLE "firn"."${space}"."orders"`)
  await engineer.call('DELETE', api)
  await engineer.call('DELETE', `${namespaces}/${space}`)
})

test('properties of a namespace are set, changed and removed where it is shown', async ({
  page,
  engineer,
}) => {
  const space = `props_${randomBytes(3).toString('hex')}`
  const api = `${namespaces}/${space}`
  await engineer.call('POST', namespaces, { levels: [space] })
  const properties = async () => (await engineer.get(api, getNamespace.response)).properties
  await page.goto(`/catalogs/firn/${space}`)
  await page.getByRole('button', { name: 'Add a property' }).click()
  const form = page.getByRole('dialog', { name: 'Set a property' })
  await form.getByLabel('Property').fill('owner')
  await form.getByLabel('Value').fill('sales')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('owner was set')).toBeVisible()
  expect(await properties()).toEqual({ owner: 'sales' })

  await page.getByRole('button', { name: 'Change owner' }).click()
  await engineer.call('PATCH', `${api}/properties`, { set: { owner: 'data' } })
  const change = page.getByRole('dialog', { name: 'Change a property' })
  await change.getByLabel('Value').fill('finance')
  await change.getByRole('button', { name: 'Save' }).click()
  await expect(change.getByRole('alert')).toContainText('has changed since you looked')
  await change.getByRole('button', { name: 'Cancel' }).click()

  await page.reload()
  await page.getByRole('button', { name: 'Remove owner' }).click()
  const remove = page.getByRole('dialog', { name: 'Remove owner?' })
  await expect(remove).toContainText('Its value is data')
  await remove.getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('owner was removed')).toBeVisible()
  expect(await properties()).toEqual({})
  await engineer.call('DELETE', api)
})
