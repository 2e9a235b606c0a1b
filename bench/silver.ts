import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { compileCacheFolder } from '../lib/compile-cache.ts'
import { migrate } from '../scripts/servers/migrate.ts'
import { startPostgres } from '../scripts/servers/postgres.ts'
import { benchEventFiles, benchEvents, benchFolder, benchRepeats, withSpark } from './bench-folder.ts'
import { type Measured, measureProcess, median, rounded } from './measured-process.ts'
import { sparkPython } from './spark/spark-python.ts'

/**
 * The main job as a process (JSON Lines → committed Iceberg table of 744 partitions, every line checked) against DuckDB
 * alone (no checks, no table), and with --spark against Spark with Iceberg on two cores. The runs take turns, so that a
 * busy neighbour meets all of them; the last line is the medians as JSON, of ratios those within each round. A first
 * round, which does not count, brings the events and the compiled modules into memory, and the rows of both sides are
 * compared in it. What they write stays until the end: a file system that has just deleted thousands of files is slow to
 * make new ones.
 */

const variants = ['sorted', 'plain', 'plain2'] as const
const script = (name: string): string => path.join(import.meta.dirname, name)

const files = await benchEventFiles()
const postgres = await startPostgres({ directory: path.join(benchFolder, 'postgres') })
const work = await mkdtemp(path.join(benchFolder, 'silver-'))
const python = withSpark ? await sparkPython() : null

const seconds = new Map<string, number[]>()
const peaks = new Map<string, number[]>()
const processor = new Map<string, number[]>()
const record = (name: string, { seconds: taken, cpuSeconds, peakMb }: Measured, facts: string) => {
  seconds.set(name, [...(seconds.get(name) ?? []), taken])
  processor.set(name, [...(processor.get(name) ?? []), cpuSeconds])
  peaks.set(name, [...(peaks.get(name) ?? []), peakMb])
  console.log(
    `${name.padEnd(8)} ${taken.toFixed(2)} s  ${cpuSeconds.toFixed(2)} CPU s  ${peakMb.toFixed(0)} MB  ${facts}`,
  )
}

/** Rows and a hash that does not depend on their order, over everything but the time of processing. */
async function fingerprint(glob: string): Promise<string> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  try {
    const connection = await instance.connect()
    const reader = await connection.runAndReadAll(
      `SELECT count(*) AS rows, bit_xor(hash(columns)) AS hash FROM (SELECT COLUMNS(* EXCLUDE (processed_at)) FROM read_parquet('${glob}', hive_partitioning = false)) AS columns`,
    )
    return JSON.stringify(reader.getRowObjectsJson()[0])
  } finally {
    instance.closeSync()
  }
}

let ours = ''
let floor = ''
try {
  await migrate(postgres.url)
  for (let round = 0; round <= benchRepeats; round += 1) {
    const counts = round > 0
    const mine = path.join(work, `ours-${round}`)
    const measured = await measureProcess(
      process.execPath,
      [script('silver-ours.ts'), postgres.url, mine, ...files],
      { NODE_COMPILE_CACHE: compileCacheFolder },
    )
    if (counts) record('ours', measured, measured.lastLine)
    const result = JSON.parse(measured.lastLine) as { rows: number; partitions: number }
    if (result.rows !== benchEvents)
      throw new Error(`Expected ${benchEvents} rows in the table, found ${result.rows}.`)
    if (!counts) ours = await fingerprint(`${mine}/warehouse/**/*.parquet`)
    for (const variant of variants) {
      const target = path.join(work, `${variant}-${round}`)
      const alone = await measureProcess(process.execPath, [
        script('silver-floor.ts'),
        variant,
        target,
        ...files,
      ])
      if (counts) record(variant, alone, alone.lastLine)
      else if (variant === 'sorted') floor = await fingerprint(`${target}/**/*.parquet`)
    }
    if (python && counts) {
      const target = path.join(work, `spark-${round}`)
      const spark = await measureProcess(python.executable, [
        script('spark/silver.py'),
        python.jar,
        target,
        ...files,
      ])
      record('spark', spark, spark.lastLine)
      const { readBackSeconds } = JSON.parse(spark.lastLine) as { readBackSeconds: number }
      // The whole process less its look at what it wrote.
      seconds.set('sparkWritten', [...(seconds.get('sparkWritten') ?? []), spark.seconds - readBackSeconds])
    }
  }
} finally {
  await postgres.stop()
  if (existsSync(work)) await rm(work, { recursive: true, force: true })
}
if (ours !== floor) throw new Error(`The rows differ: ours ${ours}, DuckDB alone ${floor}.`)
console.log(`rows and hash agree: ${ours}`)

const timeOf = (name: string): number => median(seconds.get(name) ?? [])
const cpuOf = (name: string): number => median(processor.get(name) ?? [])
const peakOf = (name: string): number => median(peaks.get(name) ?? [])
/** The median of what each round's own runs give: the machine may get slower from round to round, and both sides with it. */
const ratioOf = (name: string, to: string): number =>
  median((seconds.get(name) ?? []).map((taken, round) => taken / (seconds.get(to)?.[round] ?? Number.NaN)))
const best = variants.reduce((left, right) => (timeOf(right) < timeOf(left) ? right : left))
console.log(
  JSON.stringify({
    bench: 'silver',
    events: benchEvents,
    ours: rounded(timeOf('ours')),
    floor: rounded(timeOf('sorted')),
    ratio: rounded(ratioOf('ours', 'sorted')),
    cpu: rounded(cpuOf('ours')),
    floorCpu: rounded(cpuOf('sorted')),
    peakMb: Math.round(peakOf('ours')),
    floorPeakMb: Math.round(peakOf('sorted')),
    bestVariant: best,
    bestVariantSeconds: rounded(timeOf(best)),
    ratioToBestVariant: rounded(ratioOf('ours', best)),
    ...(python
      ? {
          spark: rounded(timeOf('spark')),
          sparkRatio: rounded(ratioOf('spark', 'ours'), 1),
          sparkPeakMb: Math.round(peakOf('spark')),
          sparkWithoutReadBack: rounded(timeOf('sparkWritten')),
          sparkWithoutReadBackRatio: rounded(ratioOf('sparkWritten', 'ours'), 1),
        }
      : {}),
  }),
)
