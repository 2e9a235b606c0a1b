import { allPages, findThings } from '../scripts/all-pages.ts'
import { expect, silverPage, test, waitUntilDrawn } from './harness/browser-test.ts'

test('the command palette goes to pages and tables', async ({ page }) => {
  await page.goto('/catalogs')
  await waitUntilDrawn(page)
  await page.keyboard.press('ControlOrMeta+k')
  const search = page.getByPlaceholder('Go to a page, a table or a source, or do something')
  await search.fill('visi')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/analytics\/visitors/)

  await page.getByRole('button', { name: 'Search' }).click()
  await search.fill('user_events')
  await page.getByRole('option', { name: 'firn.recipe_analytics.user_events_silver', exact: true }).click()
  await expect(page).toHaveURL(silverPage)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('user_events_silver')
  await expect(search).toBeHidden()
})

test('lists and pages are reached by the keyboard alone', async ({ page }) => {
  await page.goto('/admin/system')
  await waitUntilDrawn(page)
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await expect(page).toHaveURL('/catalogs')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.goto('/catalogs')
  await waitUntilDrawn(page)
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
})

test('a chosen theme stays over a reload', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/catalogs')
  await page.getByRole('button', { name: 'Theme' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveClass(/\bdark\b/)
  await page.reload()
  await expect(page.locator('html')).toHaveClass(/\bdark\b/)
})

test('the language follows the browser until somebody chooses', async ({
  newVisitor,
  browser,
  addPerson,
}) => {
  const korean = await browser.newPage({ locale: 'ko-KR', storageState: { cookies: [], origins: [] } })
  await korean.goto('/sign-in')
  await expect(korean.locator('html')).toHaveAttribute('lang', 'ko')
  await expect(korean.getByRole('heading', { level: 1 })).toHaveText('로그인')
  await korean.context().close()

  const person = await addPerson('viewer')
  const page = await newVisitor()
  await page.goto(person.link)
  await page.goto('/catalogs')
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await page.getByRole('button', { name: 'Language' }).click()
  await page.getByText('한국어', { exact: true }).click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko')
  const navigation = page.getByRole('navigation').first()
  await expect(navigation).toContainText('방문자')
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko')
})

test('an address that leads nowhere says so and shows ways on', async ({ page }) => {
  const response = await page.goto('/no/such/page')
  expect(response?.status()).toBe(404)
  await expect(page.getByRole('heading', { name: 'This page does not exist' })).toBeVisible()
  await page.getByRole('link', { name: 'To the overview' }).click()
  await expect(page).toHaveURL('/')
  await page.goto('/catalogs/firn/recipe_analytics/no_such_table')
  await expect(page.getByRole('heading', { name: 'no_such_table' })).toBeVisible()
  await expect(page.getByText('Request id')).toBeVisible()
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true })

  test('the navigation rises from the bottom', async ({ page }) => {
    await page.goto('/catalogs')
    await page.getByRole('button', { name: 'Open navigation' }).click()
    const sheet = page.getByRole('dialog', { name: 'Navigation' })
    const box = await sheet.boundingBox()
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeGreaterThan(840)
    await sheet.getByRole('link', { name: 'Visitors' }).click()
    await expect(page).toHaveURL(/\/analytics\/visitors/)
    await expect(sheet).toBeHidden()
  })

  test('no page is wider than the screen', async ({ page, newVisitor, engineer }) => {
    test.setTimeout(120_000)
    const things = await findThings(async (path) => (await engineer.call('GET', path)).body)
    const visitor = await newVisitor()
    for (const { name, signedIn, address } of allPages) {
      const path = address(things)
      if (path === null) continue
      const shown = signedIn ? page : visitor
      await shown.goto(path, { waitUntil: 'domcontentloaded' })
      await waitUntilDrawn(shown)
      const width = await shown.evaluate(() => document.documentElement.scrollWidth)
      expect.soft(width, `${name} at ${path}`).toBeLessThanOrEqual(390)
    }
  })
})
