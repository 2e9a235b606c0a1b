import { cp, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { compileCacheFolder } from '../lib/compile-cache.ts'
import { openDatabase } from '../lib/db.ts'
import { appendFiles } from '../lib/iceberg/actions/append-files.ts'
import { createBuiltInCatalog } from '../lib/iceberg/catalog/built-in-catalog.ts'
import { commitWithRetry } from '../lib/iceberg/commit/commit-with-retry.ts'
import type { DataFile } from '../lib/iceberg/spec/data-file.ts'
import { recipeEventsSchema } from '../lib/mappings/recipe-events.ts'
import { sqlString } from '../lib/mappings/sql-text.ts'
import { createFileIO } from '../lib/storage/create-file-io.ts'
import { migrate } from '../scripts/servers/migrate.ts'
import { startPostgres } from '../scripts/servers/postgres.ts'
import { benchFolder, benchRepeats, withSpark } from './bench-folder.ts'
import { rowsPerFile, smallFiles, smallParquetFiles } from './compact-table.ts'
import { type Measured, measureProcess, median, rounded } from './measured-process.ts'
import { sparkPython } from './spark/spark-python.ts'

/**
 * 2,000 files of 500 rows → one: ours (plan from the manifests, rewrite, `replace` commit; a process of its own) against
 * DuckDB alone reading and writing the same, and with --spark against Iceberg's rewrite_data_files on two cores. The runs
 * take turns; the last line is the medians as JSON.
 */

const script = (name: string): string => path.join(import.meta.dirname, name)
const inputs = await smallParquetFiles()
const postgres = await startPostgres({ directory: path.join(benchFolder, 'postgres') })
const work = await mkdtemp(path.join(benchFolder, 'compact-'))
const db = openDatabase(postgres.url, 2)
const io = createFileIO({ cacheDirectory: path.join(work, 'cache'), cacheBytes: 100_000_000 })

/** A table of its own for each run, over the same 2,000 files, which a rewrite leaves in place. */
async function makeTable(name: string): Promise<void> {
  const warehouse = pathToFileURL(path.join(work, 'warehouse')).href
  const catalog = await createBuiltInCatalog({ db, io, name: 'bench', warehouse })
  await catalog.createNamespace(['bench']).catch(() => {})
  const identifier = { namespace: ['bench'], name }
  await catalog.createTable(identifier, { schema: recipeEventsSchema })
  const files = await Promise.all(
    inputs.map(
      async (file): Promise<DataFile> => ({
        content: 'data',
        filePath: pathToFileURL(file).href,
        fileFormat: 'PARQUET',
        specId: 0,
        partition: {},
        recordCount: BigInt(rowsPerFile),
        fileSizeInBytes: BigInt((await stat(file)).size),
      }),
    ),
  )
  await commitWithRetry(catalog, identifier, appendFiles({ files }))
}

/** Rows and a hash that does not depend on their order. */
async function fingerprint(files: readonly string[]): Promise<string> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  try {
    const connection = await instance.connect()
    const reader = await connection.runAndReadAll(
      `SELECT count(*) AS rows, bit_xor(hash(columns)) AS hash FROM read_parquet([${files.map(sqlString).join(', ')}], hive_partitioning = false) AS columns`,
    )
    return JSON.stringify(reader.getRowObjectsJson()[0])
  } finally {
    instance.closeSync()
  }
}

const seconds = new Map<string, number[]>()
const peaks = new Map<string, number[]>()
const processor = new Map<string, number[]>()
/** The work alone, in a process that is up. */
const warm: { ours: number; spark: number }[] = []
const record = (name: string, { seconds: taken, cpuSeconds, peakMb }: Measured, facts: string) => {
  seconds.set(name, [...(seconds.get(name) ?? []), taken])
  processor.set(name, [...(processor.get(name) ?? []), cpuSeconds])
  peaks.set(name, [...(peaks.get(name) ?? []), peakMb])
  console.log(
    `${name.padEnd(8)} ${taken.toFixed(2)} s  ${cpuSeconds.toFixed(2)} CPU s  ${peakMb.toFixed(0)} MB  ${facts}`,
  )
}

try {
  await migrate(postgres.url)
  const expected = await fingerprint(inputs)
  const agree = async (name: string, files: readonly string[]) => {
    const found = await fingerprint(files)
    if (found !== expected) throw new Error(`${name}: expected ${expected}, found ${found}.`)
  }
  const python = withSpark ? await sparkPython() : null
  const sparkBase = path.join(work, 'spark-base')
  const sparkRun = path.join(work, 'spark')
  const inputFolder = path.dirname(inputs[0] ?? '')
  if (python) {
    console.log('making the table of 2,000 files in Spark…')
    await measureProcess(python.executable, [
      script('spark/compact_table.py'),
      python.jar,
      sparkRun,
      inputFolder,
    ])
    // Its metadata names this folder: each run gets a copy under the same name.
    await rename(sparkRun, sparkBase)
  }
  for (let round = 0; round < benchRepeats; round += 1) {
    const name = `small_${path.basename(work).replace(/\W/g, '_')}_${round}`
    await makeTable(name)
    const measured = await measureProcess(
      process.execPath,
      [script('compact-ours.ts'), postgres.url, work, name],
      { NODE_COMPILE_CACHE: compileCacheFolder },
    )
    record('ours', measured, measured.lastLine)
    const result = JSON.parse(measured.lastLine) as {
      warmMs: number
      files: number
      rows: number
      operation: string
      output: string[]
    }
    if (result.files !== 1 || result.rows !== smallFiles * rowsPerFile || result.operation !== 'replace') {
      throw new Error(
        `Expected one file of ${smallFiles * rowsPerFile} rows by a replace, found ${measured.lastLine}`,
      )
    }
    await agree(
      'ours',
      result.output.map((location) => fileURLToPath(location)),
    )

    const target = path.join(work, `floor-${round}.parquet`)
    record(
      'duckdb',
      await measureProcess(process.execPath, [script('compact-floor.ts'), inputFolder, target]),
      '',
    )
    await agree('duckdb', [target])

    if (python) {
      await cp(sparkBase, sparkRun, { recursive: true })
      const spark = await measureProcess(python.executable, [
        script('spark/compact.py'),
        python.jar,
        sparkRun,
      ])
      record('spark', spark, spark.lastLine)
      warm.push({
        ours: result.warmMs / 1_000,
        spark: (JSON.parse(spark.lastLine) as { callSeconds: number }).callSeconds,
      })
      await rm(sparkRun, { recursive: true, force: true })
    }
  }
  console.log(`rows and hash agree: ${expected}`)
} finally {
  await db.$disconnect()
  await postgres.stop()
  await rm(work, { recursive: true, force: true })
}

const warmOf = (name: 'ours' | 'spark'): number => median(warm.map((times) => times[name]))
const timeOf = (name: string): number => median(seconds.get(name) ?? [])
const cpuOf = (name: string): number => median(processor.get(name) ?? [])
const peakOf = (name: string): number => median(peaks.get(name) ?? [])
console.log(
  JSON.stringify({
    bench: 'compact',
    files: smallFiles,
    rows: smallFiles * rowsPerFile,
    ours: rounded(timeOf('ours')),
    floor: rounded(timeOf('duckdb')),
    ratio: rounded(timeOf('ours') / timeOf('duckdb')),
    cpu: rounded(cpuOf('ours')),
    floorCpu: rounded(cpuOf('duckdb')),
    peakMb: Math.round(peakOf('ours')),
    floorPeakMb: Math.round(peakOf('duckdb')),
    ...(seconds.has('spark')
      ? {
          spark: rounded(timeOf('spark')),
          sparkRatio: rounded(timeOf('spark') / timeOf('ours'), 1),
          sparkPeakMb: Math.round(peakOf('spark')),
          warm: rounded(warmOf('ours')),
          sparkWarm: rounded(warmOf('spark')),
          sparkWarmRatio: rounded(warmOf('spark') / warmOf('ours'), 1),
        }
      : {}),
  }),
)
