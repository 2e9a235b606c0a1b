import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { chromium, type FullConfig } from '@playwright/test'
import { z } from 'zod'
import { freePort } from '../../scripts/servers/process.ts'

const DemoSchema = z.object({ url: z.url(), signInUrl: z.url(), apiToken: z.string().min(20) })

/** Events of the sample in the browser tests: small enough to load in seconds, large enough for every hour of July. */
export const sampleEvents = 20_000

async function until(what: string, seconds: number, check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (Date.now() < deadline) {
    if (await check().catch(() => false)) return
    await delay(250)
  }
  throw new Error(`${what} did not happen within ${seconds} s`)
}

/**
 * Starts the demo exactly as a newcomer does (with Kafka and a small sample), signs in through its link, waits for the
 * sample to be loaded, and leaves `FIRN_E2E_URL`, `FIRN_E2E_TOKEN` and the signed-in state to the tests.
 */
export default async function globalSetup(config: FullConfig): Promise<() => Promise<void>> {
  const directory = mkdtempSync(path.join(tmpdir(), 'firn-e2e-'))
  const port = await freePort()
  const demo = spawn(
    process.execPath,
    [
      'scripts/demo.ts',
      '--events',
      String(sampleEvents),
      '--port',
      String(port),
      '--data',
      directory,
      '--kafka',
    ],
    { stdio: ['ignore', 'inherit', 'inherit'], detached: true, env: { ...process.env, LOG_LEVEL: 'warn' } },
  )
  const stop = () => stopDemo(demo, directory)
  try {
    const file = path.join(directory, 'demo.json')
    await until('The start of the demo', 240, async () => demo.exitCode !== null || existsSync(file))
    if (demo.exitCode !== null) throw new Error(`The demo ended with code ${demo.exitCode}; why is above.`)
    const { url, signInUrl, apiToken } = DemoSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    process.env.FIRN_E2E_URL = url
    process.env.FIRN_E2E_TOKEN = apiToken

    const use = config.projects[0]?.use ?? {}
    const browser = await chromium.launch(use.launchOptions)
    const page = await browser.newPage()
    await page.goto(signInUrl)
    await page.waitForURL(`${url}/`)
    await page.context().storageState({ path: String(use.storageState) })
    await browser.close()

    const table = `${url}/api/v1/catalogs/firn/namespaces/recipe_analytics/tables/user_events_silver`
    await until('The load of the sample', 180, async () => {
      const response = await fetch(
        `${table}/partitions?filter=${encodeURIComponent('year:2025 month:7')}&limit=1000`,
        {
          headers: { Authorization: `Bearer ${apiToken}` },
        },
      )
      const body = z
        .object({ items: z.array(z.object({ rows: z.coerce.number() })) })
        .parse(await response.json())
      return body.items.reduce((sum, partition) => sum + partition.rows, 0) >= sampleEvents
    })
    await until('The count of its visitors', 60, async () => {
      const response = await fetch(`${url}/api/v1/analytics/visitors/month?from=2025-07&to=2025-07`, {
        headers: { Authorization: `Bearer ${apiToken}` },
      })
      const { totals } = z.object({ totals: z.object({ visits: z.number() }) }).parse(await response.json())
      return totals.visits >= sampleEvents
    })
    await makePlan(url, apiToken)
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}

/** A plan that waits for somebody, so that there is one to look at; nothing of the table changes. */
async function makePlan(url: string, apiToken: string): Promise<void> {
  const plans = `${url}/api/v1/maintenance/plans`
  const headers = { Authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' }
  const body = JSON.stringify({
    catalog: 'firn',
    namespace: 'recipe_analytics',
    table: 'user_events_silver',
    action: 'expire-snapshots',
    options: { maxSnapshotAgeMs: 0, minSnapshotsToKeep: 1 },
  })
  const response = await fetch(plans, { method: 'POST', headers, body })
  const { planId } = z.object({ planId: z.uuid() }).parse(await response.json())
  await until('The making of a plan', 60, async () => {
    const plan = await (await fetch(`${plans}/${planId}`, { headers })).json()
    return z.object({ state: z.string() }).parse(plan).state !== 'planning'
  })
}

async function stopDemo(demo: ChildProcess, directory: string): Promise<void> {
  const ended = new Promise((resolve) => demo.once('exit', resolve))
  if (demo.exitCode === null && demo.signalCode === null) {
    demo.kill('SIGINT')
    const force = setTimeout(() => demo.kill('SIGINT'), 60_000)
    await ended
    clearTimeout(force)
  }
  rmSync(directory, { recursive: true, force: true })
}
