import { randomBytes } from 'node:crypto'
import { newTableMetadata } from '#lib/iceberg/commit/new-table-metadata.ts'
import { stringifyJson } from '#lib/iceberg/spec/json.ts'
import { tableMetadataToJson } from '#lib/iceberg/spec/table-metadata-json.ts'
import { startStubServer } from '#lib/iceberg/test-support/rest-server.ts'
import { visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { expect, test } from './harness/browser-test.ts'

/** Whether the other catalog answers at all. */
let answering = true

/** A catalog of another make with one table, behind a token. */
const startOtherCatalog = (token: string) => {
  const metadata = tableMetadataToJson(newTableMetadata('s3://elsewhere/visits', visitsRequest))
  const answers: Record<string, unknown> = {
    '/v1/config': {},
    '/v1/namespaces': { namespaces: [['mall']] },
    '/v1/namespaces/mall/tables': { identifiers: [{ namespace: ['mall'], name: 'visits' }] },
    '/v1/namespaces/mall/tables/visits': { 'metadata-location': 's3://elsewhere/v1.json', metadata },
  }
  return startStubServer(({ url, headers }) => {
    if (!answering) return 'drop'
    if (headers.authorization !== `Bearer ${token}`) {
      return { status: 401, body: { error: { message: 'unknown token', type: 'NotAuthorizedException' } } }
    }
    const { pathname, searchParams } = new URL(url, 'http://stub')
    if (searchParams.has('parent')) return { body: { namespaces: [] } }
    const body = answers[pathname]
    return body === undefined ? { status: 404 } : { body: stringifyJson(body) }
  })
}

test('an admin connects another catalog, its tables are shown, and it goes again', async ({ page }) => {
  const token = randomBytes(12).toString('hex')
  const name = `other-${randomBytes(3).toString('hex')}`
  const other = await startOtherCatalog(token)
  try {
    await page.goto('/admin/catalogs')
    await page.getByRole('button', { name: 'Add a catalog' }).first().click()
    const form = page.getByRole('dialog', { name: 'Add a catalog' })
    await form.getByLabel('Name').fill('Not a name')
    await form.getByLabel('Address').fill(other.uri)
    await form.getByRole('button', { name: 'Add a catalog' }).click()
    await expect(form.getByText('Enter the secret')).toBeVisible()
    await expect(form.getByText(/1 to 63 lower-case letters/)).toBeVisible()

    await form.getByLabel('Name').fill(name)
    await form.getByLabel('Token').fill('wrong')
    await form.getByRole('button', { name: 'Test the connection' }).click()
    await expect(form.getByRole('alert')).toContainText('does not accept the credential')
    await form.getByLabel('Token').fill(token)
    await form.getByRole('button', { name: 'Test the connection' }).click()
    await expect(form.getByRole('status')).toContainText('The connection works: 1 namespace')
    await form.getByRole('button', { name: 'Add a catalog' }).click()
    await expect(page.getByText(`${name} is added`)).toBeVisible()
    const row = page.getByRole('row', { name: new RegExp(name) })
    await expect(row).toContainText('Bearer token')
    expect(await page.content()).not.toContain(token)

    await page.goto('/catalogs')
    const section = page.getByRole('region', { name, exact: true })
    await expect(section).toContainText('Other server')
    await section.getByText('mall.visits').click()
    await expect(page).toHaveURL(new RegExp(`/catalogs/${name}/mall/visits`))
    await expect(page.getByRole('heading', { level: 1 })).toContainText('visits')
    await expect(page.getByRole('button', { name: /compact/i })).toHaveCount(0)
    await page.getByRole('tab', { name: /Schema/ }).click()
    await expect(page.getByRole('tabpanel')).toContainText('score')

    const palette = page.getByRole('dialog', { name: 'Search and commands' })
    await page.keyboard.press('ControlOrMeta+k')
    await palette.getByRole('combobox').fill('visits')
    await expect(palette.getByRole('option', { name: `${name}.mall.visits` })).toBeVisible()
    answering = false
    // What was read is good for some seconds: another text asks again.
    let letters = 4
    await expect(async () => {
      await palette.getByRole('combobox').fill('user_events_silver'.slice(0, letters++))
      await expect(palette.getByRole('option', { name: /user_events_silver$/ })).toBeVisible()
      await expect(palette.getByText(`${name} could not be searched`)).toBeVisible({ timeout: 3_000 })
    }).toPass({ timeout: 30_000 })
    answering = true
    await page.keyboard.press('Escape')

    await page.goto('/admin/catalogs')
    await row.getByRole('button', { name: `Actions for ${name}` }).click()
    await page.getByRole('menuitem', { name: 'Change' }).click()
    const change = page.getByRole('dialog', { name: `Change ${name}` })
    await change.getByLabel('Address').fill('http://127.0.0.1:9')
    await change.getByRole('button', { name: 'Save' }).click()
    await expect(change.getByText(/has to be entered again/)).toBeVisible()
    await change.getByRole('button', { name: 'Cancel' }).click()

    await row.getByRole('button', { name: `Actions for ${name}` }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page
      .getByRole('dialog', { name: `Remove ${name}?` })
      .getByRole('button', { name: 'Remove' })
      .click()
    await expect(page.getByText(`${name} was removed`)).toBeVisible()
    await expect(row).toHaveCount(0)
  } finally {
    await other.close()
  }
})
