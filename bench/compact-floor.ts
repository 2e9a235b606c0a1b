import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { fieldIdsOption } from '../lib/engine/duckdb-types.ts'
import { recipeEventsSchema } from '../lib/mappings/recipe-events.ts'
import { sqlString } from '../lib/mappings/sql-text.ts'

/** The floor: DuckDB alone reads the small files and writes one, with its fastest settings. Arguments: input folder, output file. */

const [folder = '', target = ''] = process.argv.slice(2)
const files = readdirSync(folder).map((name) => path.join(folder, name))
const instance = await DuckDBInstance.create(':memory:', { threads: String(availableParallelism()) })
const connection = await instance.connect()
await connection.run(`SET TimeZone = 'UTC'`)
await connection.run('SET preserve_insertion_order = false')
await connection.run(
  `COPY (SELECT * FROM read_parquet([${files.map(sqlString).join(', ')}], hive_partitioning = false)) TO ${sqlString(target)}
    (FORMAT parquet, COMPRESSION zstd, FIELD_IDS ${fieldIdsOption(recipeEventsSchema.fields)})`,
)
console.log('{}')
