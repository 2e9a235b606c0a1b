import { AppError, type AppErrorOptions, messageOf } from '../errors.ts'
import type { SessionOptions } from './duckdb-session.ts'

export const isOutOfMemory = (error: unknown): boolean => /out of memory/i.test(messageOf(error))

/** What a task threw as the error its caller branches on. DuckDB's and the system's errors are known by their words only. */
export function toTaskError(error: unknown, options: SessionOptions): AppError {
  if (error instanceof AppError) return error
  const text = messageOf(error).split('\n')[0] ?? ''
  const make = (code: AppError['code'], message: string, more: AppErrorOptions = {}): AppError =>
    new AppError(code, message, { ...more, cause: error })
  if (/^INTERRUPT/i.test(text)) return make('cancelled', 'The task was cancelled.')
  if (isOutOfMemory(error)) {
    return make('too-large', `The task needs more than its memory limit of ${options.memoryLimit}: ${text}`, {
      userMessage: `The batch does not fit into ${options.memoryLimit} of memory. Raise ENGINE_MEMORY_LIMIT or make batches smaller (INGEST_BATCH_ROWS, INGEST_BATCH_BYTES).`,
    })
  }
  if (/no space left|disk full|max_temp_directory_size/i.test(text)) {
    return make('unavailable', `The disk is full: ${text}`, {
      userMessage: `There is no space left on the disk. Free some where the data folder and ${options.spillDirectory} are; the work is tried again.`,
      retryable: true,
    })
  }
  if (/magic bytes|Failed to read Parquet|Invalid Parquet|too small to be a Parquet/i.test(text)) {
    return make('corrupt', text)
  }
  if (/No files found|No such file|cannot open file|^ENOENT/i.test(text)) return make('not-found', text)
  if (/^E[A-Z]+: /.test(text)) {
    return make('unavailable', `A file or folder cannot be used: ${text}`, {
      userMessage: `A file or folder cannot be used: ${text}. Check that it exists and that this user may write there.`,
      retryable: true,
    })
  }
  return make('internal', text)
}
