import AxeBuilder from '@axe-core/playwright'
import { allPages, findThings } from '../scripts/all-pages.ts'
import { expect, test, waitUntilDrawn } from './harness/browser-test.ts'

// Recording a trace costs more than looking at the page; the message of a failure names the elements.
test.use({ trace: 'off' })

/** Every page by itself: no serious problem for people with disabilities in either theme, and no error of the browser. */
for (const { name, signedIn, address } of allPages) {
  test(`${name} passes axe in both themes and logs no error`, async ({ page, newVisitor, engineer }) => {
    const things = await findThings(async (path) => (await engineer.call('GET', path)).body)
    const path = address(things)
    expect(path, `there is nothing to show on the page ${name}`).not.toBeNull()

    const shown = signedIn ? page : await newVisitor()
    const errors: string[] = []
    shown.on('pageerror', (error) => errors.push(String(error)))
    shown.on('console', (message) => {
      // The browser's own line about the status of a page that is not there.
      const expected = name === 'not-found' && message.text().includes('404')
      if (message.type() === 'error' && !expected) errors.push(`${message.text()} ${message.location().url}`)
    })
    await shown.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await shown.goto(path ?? '/', { waitUntil: 'domcontentloaded' })
    await waitUntilDrawn(shown)
    for (const theme of ['light', 'dark'] as const) {
      await shown.emulateMedia({ colorScheme: theme })
      await expect(shown.locator('html')).toHaveClass(new RegExp(`\\b${theme}\\b`))
      const axe = new AxeBuilder({ page: shown }).options({ resultTypes: ['violations'] })
      // The themes differ in nothing but colours.
      const { violations } = await (theme === 'light' ? axe : axe.withRules(['color-contrast'])).analyze()
      const severe = violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html }) => `  ${html}`).join('\n')}`)
      expect.soft(severe, `${theme} theme`).toEqual([])
    }
    expect(errors).toEqual([])
  })
}
