import type { AsyncDuckDB, AsyncDuckDBConnection } from '@duckdb/duckdb-wasm'
import { type TypedTable, toArrowStream } from './typed-table.ts'
import { isNumeric, type ValueType, valueText } from './value-text.ts'

/**
 * DuckDB in the reader's own browser, from bundles that Firn serves itself. It gets result sets of the API as Arrow:
 * the Parquet and JSON readers would have to be fetched from the network, so they are never used.
 */
export interface BrowserDatabase {
  /** Puts rows under a name, in place of what was there. */
  load(name: string, table: TypedTable): Promise<void>
  /** Runs one statement. @throws Error with DuckDB's own message */
  query(sql: string): Promise<QueryAnswer>
}

export interface QueryAnswer {
  columns: string[]
  /** Values as text, null for NULL; `numeric` tells which columns align to the right. */
  rows: (string | null)[][]
  numeric: boolean[]
  milliseconds: number
  /** True where more rows were there than `maxRows`. */
  cut: boolean
}

/** More rows than a person reads; a table of them still scrolls smoothly. */
const maxRows = 5_000

const bundleBase = '/duckdb'

/** Starts the engine in `worker`'s place; aborting ends its thread, whatever it is doing. */
async function start(signal: AbortSignal): Promise<{ db: AsyncDuckDB; connection: AsyncDuckDBConnection }> {
  const duckdb = await import('@duckdb/duckdb-wasm')
  const base = `${window.location.origin}${bundleBase}`
  const bundle = await duckdb.selectBundle({
    mvp: { mainModule: `${base}/duckdb-mvp.wasm`, mainWorker: `${base}/duckdb-browser-mvp.worker.js` },
    eh: { mainModule: `${base}/duckdb-eh.wasm`, mainWorker: `${base}/duckdb-browser-eh.worker.js` },
  })
  signal.throwIfAborted()
  const worker = new Worker(bundle.mainWorker ?? '')
  signal.addEventListener('abort', () => worker.terminate(), { once: true })
  const db = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker)
  await db.instantiate(bundle.mainModule, bundle.pthreadWorker)
  const connection = await db.connect()
  await connection.query('SET autoinstall_known_extensions = false')
  await connection.query('SET autoload_known_extensions = false')
  return { db, connection }
}

/** What decides how a column's values read, of an Arrow type. */
const valueTypeOf = (type: object): ValueType => ({
  name: String(type),
  scale: 'scale' in type && typeof type.scale === 'number' ? type.scale : 0,
})

/**
 * Opens DuckDB in a web worker; the first time downloads about 34 MB, later ones come from the browser's cache. It lives
 * until `signal` is aborted.
 */
export async function openBrowserDatabase(signal: AbortSignal): Promise<BrowserDatabase> {
  const { connection } = await start(signal)
  return {
    async load(name, table) {
      await connection.query(`DROP TABLE IF EXISTS "${name}"`)
      await connection.insertArrowFromIPCStream(await toArrowStream(table), { name, create: true })
    },
    async query(sql) {
      const started = performance.now()
      const result = await connection.query(sql)
      const types = result.schema.fields.map((field) => valueTypeOf(field.type))
      const vectors = types.map((_, index) => result.getChildAt(index))
      const rows: (string | null)[][] = []
      for (let row = 0; row < Math.min(result.numRows, maxRows); row += 1) {
        rows.push(types.map((type, column) => valueText(type, vectors[column]?.get(row))))
      }
      return {
        columns: result.schema.fields.map((field) => field.name),
        rows,
        numeric: types.map(isNumeric),
        milliseconds: performance.now() - started,
        cut: result.numRows > maxRows,
      }
    },
  }
}
