import { expect, silverApi, silverPage, test } from './harness/browser-test.ts'

const password = 'snow turns to firn to ice'

test('a one-time link signs in once, and then says what to do', async ({ addPerson, newVisitor }) => {
  const person = await addPerson('viewer')
  const first = await newVisitor()
  await first.goto(person.link)
  await expect(first).toHaveURL('/')
  await expect(first.getByText('You signed in with a one-time link. Set a password')).toBeVisible()

  const second = await newVisitor()
  await second.goto(person.link)
  await expect(second.getByRole('heading', { level: 1 })).toHaveText('This link does not work any more')
  await expect(second.getByText('ask an administrator for a new link')).toBeVisible()
  await second.getByRole('link', { name: 'To sign-in' }).click()
  await expect(second).toHaveURL('/sign-in')
})

test('a new person sets a password, signs out, and comes back with it only', async ({
  addPerson,
  newVisitor,
}) => {
  const person = await addPerson('viewer')
  const page = await newVisitor()
  await page.goto(person.link)
  await page.getByRole('link', { name: 'Set a password' }).click()
  await page.getByLabel('New password', { exact: true }).fill(password)
  await page.getByLabel('New password once more').fill(password)
  await page.getByRole('button', { name: 'Set a password' }).click()
  await expect(page.getByText('Your password is set')).toBeVisible()

  await page.getByRole('button', { name: 'Account', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL('/sign-in')
  await page.goto('/catalogs')
  await expect(page).toHaveURL('/sign-in?next=%2Fcatalogs')

  await page.getByLabel('E-mail address').fill(person.email)
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('main').or(page.locator('form')).getByRole('alert')).toHaveText(
    'The e-mail address or the password is not right. Check both and try again.',
  )
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL('/catalogs')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
})

for (const address of [
  '/analytics/visitors/day?from=2025-07-01&to=2025-07-07',
  '/admin/tokens',
  silverPage,
]) {
  test(`somebody signed out who follows a link to ${address} comes back there`, async ({
    addPerson,
    newVisitor,
  }) => {
    const person = await addPerson('viewer', password)
    const page = await newVisitor()
    await page.goto(address)
    await expect(page).toHaveURL(`/sign-in?next=${encodeURIComponent(address)}`)
    await page.getByLabel('E-mail address').fill(person.email)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(address)
  })
}

test('sign-in never leads to a foreign page', async ({ addPerson, newVisitor }) => {
  const person = await addPerson('viewer', password)
  const page = await newVisitor()
  await page.goto(`/sign-in?next=${encodeURIComponent('//example.com/')}`)
  await page.getByLabel('E-mail address').fill(person.email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL('/')
})

test('a viewer sees no admin pages, and the API refuses what they may not do', async ({
  addPerson,
  newVisitor,
  baseURL,
}) => {
  const person = await addPerson('viewer')
  const page = await newVisitor()
  await page.goto(person.link)
  const navigation = page.getByRole('navigation', { name: 'Navigation' })
  await expect(navigation.getByRole('link', { name: 'Visitors' })).toBeVisible()
  await expect(navigation.getByRole('link', { name: 'People' })).toHaveCount(0)
  await expect(navigation.getByRole('link', { name: 'Audit' })).toHaveCount(0)
  for (const address of ['/admin/users', '/admin/audit']) {
    await page.goto(address)
    await expect(page.getByRole('heading', { name: 'This page is not open to you' }).first()).toBeVisible()
    await expect(page.getByText(`It needs the role Admin; you are signed in as ${person.name}`)).toBeVisible()
  }
  await page.goto(silverPage)
  await expect(page.getByRole('button', { name: 'Compact now' })).toBeDisabled()

  const headers = { origin: baseURL ?? '' }
  for (const [method, path] of [
    ['GET', '/api/v1/users'],
    ['GET', '/api/v1/audit'],
    ['POST', '/api/v1/users'],
    ['POST', '/api/v1/sources'],
    ['POST', `${silverApi}/compact`],
  ] as const) {
    const response = await page.request.fetch(path, { method, headers })
    expect(response.status(), `${method} ${path}`).toBe(403)
    expect(response.headers()['content-type']).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({
      status: 403,
      code: 'forbidden',
      requestId: response.headers()['x-request-id'],
    })
  }
})

test('without sign-in the API answers 401 with a problem document', async ({ newVisitor }) => {
  const { request } = await newVisitor()
  const response = await request.get('/api/v1/catalogs')
  expect(response.status()).toBe(401)
  expect(await response.json()).toMatchObject({ code: 'unauthenticated' })
})
