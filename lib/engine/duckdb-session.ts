import { mkdir } from 'node:fs/promises'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export interface SessionOptions {
  threads: number
  memoryLimit: string
  spillDirectory: string
}

/**
 * Opens an empty in-memory database for one task, so that a task's memory is given back with it. Times are in UTC: the
 * statistics of written files are text in the session's zone.
 */
export async function withSession<Result>(
  options: SessionOptions,
  work: (connection: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
  await mkdir(options.spillDirectory, { recursive: true })
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: options.memoryLimit,
    temp_directory: options.spillDirectory,
    // Nothing is fetched from the network behind the user's back: parquet, json and icu are built in.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  try {
    const connection = await instance.connect()
    try {
      await connection.run(`SET TimeZone = 'UTC'`)
      // Files are immutable here, yet their paths are reused by tests and retries.
      await connection.run('SET enable_external_file_cache = false')
      // Progress is only measured when it could be shown; it is read by watched(), never printed.
      await connection.run('SET enable_progress_bar = true')
      await connection.run('SET enable_progress_bar_print = false')
      return await work(connection)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}
