import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

/** Folder of test reports. */
export const results = 'test-results'

export interface Count {
  passed: number
  failed: number
  /** Names of failed tests, where a report has them. */
  failures?: string[]
}

/** A program of node_modules: `vitest/vitest.mjs`. */
export const bin = (name: string): string => path.join('node_modules', ...name.split('/'))

/** Runs a script with this Node to its end; its output is ours. */
export function runNode(args: string[], env: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    })
    child.once('exit', (code) => resolve(code ?? 1))
    child.once('error', () => resolve(1))
  })
}

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numFailedTestSuites: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.array(z.string()).default([]),
        }),
      ),
    }),
  ),
})

/** The beginning of a message, without its stack. */
const firstLines = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
    .slice(0, 3)
    .join(' ')
    .slice(0, 400)

/** Failed tests with the beginning of their message; files that could not be collected by theirs. */
function failuresOf({ testResults }: z.infer<typeof VitestReport>): string[] {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const file = path.relative('.', name)
    const tests = assertionResults.filter(({ status }) => status === 'failed')
    if (tests.length === 0) return message ? [`${file}: ${firstLines(message)}`] : []
    return tests.map(
      ({ fullName, failureMessages }) => `${file} › ${fullName}: ${firstLines(failureMessages[0] ?? '')}`,
    )
  })
}

/** Runs a project of vitest.config.ts, all of it or the files whose path contains `filter`. */
export async function runVitest(project: string, filter?: string): Promise<Count> {
  const file = path.join(results, `${project}.json`)
  const code = await runNode([
    bin('vitest/vitest.mjs'),
    'run',
    ...(filter ? [filter] : []),
    `--project=${project}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ])
  if (!existsSync(file)) return { passed: 0, failed: 1 }
  const report = VitestReport.parse(JSON.parse(readFileSync(file, 'utf8')))
  // A file that could not even be collected, or an error outside a test, fails the run without a failed test of its own.
  const failed =
    report.numFailedTests > 0
      ? report.numFailedTests
      : code === 0
        ? 0
        : Math.max(1, report.numFailedTestSuites)
  return { passed: report.numPassedTests, failed, failures: failuresOf(report) }
}

/** Parts of a test run by name, in their order. */
export type Parts = [name: string, part: () => Promise<Count>][]

/**
 * Runs parts (all, unless some are named), says how long each took, and ends with the line `N passed, N failed`.
 * @returns the exit code
 */
export async function runParts(parts: Parts, wanted: readonly string[]): Promise<number> {
  const unknown = wanted.filter((name) => !parts.some(([known]) => known === name))
  if (unknown.length > 0) {
    console.error(`Unknown part ${unknown.join(', ')}; known: ${parts.map(([name]) => name).join(', ')}`)
    return 2
  }
  // A report of an earlier run must not count.
  rmSync(results, { recursive: true, force: true })
  mkdirSync(results, { recursive: true })
  const total: Count = { passed: 0, failed: 0 }
  const lines: string[] = []
  const failures: string[] = []
  for (const [name, part] of parts) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    console.log(`\n── ${name}`)
    const since = performance.now()
    const count = await part()
    total.passed += count.passed
    total.failed += count.failed
    failures.push(...(count.failures ?? []).map((failure) => `FAILED ${name} ${failure}`))
    const took = ((performance.now() - since) / 1000).toFixed(0)
    lines.push(
      `${name.padEnd(12)} ${String(count.passed).padStart(5)} passed ${String(count.failed).padStart(4)} failed  ${took} s`,
    )
  }
  console.log(`\n${[...lines, ...failures].join('\n')}\n`)
  console.log(`${total.passed} passed, ${total.failed} failed`)
  return total.failed === 0 && total.passed > 0 ? 0 : 1
}
