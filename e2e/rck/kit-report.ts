import { glob, readFile } from 'node:fs/promises'
import path from 'node:path'
import { results } from '../../scripts/run-tests.ts'

/** Where a run of the kit leaves how many tests passed and failed, as JSON. */
export const kitCount = path.join(results, 'rck.json')

export interface KitReport {
  passed: number
  /** `Class.test: message` */
  failed: string[]
  skipped: string[]
}

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&', '#10': ' ' }
const plainText = (text: string): string =>
  text.replace(/&(#?\w+);/g, (all, name: string) => entities[name] ?? all)

const attribute = (tag: string, name: string): string =>
  plainText(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '')

/** Counts the tests in one of Surefire's XML reports. */
export function readKitReport(xml: string): KitReport {
  const report: KitReport = { passed: 0, failed: [], skipped: [] }
  // A test that passed without output is an empty element.
  for (const [, tag = '', body = ''] of xml.matchAll(
    /<testcase\b((?:[^>"]|"[^"]*")*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g,
  )) {
    const name = `${attribute(tag, 'classname').split('.').at(-1)}.${attribute(tag, 'name')}`
    const failure = /<(?:failure|error)\b((?:[^>"]|"[^"]*")*)>/.exec(body)?.[1]
    if (failure !== undefined) {
      const message = attribute(failure, 'message') || attribute(failure, 'type')
      report.failed.push(`${name}: ${message.replace(/\s+/g, ' ').slice(0, 300)}`)
    } else if (/<skipped\b/.test(body)) {
      report.skipped.push(name)
    } else {
      report.passed += 1
    }
  }
  return report
}

/** All reports of a run, added up. */
export async function readKitReports(directory: string): Promise<KitReport> {
  const total: KitReport = { passed: 0, failed: [], skipped: [] }
  for await (const file of glob('TEST-*.xml', { cwd: directory })) {
    const one = readKitReport(await readFile(path.join(directory, file), 'utf8'))
    total.passed += one.passed
    total.failed.push(...one.failed)
    total.skipped.push(...one.skipped)
  }
  return total
}
