import { existsSync } from 'node:fs'
import { AppError } from '#lib/errors.ts'
import { aptInstall, runProgram, summaryOf } from './run-program.ts'

export interface FoundChromium {
  executablePath: string
  /** Root cannot use Chromium's sandbox. */
  args: string[]
}

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Korean pages need a font with Korean letters; the browser packages bring none. */
const packages = ['chromium', 'fonts-noto-cjk']

/**
 * A Chromium for Playwright: CHROMIUM_PATH, an installed one, Playwright's own; where there is none, one is installed
 * (Debian as root: apt-get; elsewhere: Playwright's download).
 * @throws AppError `unavailable` with one line that says what to install
 */
export async function findChromium(): Promise<FoundChromium> {
  const executablePath = await locate()
  return { executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] }
}

async function locate(): Promise<string> {
  const given = process.env.CHROMIUM_PATH
  if (given) {
    if (existsSync(given)) return given
    throw new AppError(
      'unavailable',
      `CHROMIUM_PATH is ${given}, and there is no such file. Correct or unset it.`,
    )
  }
  const installed = usualPlaces.find((place) => existsSync(place))
  if (installed) return installed
  const playwrights = await playwrightsOwn()
  if (existsSync(playwrights)) return playwrights

  if (await aptInstall(...packages)) {
    const fresh = usualPlaces.find((place) => existsSync(place))
    if (fresh) return fresh
  }
  const download = await runProgram(process.execPath, [
    'node_modules/playwright/cli.js',
    'install',
    'chromium',
    '--no-shell',
  ])
  if (download.code === 0 && existsSync(playwrights)) return playwrights
  throw new AppError(
    'unavailable',
    `The browser tests need Chromium and none could be installed (${summaryOf(download)}): install it (Debian: apt-get install ${packages.join(' ')}; elsewhere: npx playwright install chromium) or set CHROMIUM_PATH.`,
  )
}

async function playwrightsOwn(): Promise<string> {
  const { chromium } = await import('playwright')
  return chromium.executablePath()
}

if (import.meta.main) {
  const { executablePath } = await findChromium()
  console.log(executablePath)
}
