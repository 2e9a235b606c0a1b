import { DuckDBInstance } from '@duckdb/node-api'
import { fieldIdsOption } from '../lib/engine/duckdb-types.ts'
import { recipeEventsSchema } from '../lib/mappings/recipe-events.ts'
import { sqlString } from '../lib/mappings/sql-text.ts'

/**
 * The floor: DuckDB alone, one statement from the same lines to the same 25 columns in the same partitions; it checks
 * nothing, counts nothing and commits nothing. Arguments: variant, output folder, files.
 * - sorted: raw rows sorted by time first, one thread: one file a partition for lines in any order.
 * - plain: no sort, one thread: one file a partition only since these lines come in time order.
 * - plain2: the same on two threads.
 */

const [variant = '', folder = '', ...files] = process.argv.slice(2)
const instance = await DuckDBInstance.create(':memory:', { threads: variant === 'plain2' ? '2' : '1' })
const connection = await instance.connect()
await connection.run(`SET TimeZone = 'UTC'`)

const context =
  '{"page":{"name":"VARCHAR","url":"VARCHAR"},"user_segment":"VARCHAR","cooking_style":"VARCHAR","ab_test":{"group":"VARCHAR"}}'
const properties =
  '{"recipe_id":"BIGINT","list_type":"VARCHAR","action":"VARCHAR","search_keyword":"VARCHAR","result_count":"INTEGER"}'
const raw = `read_json([${files.map(sqlString).join(', ')}], format = 'newline_delimited', columns = {event_id: 'VARCHAR', event_name: 'VARCHAR', user_id: 'VARCHAR',
  anonymous_id: 'VARCHAR', session_id: 'VARCHAR', timestamp: 'TIMESTAMPTZ', context: 'VARCHAR', event_properties: 'VARCHAR'})`
const source = variant === 'sorted' ? `(SELECT * FROM ${raw} ORDER BY timestamp)` : raw
const select = `SELECT event_id, event_name, user_id, anonymous_id, session_id, timestamp AS utc_timestamp, local::DATE AS date,
  year(local)::INT AS year, month(local)::INT AS month, day(local)::INT AS day, hour(local)::INT AS hour, dayname(local) AS day_of_week,
  c.page.name AS page_name, c.page.url AS page_url, c.user_segment AS user_segment, c.cooking_style AS cooking_style, c.ab_test."group" AS ab_test_group,
  p.recipe_id AS prop_recipe_id, p.list_type AS prop_list_type, p.action AS prop_action, p.search_keyword AS prop_search_keyword, p.result_count AS prop_result_count,
  TIMESTAMPTZ '2025-08-01 00:00:00+00' AS processed_at, 'landing-zone' AS data_source, '1.0.0' AS pipeline_version
  FROM (SELECT *, timestamp AT TIME ZONE 'Asia/Seoul' AS local, from_json(context, ${sqlString(context)}) AS c, from_json(event_properties, ${sqlString(properties)}) AS p FROM ${source})`
const reader = await connection.runAndReadAll(
  `COPY (${select}) TO ${sqlString(folder)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, FIELD_IDS ${fieldIdsOption(recipeEventsSchema.fields)},
    RETURN_STATS, PARTITION_BY (year, month, day, hour), WRITE_PARTITION_COLUMNS true, FILENAME_PATTERN '{uuidv7}', OVERWRITE_OR_IGNORE)`,
)
const rows = reader.getRowObjectsJson()
console.log(
  JSON.stringify({ rows: rows.reduce((sum, row) => sum + Number(row.count), 0), files: rows.length }),
)
