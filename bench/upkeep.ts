import { cp, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { compileCacheFolder } from '../lib/compile-cache.ts'
import { openDatabase } from '../lib/db.ts'
import { createBuiltInCatalog } from '../lib/iceberg/catalog/built-in-catalog.ts'
import { createFileIO } from '../lib/storage/create-file-io.ts'
import { startBenchDatabase } from './bench-database.ts'
import { benchFolder, benchRepeats, withSpark } from './bench-folder.ts'
import { measureProcess, median, rounded } from './measured-process.ts'
import { sparkPython } from './spark/spark-python.ts'
import { makeOrphans, makeUpkeepTable, orphans, snapshots } from './upkeep-table.ts'

/**
 * `bench:expire`: 500 snapshots → 1; `bench:orphans`: 2,000 orphans. Ours from the plan to the deleted files (plan,
 * quarantine, commit, second look, delete), with --spark against Iceberg's procedures on a copy of the same table. Times
 * are those of the work in a process that is up; the whole processes are shown beside them. The last line is the medians
 * as JSON.
 */

const what = process.argv[2] === 'orphans' ? 'orphans' : 'expire'
const script = (name: string): string => path.join(import.meta.dirname, name)
const database = await startBenchDatabase()
const work = await mkdtemp(path.join(benchFolder, 'upkeep-'))
const db = openDatabase(database.url, 2)
const io = createFileIO({ cacheDirectory: path.join(work, 'cache'), cacheBytes: 100_000_000 })

interface Ours {
  seconds: number
  deleted: number
  snapshots: number
}
interface Spark {
  orphansSeconds: number
  expireSeconds: number
  orphans: number
  snapshots: number[]
}

try {
  const python = withSpark ? await sparkPython() : null
  const warehouse = pathToFileURL(path.join(work, 'warehouse')).href
  const catalog = await createBuiltInCatalog({ db, io, name: 'bench', warehouse })
  console.log(`making a table of ${snapshots} snapshots…`)
  const table = await makeUpkeepTable(catalog, path.basename(work))
  await makeOrphans(table.metadata.location)
  const folder = fileURLToPath(table.metadata.location)
  await cp(folder, `${folder}.base`, { recursive: true, preserveTimestamps: true })
  const restore = async () => {
    await rm(folder, { recursive: true })
    await cp(`${folder}.base`, folder, { recursive: true, preserveTimestamps: true })
  }
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < benchRepeats; round += 1) {
    await restore()
    const { metadataLocation } = table
    await db.icebergTable.update({ where: { id: table.id }, data: { metadataLocation } })
    const measured = await measureProcess(
      process.execPath,
      [script('upkeep-ours.ts'), what, database.url, work, table.id],
      { NODE_COMPILE_CACHE: compileCacheFolder },
    )
    const found = JSON.parse(measured.lastLine) as Ours
    console.log(`ours   ${measured.seconds.toFixed(2)} s as a process  ${measured.lastLine}`)
    const left = what === 'expire' ? 1 : snapshots
    if (found.snapshots !== left || (what === 'orphans' && found.deleted !== orphans)) {
      throw new Error(`Expected ${left} snapshots, and of orphans all ${orphans} deleted.`)
    }
    ours.push(found.seconds)
    if (!python) continue
    await restore()
    const spark = await measureProcess(python.executable, [
      script('spark/upkeep.py'),
      python.jar,
      path.join(work, 'spark'),
      metadataLocation,
    ])
    const answer = JSON.parse(spark.lastLine) as Spark
    console.log(`spark  ${spark.seconds.toFixed(2)} s as a process  ${spark.lastLine}`)
    if (answer.orphans !== orphans || answer.snapshots.join() !== `${snapshots},1`) {
      throw new Error(`Spark did something else: ${spark.lastLine}`)
    }
    theirs.push(what === 'expire' ? answer.expireSeconds : answer.orphansSeconds)
  }
  const seconds = rounded(median(ours))
  const spark = theirs.length > 0 ? rounded(median(theirs)) : null
  console.log(
    JSON.stringify({
      bench: what,
      seconds,
      spark,
      faster: spark === null ? null : rounded(spark / seconds),
    }),
  )
} finally {
  await db.$disconnect()
  await database.stop()
  await rm(work, { recursive: true, force: true })
}
