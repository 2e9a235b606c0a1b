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
