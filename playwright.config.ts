import { defineConfig, devices } from '@playwright/test'
import { findChromium } from './scripts/servers/chromium.ts'

const { executablePath } = await findChromium()

/** Browser tests run against a demo of their own (e2e/harness/demo-setup.ts), in a real Chromium. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/browser',
  globalSetup: './e2e/harness/demo-setup.ts',
  fullyParallel: false,
  workers: 1,
  forbidOnly: process.env.CI !== undefined,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json']],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'Asia/Seoul',
    // The setup leaves it; test processes read this file again after it.
    ...(process.env.FIRN_E2E_URL ? { baseURL: process.env.FIRN_E2E_URL } : {}),
    storageState: 'test-results/signed-in.json',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath,
      // As root (containers, CI) Chromium has no sandbox; the rest keeps it from calling home.
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
