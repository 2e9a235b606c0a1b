import { listGrants } from '#lib/api/grants.ts'
import { expect, test } from './harness/browser-test.ts'

const grantsApi = '/api/v1/catalogs/firn/grants'

test('an admin closes a table for all but one person, and opens it again', async ({
  page,
  admin,
  engineer,
  addPerson,
}) => {
  const { name } = await addPerson('viewer')
  const api = '/api/v1/catalogs/firn/namespaces'
  const space = `closed_${Date.now().toString(36)}`
  await engineer.call('POST', api, { levels: [space] })
  const columns = [{ name: 'id', type: 'long' }]
  await engineer.call('POST', `${api}/${space}/tables`, { name: 'salaries', columns })
  const seenByOthers = async () => (await engineer.call('GET', `${api}/${space}/tables/salaries`)).status
  try {
    await page.goto('/admin/grants')
    await page.getByRole('button', { name: 'Add a grant' }).first().click()
    const form = page.getByRole('dialog', { name: 'Add a grant' })
    await form.getByRole('button', { name: 'Grant', exact: true }).click()
    await expect(form.getByText('Choose whom to grant it')).toBeVisible()
    const choose = async (label: string, option: string) => {
      await form.getByRole('combobox', { name: label }).click()
      await page.getByRole('option', { name: option, exact: true }).click()
    }
    await choose('Person or token', name)
    await choose('Namespace', space)
    await choose('Table', 'salaries')
    await choose('May', 'write')
    await expect(form.getByText(/viewer changes nothing/)).toBeVisible()
    await choose('May', 'read')
    await form.getByRole('button', { name: 'Grant', exact: true }).click()
    await expect(page.getByText(`${name} was granted ${space}.salaries`)).toBeVisible()
    expect(await seenByOthers()).toBe(404)

    await page.getByRole('textbox', { name: 'Filter' }).fill(space)
    const row = page.getByRole('row').filter({ hasText: name })
    await expect(row).toContainText('salaries')
    await row.getByRole('button', { name: `Take back ${space}.salaries from ${name}` }).click()
    const question = page.getByRole('dialog', { name: /Take back/ })
    await expect(question).toContainText('everybody sees it again')
    await question.getByRole('button', { name: 'Take back' }).click()
    // While a dialog is open no row behind it can be found by its role.
    await expect(question).toBeHidden()
    await expect(row).toHaveCount(0)
    expect(await seenByOthers()).toBe(200)
  } finally {
    const { body } = await admin.call('GET', `${grantsApi}?limit=1000`)
    for (const { id, namespace } of (body as { items: { id: string; namespace: string }[] }).items) {
      if (namespace === space) await admin.call('DELETE', `${grantsApi}/${id}`)
    }
    await engineer.call('DELETE', `${api}/${space}/tables/salaries`)
    await engineer.call('DELETE', `${api}/${space}`)
  }
})

test('who was granted to read only sees changes disabled, with the reason, and none that would be refused', async ({
  admin,
  engineer,
  addPerson,
  newVisitor,
}) => {
  const { id, link } = await addPerson('engineer')
  const api = '/api/v1/catalogs/firn/namespaces'
  const space = `readers_${Date.now().toString(36)}`
  await engineer.call('POST', api, { levels: [space] })
  const columns = [{ name: 'id', type: 'long' }]
  for (const name of ['theirs', 'other']) {
    await engineer.call('POST', `${api}/${space}/tables`, { name, columns })
  }
  const grant = async (privilege: string, table?: string) =>
    (
      await admin.call('POST', grantsApi, {
        namespace: space,
        ...(table ? { table } : {}),
        subject: { type: 'user', id },
        privilege,
      })
    ).status
  try {
    expect([await grant('read'), await grant('write', 'theirs')]).toEqual([201, 201])
    const page = await newVisitor()
    await page.goto(link)
    await page.goto(`/catalogs/firn/${space}/other`)
    await expect(page.getByRole('main').getByText('read only')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Maintain' })).toHaveCount(0)
    await page.getByRole('button', { name: 'More actions' }).click()
    await expect(page.getByRole('menuitem', { name: /Drop table/ })).toBeDisabled()
    await expect(page.getByRole('menuitem', { name: /Drop table/ })).toContainText('read only')
    await page.keyboard.press('Escape')
    await page.goto(`/catalogs/firn/${space}/other?tab=properties`)
    await expect(page.getByRole('heading', { name: 'Table properties' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Add a property' })).toHaveCount(0)

    await page.goto(`/catalogs/firn/${space}/theirs?tab=properties`)
    await expect(page.getByRole('button', { name: 'Add a property' })).toBeVisible()
    await expect(page.getByText('read only')).toHaveCount(0)
    await page.goto(`/catalogs/firn/${space}`)
    await expect(page.getByRole('main').getByText('read only')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Create table' })).toHaveCount(0)
  } finally {
    const { items } = await admin.get(`${grantsApi}?limit=1000`, listGrants.response)
    for (const { id, namespace } of items) {
      if (namespace === space) await admin.call('DELETE', `${grantsApi}/${id}`)
    }
    for (const name of ['theirs', 'other']) await engineer.call('DELETE', `${api}/${space}/tables/${name}`)
    await engineer.call('DELETE', `${api}/${space}`)
  }
})
