import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { fieldIdsOption } from '../lib/engine/duckdb-types.ts'
import { goodRows } from '../lib/engine/mapping-sql.ts'
import { recipeEventsMapping, recipeEventsSchema } from '../lib/mappings/recipe-events.ts'
import { sqlString } from '../lib/mappings/sql-text.ts'
import { benchEventFiles, benchFolder } from './bench-folder.ts'

export const smallFiles = 2000
export const rowsPerFile = 500

/** The first million events as 2,000 Parquet files of 500 rows, made on first use. Returns their paths. */
export async function smallParquetFiles(): Promise<string[]> {
  const folder = path.join(benchFolder, `small-files-${smallFiles}`)
  if (!existsSync(folder)) {
    console.log(`making ${smallFiles.toLocaleString('en')} files of ${rowsPerFile} rows…`)
    const lines = await benchEventFiles()
    const partial = `${folder}.partial`
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial, { recursive: true })
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
    try {
      const connection = await instance.connect()
      await connection.run(`SET TimeZone = 'UTC'`)
      const batch = {
        processedAt: '2025-08-01T00:00:00Z',
        dataSource: 'landing-zone',
        pipelineVersion: '1.0.0',
      }
      const rows = goodRows(recipeEventsMapping, recipeEventsSchema, batch, lines)
      await connection.run(`CREATE TABLE events AS ${rows} LIMIT ${smallFiles * rowsPerFile}`)
      for (let index = 0; index < smallFiles; index += 1) {
        const from = index * rowsPerFile
        const file = path.join(partial, `${String(index).padStart(5, '0')}.parquet`)
        await connection.run(
          `COPY (SELECT * FROM events WHERE rowid >= ${from} AND rowid < ${from + rowsPerFile}) TO ${sqlString(file)}
            (FORMAT parquet, COMPRESSION zstd, FIELD_IDS ${fieldIdsOption(recipeEventsSchema.fields)})`,
        )
      }
    } finally {
      instance.closeSync()
    }
    await rename(partial, folder)
  }
  return (await readdir(folder)).sort().map((name) => path.join(folder, name))
}
