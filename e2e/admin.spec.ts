import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listUsers } from '#lib/api/users.ts'
import { expect, test } from './harness/browser-test.ts'

test('an admin adds a person, hands over the link, and changes their role', async ({
  page,
  admin,
  newVisitor,
}) => {
  const suffix = randomBytes(4).toString('hex')
  const name = `Kim ${suffix}`
  const email = `kim-${suffix}@example.com`
  await page.goto('/admin/users')
  await page.getByRole('button', { name: 'Add a person' }).first().click()
  const form = page.getByRole('dialog', { name: 'Add a person' })
  await form.getByLabel('Name').fill(name)
  await form.getByLabel('E-mail address').fill('kim')
  await form.getByRole('button', { name: 'Add a person' }).click()
  await expect(form.getByText('Write a whole e-mail address')).toBeVisible()
  await form.getByLabel('E-mail address').fill(email)
  await form.getByLabel('Role').click()
  await page.getByRole('option', { name: 'Engineer' }).click()
  await form.getByRole('button', { name: 'Add a person' }).click()

  const handOver = page.getByRole('dialog', { name: `Sign-in link for ${name}` })
  const link = (await handOver.locator('pre').textContent()) ?? ''
  await handOver.getByRole('button', { name: 'Done' }).click()
  const row = page.getByRole('row', { name: new RegExp(email) })
  await expect(row).toContainText('Engineer')
  await expect(row).toContainText('No password yet')

  const theirs = await newVisitor()
  await theirs.goto(link)
  await expect(theirs).toHaveURL('/')

  await row.getByRole('button', { name: `Actions for ${name}` }).click()
  await page.getByRole('menuitem', { name: 'Change role' }).click()
  const change = page.getByRole('dialog', { name: `Role of ${name}` })
  await change.getByLabel('Role').click()
  await page.getByRole('option', { name: 'Viewer' }).click()
  await change.getByRole('button', { name: 'Change role' }).click()
  await expect(page.getByText(`${name} is now Viewer`)).toBeVisible()
  await expect(row).toContainText('Viewer')

  const { items } = await admin.get(`/api/v1/users?filter=${encodeURIComponent(email)}`, listUsers.response)
  const id = items[0]?.id ?? ''
  await page.goto(`/admin/audit?filter=${encodeURIComponent(`user:${id}`)}`)
  const audit = page.getByRole('region', { name: 'Audit' })
  await expect(audit.getByRole('row').filter({ hasText: 'user.update' })).toBeVisible()
  await expect(audit.getByRole('row').filter({ hasText: 'session.create-by-link' })).toBeVisible()

  await page.goto('/admin/users')
  await row.getByRole('button', { name: `Actions for ${name}` }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  const remove = page.getByRole('dialog', { name: `Remove ${name}?` })
  await expect(remove.getByRole('button', { name: 'Remove' })).toBeDisabled()
  await remove.getByRole('textbox').fill(email)
  await remove.getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText(`${name} was removed`)).toBeVisible()
  await expect(row).toHaveCount(0)
  // Their open page asks again by itself and learns that the session has ended.
  await expect(theirs).toHaveURL(/\/sign-in/)
})

test('a token is shown once, works until it is revoked, and leaves its trace in the audit', async ({
  page,
  baseURL,
}) => {
  const name = `nightly export ${randomBytes(4).toString('hex')}`
  await page.goto('/admin/tokens')
  await page.getByRole('button', { name: 'New token' }).first().click()
  const form = page.getByRole('dialog', { name: 'New token' })
  await form.getByLabel('Name').fill(name)
  await form.getByLabel('Role').click()
  await page.getByRole('option', { name: 'Viewer' }).click()
  await form.getByRole('button', { name: 'New token' }).click()

  const shown = page.getByRole('dialog', { name: 'Copy the token now' })
  const secret = (await shown.locator('pre').first().textContent()) ?? ''
  expect(secret).toMatch(/^firn_\S{20,}$/)
  await shown.getByRole('button', { name: 'I have copied it' }).click()
  const row = page.getByRole('row', { name: new RegExp(name) })
  await expect(row).toBeVisible()
  expect(await page.content()).not.toContain(secret)

  const status = async (path: string) =>
    (await fetch(`${baseURL}${path}`, { headers: { authorization: `Bearer ${secret}` } })).status
  expect(await status('/api/v1/catalogs')).toBe(200)
  expect(await status('/api/v1/users')).toBe(403)

  await row.getByRole('button', { name: `Revoke ${name}` }).click()
  await page
    .getByRole('dialog', { name: `Revoke ${name}?` })
    .getByRole('button', { name: 'Revoke' })
    .click()
  await expect(page.getByText(`${name} is revoked`)).toBeVisible()
  await expect(row).toHaveCount(0)
  await expect.poll(() => status('/api/v1/catalogs')).toBe(401)

  await page.goto('/admin/audit?filter=token')
  const audit = page.getByRole('region', { name: 'Audit' })
  await expect(audit.getByRole('row').filter({ hasText: 'token.create' }).first()).toBeVisible()
  await expect(audit.getByRole('row').filter({ hasText: 'token.revoke' }).first()).toBeVisible()
})

test('the same address twice is refused at its field', async ({ page, addPerson }) => {
  const person = await addPerson('viewer')
  await page.goto('/admin/users')
  await page.getByRole('button', { name: 'Add a person' }).first().click()
  const form = page.getByRole('dialog', { name: 'Add a person' })
  await form.getByLabel('Name').fill('Twice')
  await form.getByLabel('E-mail address').fill(person.email)
  await form.getByRole('button', { name: 'Add a person' }).click()
  await expect(
    form
      .getByText(person.email)
      .or(form.getByText(/already/i))
      .first(),
  ).toBeVisible()
})

test('the system page shows the five worker processes at work', async ({ page }) => {
  await page.goto('/admin/system')
  await expect(page.getByText('Database, store and workers are there.')).toBeVisible()
  const workers = page.getByRole('region', { name: 'Worker processes' })
  for (const kind of ['Supervisor', 'Ingest', 'Commit', 'Maintain', 'Pipeline']) {
    await expect(workers.getByRole('row').filter({ hasText: kind }).first()).toContainText('Ready')
  }
  const queues = page.getByRole('region', { name: 'Job queues' })
  await expect(queues.getByRole('row').filter({ hasText: 'table.rewrite-data-files' })).toBeVisible()
})

test('an alert channel is tried before it is kept, hears of nothing while off, and is removed', async ({
  page,
}) => {
  const heard: string[] = []
  const receiver = createServer((request, response) => {
    request.on('data', (chunk) => heard.push(String(chunk)))
    request.on('end', () => response.end('ok'))
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks/secret-part`
  const name = `on-call ${randomBytes(4).toString('hex')}`
  try {
    await page.goto('/admin/alerts')
    await page.getByRole('button', { name: 'Add a channel' }).first().click()
    const form = page.getByRole('dialog', { name: 'Add a channel' })
    await form.getByLabel('Name').fill(name)
    await form.getByRole('button', { name: 'Send a test message' }).click()
    await expect(form.getByText('Enter the whole http:// or https:// address')).toBeVisible()
    await form.getByLabel('Webhook address').fill(address)
    await form.getByRole('button', { name: 'Send a test message' }).click()
    await expect(form.getByText(/took the test message in \d+ ms/)).toBeVisible()
    expect(heard.join('')).toContain('attachments')
    await form.getByRole('button', { name: 'Add a channel' }).click()

    const row = page.getByRole('row', { name: new RegExp(name) })
    await expect(row).toContainText('127.0.0.1')
    await expect(page.getByText('secret-part')).toHaveCount(0)
    await row.getByRole('button', { name: `Actions for ${name}` }).click()
    await page.getByRole('menuitem', { name: 'Turn off' }).click()
    await expect(row).toContainText('off')

    await row.getByRole('button', { name: `Actions for ${name}` }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    const remove = page.getByRole('dialog', { name: `Remove ${name}?` })
    await remove.getByRole('button', { name: 'Remove' }).click()
    await expect(remove).toBeHidden()
    await expect(row).toHaveCount(0)
  } finally {
    receiver.close()
  }
})
