/**
 * `npm run test:pyiceberg` and `npm run test:spark`: another engine works through the catalog on the same tables as Firn. The last line is
 * `N passed, N failed`.
 */
import { rmSync } from 'node:fs'
import path from 'node:path'
import { results, runVitest } from '../../scripts/run-tests.ts'

/** By engine: the project of vitest.config.ts and what its test files start with. */
const runs = new Map([
  ['pyiceberg', { project: 'integration', filter: 'e2e/engines/pyiceberg' }],
  ['spark', { project: 'spark', filter: 'e2e/engines/spark' }],
])

const name = process.argv[2] ?? ''
const run = runs.get(name)
if (!run) {
  console.error(`Expected one of ${[...runs.keys()].join(', ')}; found ${name || 'nothing'}.`)
  process.exit(2)
}
// A report of an earlier run must not count.
rmSync(path.join(results, `${run.project}.json`), { force: true })
const { passed, failed } = await runVitest(run.project, run.filter)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
