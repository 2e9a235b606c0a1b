/**
 * `npm run test:engines`: Firn against other people's programs. Iceberg's compatibility kit, PyIceberg and Spark on the same
 * tables, the tables they wrote, and all of them writing at once; `npm run test:spark` and its like run one of these. What a
 * part needs it fetches (a Python environment, Maven artifacts); what it can't have fails it with one line that says what to
 * install. The last line is `N passed, N failed`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Count, type Parts, runNode, runParts, runVitest } from '../../scripts/run-tests.ts'
import { kitCount } from '../rck/kit-report.ts'

const CountSchema = z.object({ passed: z.number(), failed: z.number() })

async function compatibilityKit(): Promise<Count> {
  const code = await runNode(['e2e/rck/run.ts'])
  if (!existsSync(kitCount)) return { passed: 0, failed: 1 }
  const { passed, failed } = CountSchema.parse(JSON.parse(readFileSync(kitCount, 'utf8')))
  return { passed, failed: failed > 0 ? failed : code === 0 ? 0 : 1 }
}

const parts: Parts = [
  ['rck', compatibilityKit],
  ['pyiceberg', () => runVitest('engines', 'e2e/engines/pyiceberg')],
  ['spark', () => runVitest('engines', 'e2e/engines/spark')],
  ['spec', () => runVitest('engines', 'e2e/fixtures')],
  ['concurrency', () => runVitest('engines', 'e2e/engines/concurrency')],
]

process.exit(await runParts(parts, process.argv.slice(2)))
