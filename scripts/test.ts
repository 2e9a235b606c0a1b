/**
 * `npm test`: everything, in one go. Lint, types, migrations, unit tests, integration tests on real servers, browser
 * tests in a real Chromium. What a part needs it fetches or starts itself; what it can't have fails the run with one
 * line that says what to install. The last line is `N passed, N failed`.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { bin, type Count, results, runNode, runVitest } from './run-tests.ts'

rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

/** A check that is one thing: it passes or it fails. */
const check = (args: string[]) => async (): Promise<Count> => {
  const code = await runNode(args)
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

const vitest = (project: string) => () => runVitest(project)

const PlaywrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
})

const browser = async (): Promise<Count> => {
  const file = path.join(results, 'browser.json')
  const code = await runNode([bin('@playwright/test/cli.js'), 'test'], { PLAYWRIGHT_JSON_OUTPUT_NAME: file })
  if (!existsSync(file)) return { passed: 0, failed: 1 }
  const { stats } = PlaywrightReport.parse(JSON.parse(readFileSync(file, 'utf8')))
  const failed = stats.unexpected + stats.flaky
  return { passed: stats.expected, failed: failed > 0 ? failed : code === 0 ? 0 : 1 }
}

const parts: [name: string, part: () => Promise<Count>][] = [
  ['lint', check([bin('@biomejs/biome/bin/biome'), 'ci', '.'])],
  ['route types', check([bin('next/dist/bin/next'), 'typegen'])],
  ['types', check([bin('typescript/bin/tsc'), '--noEmit', '-p', '.'])],
  ['migrations', check(['scripts/migration-new.ts', '--check'])],
  ['unit', vitest('unit')],
  ['integration', vitest('integration')],
  ['browser', browser],
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !parts.some(([known]) => known === name))
if (unknown.length > 0) {
  console.error(`Unknown part ${unknown.join(', ')}; known: ${parts.map(([name]) => name).join(', ')}`)
  process.exit(2)
}

const total: Count = { passed: 0, failed: 0 }
const lines: string[] = []
for (const [name, part] of parts) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`\n── ${name}`)
  const since = performance.now()
  const count = await part()
  total.passed += count.passed
  total.failed += count.failed
  const took = ((performance.now() - since) / 1000).toFixed(0)
  lines.push(
    `${name.padEnd(12)} ${String(count.passed).padStart(5)} passed ${String(count.failed).padStart(4)} failed  ${took} s`,
  )
}
console.log(`\n${lines.join('\n')}\n`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 ? 0 : 1)
