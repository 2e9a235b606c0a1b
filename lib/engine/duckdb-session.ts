import { mkdir } from 'node:fs/promises'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export interface SessionOptions {
  threads: number
  memoryLimit: string
  spillDirectory: string
}

function openInstance(options: SessionOptions): Promise<DuckDBInstance> {
  return DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: options.memoryLimit,
    temp_directory: options.spillDirectory,
    // Nothing is fetched from the network behind the user's back: parquet, json and icu are built in.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
}

/** A process has the same options for all of its tasks, and runs one at a time. */
let kept: DuckDBInstance | undefined

/**
 * Opens an empty in-memory database for one task, so that a task's memory is given back with it. Times are in UTC: the
 * statistics of written files are text in the session's zone. With `keep` the process keeps the database for its next such
 * task, which saves some 20 ms of processor time each: for tasks that leave no tables behind, and no settings but those that
 * are made here anew. One that failed keeps nothing.
 */
export async function withSession<Result>(
  options: SessionOptions,
  work: (connection: DuckDBConnection) => Promise<Result>,
  { keep = false } = {},
): Promise<Result> {
  await mkdir(options.spillDirectory, { recursive: true })
  const instance = (keep ? kept : undefined) ?? (await openInstance(options))
  if (keep) kept = undefined
  try {
    const connection = await instance.connect()
    try {
      // A task may have lowered it for a kept database.
      await connection.run(`SET threads = ${options.threads}`)
      await connection.run(`SET TimeZone = 'UTC'`)
      // Files are immutable here, yet their paths are reused by tests and retries.
      await connection.run('SET enable_external_file_cache = false')
      // Progress is only measured when it could be shown; it is read by watched(), never printed.
      await connection.run('SET enable_progress_bar = true')
      await connection.run('SET enable_progress_bar_print = false')
      const result = await work(connection)
      if (keep) kept = instance
      return result
    } finally {
      connection.closeSync()
    }
  } finally {
    if (kept !== instance) instance.closeSync()
  }
}
