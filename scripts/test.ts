/**
 * `npm test`: everything but what takes other engines (`npm run test:engines`), in one go. Lint, types, migrations, unit tests, integration tests on real servers, browser
 * tests in a real Chromium. What a part needs it fetches or starts itself; what it can't have fails the run with one
 * line that says what to install. The last line is `N passed, N failed`.
 */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { bin, type Count, type Parts, results, runNode, runParts, runVitest } from './run-tests.ts'

/** A check that is one thing: it passes or it fails. */
const check = (args: string[]) => async (): Promise<Count> => {
  const code = await runNode(args)
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

const vitest = (project: string) => () => runVitest(project)

const Spec = z.object({ title: z.string(), file: z.string(), line: z.number(), ok: z.boolean() })
interface Suite {
  specs: z.infer<typeof Spec>[]
  suites?: Suite[] | undefined
}
const SuiteSchema: z.ZodType<Suite> = z.lazy(() =>
  z.object({ specs: z.array(Spec), suites: z.array(SuiteSchema).optional() }),
)
const PlaywrightReport = z.object({
  suites: z.array(SuiteSchema),
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
})

const failedSpecs = ({ specs, suites = [] }: Suite): string[] => [
  ...specs.filter(({ ok }) => !ok).map(({ file, line, title }) => `${file}:${line} › ${title}`),
  ...suites.flatMap(failedSpecs),
]

const browser = async (): Promise<Count> => {
  const file = path.join(results, 'browser.json')
  const code = await runNode([bin('@playwright/test/cli.js'), 'test'], { PLAYWRIGHT_JSON_OUTPUT_NAME: file })
  if (!existsSync(file)) return { passed: 0, failed: 1 }
  const { suites, stats } = PlaywrightReport.parse(JSON.parse(readFileSync(file, 'utf8')))
  const failed = stats.unexpected + stats.flaky
  return {
    passed: stats.expected,
    failed: failed > 0 ? failed : code === 0 ? 0 : 1,
    failures: suites.flatMap(failedSpecs),
  }
}

const parts: Parts = [
  ['lint', check([bin('@biomejs/biome/bin/biome'), 'ci', '.'])],
  ['route types', check([bin('next/dist/bin/next'), 'typegen'])],
  ['types', check([bin('typescript/bin/tsc'), '--noEmit', '-p', '.'])],
  ['migrations', check(['scripts/migration-new.ts', '--check'])],
  ['unit', vitest('unit')],
  ['integration', vitest('integration')],
  ['browser', browser],
]

process.exit(await runParts(parts, process.argv.slice(2)))
