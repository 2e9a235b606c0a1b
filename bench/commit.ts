import { appendFiles } from '../lib/iceberg/actions/append-files.ts'
import { commitWithRetry } from '../lib/iceberg/commit/commit-with-retry.ts'
import { withBenchCatalog } from './bench-catalog.ts'
import { median, rounded } from './measured-process.ts'
import { makeWideTable, wideFile } from './wide-table.ts'

/**
 * Append commits of one file to tables of 10, 1,000 and 50,000 files through the built-in catalog: the cost of a commit
 * must not grow with the table. The sizes take turns; the last line is the medians as JSON.
 */

const sizes = [10, 1_000, 50_000] as const
const commits = 60

const times = new Map<number, number[]>(sizes.map((size) => [size, []]))
await withBenchCatalog('commit', async (catalog) => {
  const tableOf = (size: number) => ({ namespace: ['bench'], name: `files_${size}` })
  for (const size of sizes) await makeWideTable(catalog, tableOf(size), size, 5_000)
  for (let round = 0; round < commits; round += 1) {
    for (const size of sizes) {
      const identifier = tableOf(size)
      const { metadata } = await catalog.loadTable(identifier)
      const file = wideFile(metadata.location, size + round)
      const started = performance.now()
      await commitWithRetry(catalog, identifier, appendFiles({ files: [file] }))
      times.get(size)?.push(performance.now() - started)
    }
  }
})

const p50 = sizes.map((size) => median(times.get(size) ?? []))
const p95 = sizes.map(
  (size) => (times.get(size) ?? []).sort((a, b) => a - b)[Math.floor(commits * 0.95)] ?? 0,
)
console.log(
  JSON.stringify({
    bench: 'commit',
    unit: 'ms, median',
    files: sizes,
    p50: p50.map((value) => rounded(value, 1)),
    p95: p95.map((value) => rounded(value, 1)),
    ratio: rounded((p50.at(-1) ?? 0) / (p50[0] ?? 1)),
  }),
)
