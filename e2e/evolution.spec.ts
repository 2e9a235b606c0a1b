import { getTable } from '#lib/api/catalogs.ts'
import { expect, test, waitUntilDrawn } from './harness/browser-test.ts'

test('a schema and partitions evolve in steps, previewed, with the reason of a refusal', async ({
  page,
  engineer,
}) => {
  const namespaces = '/api/v1/catalogs/firn/namespaces'
  expect((await engineer.call('POST', namespaces, { levels: ['evolution'] })).status).toBe(201)
  const made = await engineer.call('POST', `${namespaces}/evolution/tables`, {
    name: 'visits',
    columns: [
      { name: 'id', type: 'int', required: true },
      { name: 'page', type: 'string' },
      { name: 'day', type: 'date' },
    ],
    partitionBy: [{ column: 'day', transform: 'month' }],
  })
  expect(made.status).toBe(201)
  const api = `${namespaces}/evolution/tables/visits`

  await page.goto('/catalogs/firn/evolution/visits?tab=schema')
  await waitUntilDrawn(page)
  await page.getByRole('button', { name: 'Change schema' }).click()
  const dialog = page.getByRole('dialog', { name: 'Change the schema' })
  await dialog.getByLabel('Name').fill('country')
  await dialog.getByLabel('Description').fill('ISO code')
  await dialog.getByRole('button', { name: 'Add step' }).click()
  await expect(dialog.getByRole('list', { name: 'Differences' })).toContainText('country')

  // The partitions are made from it.
  await dialog.getByLabel('What').click()
  await page.getByRole('option', { name: 'Drop' }).click()
  await dialog.getByLabel('Column').click()
  await page.getByRole('option', { name: 'day' }).click()
  await dialog.getByRole('button', { name: 'Add step' }).click()
  await expect(dialog.getByRole('alert')).toContainText('day_month')
  await expect(dialog.getByRole('button', { name: 'Change schema' })).toBeDisabled()
  await dialog.getByRole('button', { name: 'Remove step 2' }).click()
  await dialog.getByRole('button', { name: 'Change schema' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('row').filter({ hasText: 'country' })).toContainText('ISO code')

  await page.getByRole('button', { name: 'Change id' }).click()
  await page.getByRole('menuitem', { name: 'Widen the type' }).click()
  await dialog.getByLabel('Wider type').click()
  await page.getByRole('option', { name: 'long' }).click()
  await dialog.getByRole('button', { name: 'Add step' }).click()
  await expect(dialog.getByText('int → long')).toBeVisible()
  await dialog.getByRole('button', { name: 'Change schema' }).click()
  await expect(dialog).toBeHidden()

  await page.getByRole('combobox', { name: 'Compared with' }).click()
  await page.getByRole('option', { name: 'Version 0' }).click()
  await expect(page).toHaveURL(/against=0/)
  await page.reload()
  const differences = page.getByRole('list', { name: 'Differences' })
  await expect(differences.getByRole('listitem')).toHaveCount(2)
  await expect(differences).toContainText('int → long')

  await page.getByRole('tab', { name: /^Partitions/ }).click()
  await page.getByRole('button', { name: 'Change partitions' }).click()
  const partitions = page.getByRole('dialog', { name: 'Change the partitions' })
  await partitions.getByLabel('What').click()
  await page.getByRole('option', { name: 'Replace a field' }).click()
  await partitions.getByLabel('Partition field').click()
  await page.getByRole('option', { name: 'day_month' }).click()
  await partitions.getByRole('button', { name: 'Add step' }).click()
  await expect(partitions.getByText('day_day = day(day)')).toBeVisible()
  await partitions.getByRole('button', { name: 'Change partitions' }).click()
  await expect(partitions).toBeHidden()
  await expect(page.getByText('1 earlier spec')).toBeVisible()

  await page.getByRole('button', { name: 'Change sort order' }).click()
  const order = page.getByRole('dialog', { name: 'Change the sort order' })
  for (const [column, direction] of [
    ['id', 'descending'],
    ['day', 'ascending'],
  ] as const) {
    await order.getByLabel('Column').click()
    await page.getByRole('option', { name: column, exact: true }).click()
    await order.getByLabel('Direction').click()
    await page.getByRole('option', { name: direction }).click()
    await order.getByRole('button', { name: 'Add step' }).click()
  }
  await expect(order.getByText('Then by id (identity), descending')).toBeVisible()
  await order.getByRole('button', { name: 'Change sort order' }).click()
  await expect(order).toBeHidden()

  const { schema, partitionSpec, sortOrder } = await engineer.get(api, getTable.response)
  expect(schema.fields.map(({ id, name, type }) => [id, name, type])).toEqual([
    [1, 'id', 'long'],
    [2, 'page', 'string'],
    [3, 'day', 'date'],
    [4, 'country', 'string'],
  ])
  expect(sortOrder.fields).toMatchObject([
    { sourceName: 'id', direction: 'desc', nullOrder: 'nulls-last' },
    { sourceName: 'day', direction: 'asc', nullOrder: 'nulls-first' },
  ])
  expect(partitionSpec.fields).toMatchObject([{ name: 'day_day', transform: 'day', sourceName: 'day' }])
})
