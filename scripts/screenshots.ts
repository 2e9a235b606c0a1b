import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, type BrowserContext, chromium } from 'playwright'
import { allPages, findThings } from './all-pages.ts'
import { findChromium } from './servers/chromium.ts'

/**
 * Pictures of every page at 1440 and 390 px, light and dark, Korean and English, of a running Firn:
 *   npm run screenshots -- --url http://127.0.0.1:3000 --link <sign-in link>
 * Instead of a link, --session takes the value of the session cookie. --only runs,sign-in narrows to addresses that
 * contain one of the words, --width, --theme and --language to one look, --full takes the whole length of the page.
 */
const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:3000' },
    link: { type: 'string' },
    session: { type: 'string' },
    out: { type: 'string', default: 'screenshots' },
    only: { type: 'string' },
    width: { type: 'string' },
    theme: { type: 'string' },
    language: { type: 'string' },
    full: { type: 'boolean', default: false },
  },
})

const only = <Value extends string | number>(all: readonly Value[], wanted: string | undefined) =>
  all.filter((value) => wanted === undefined || String(value) === wanted)

const widths = only([1440, 390], options.width)
const themes = only(['light', 'dark'] as const, options.theme)
const languages = only(['ko', 'en'] as const, options.language)
const heights: Record<number, number> = { 1440: 900, 390: 844 }

interface Shot {
  name: string
  path: string
  signedIn: boolean
}

/** The pages that exist, with one of each kind of thing. */
async function findShots(context: BrowserContext): Promise<Shot[]> {
  const things = await findThings(async (address) => {
    const response = await context.request.get(`${options.url}${address}`)
    if (!response.ok()) throw new Error(`GET ${address} answered ${response.status()}; is the session good?`)
    return response.json()
  })
  const words = options.only?.split(',')
  return allPages.flatMap(({ name, signedIn, address }) => {
    const found = address(things)
    if (found === null || (words && !words.some((word) => `${name} ${found}`.includes(word)))) return []
    return [{ name, path: found, signedIn }]
  })
}

async function openContext(browser: Browser, look: { width: number; theme: string; language: string }) {
  const context = await browser.newContext({
    viewport: { width: look.width, height: heights[look.width] ?? 900 },
    colorScheme: look.theme === 'dark' ? 'dark' : 'light',
    locale: look.language === 'ko' ? 'ko-KR' : 'en-US',
    timezoneId: 'Asia/Seoul',
    reducedMotion: 'reduce',
  })
  await context.addCookies([{ name: 'firn-language', value: look.language, url: options.url }])
  return context
}

const { executablePath } = await findChromium()
const browser = await chromium.launch({
  executablePath,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  const entry = await browser.newContext()
  if (options.link) {
    const page = await entry.newPage()
    await page.goto(options.link)
  } else if (options.session) {
    await entry.addCookies([{ name: 'firn.session_token', value: options.session, url: options.url }])
  } else {
    throw new Error('Give --link with a sign-in link, or --session with the value of a session cookie.')
  }
  const cookies = (await entry.cookies()).filter(({ name }) => name !== 'firn-language')
  const shots = await findShots(entry)
  await entry.close()

  const folder = path.resolve(options.out)
  if (!options.only) await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const width of widths) {
    for (const theme of themes) {
      for (const language of languages) {
        const signedIn = await openContext(browser, { width, theme, language })
        await signedIn.addCookies(cookies)
        const anonymous = await openContext(browser, { width, theme, language })
        for (const shot of shots) {
          const page = await (shot.signedIn ? signedIn : anonymous).newPage()
          await page.goto(`${options.url}${shot.path}`, { waitUntil: 'domcontentloaded' })
          // Live pages never come to rest; a page without skeletons has its first answers.
          await page
            .waitForFunction(
              () => document.querySelector('h1') && !document.querySelector('main .animate-shimmer.bg-hover'),
              {
                timeout: 15_000,
              },
            )
            .catch(() => console.warn(`${shot.path}: still loading after 15 s`))
          await page.evaluate(() => document.fonts.ready)
          const file = path.join(folder, `${shot.name}.${width}.${theme}.${language}.png`)
          await page.screenshot({ path: file, fullPage: options.full })
          console.log(path.relative(process.cwd(), file))
          await page.close()
        }
        await signedIn.close()
        await anonymous.close()
      }
    }
  }
} finally {
  await browser.close()
}
