import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { configDefaults, defineConfig } from 'vitest/config'

if (Number(process.versions.node.split('.')[0]) < 24) {
  throw new Error(
    `The tests need the project's own Node 24, and this is ${process.version}. Start them with npx vitest or an npm script.`,
  )
}

const serverOnly = createRequire(import.meta.url)
  .resolve('server-only')
  .replace(/index\.js$/, 'empty.js')

export default defineConfig({
  resolve: { alias: { 'server-only': serverOnly } },
  test: {
    pool: 'forks',
    // The servers need room, too.
    maxWorkers: 2,
    // kafkajs sets a timer with a time in the past once; nothing comes of it.
    execArgv: ['--disable-warning=TimeoutNegativeWarning'],
    exclude: [...configDefaults.exclude, '.next/**', '.firn/**', '.cache/**'],
    env: {
      LOG_LEVEL: 'error',
      FIRN_DATA_DIR: path.join(tmpdir(), `firn-test-data-${process.pid}`),
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx}'],
          exclude: ['**/*.integration.test.ts', '**/*.engine.test.ts'],
          // Most take milliseconds; those with an engine of their own wait for a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts'],
          globalSetup: 'e2e/harness/global-setup.ts',
          testTimeout: 60_000,
          // A job or a server that takes its time on a busy machine is not wrong.
          expect: { poll: { timeout: 15_000 } },
          // The first start of a server on a machine fetches or builds it.
          hookTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          // Apart from the others, since some take minutes: `npm run test:engines`.
          name: 'engines',
          include: ['**/*.engine.test.ts'],
          globalSetup: 'e2e/harness/global-setup.ts',
          testTimeout: 180_000,
          hookTimeout: 1_200_000,
        },
      },
    ],
  },
})
