import { AppError, isAppError } from '#lib/errors.ts'
import type { IngestContext } from './ingest-context.ts'
import { type BatchToStage, isBatchStaged, stageBatch } from './stage-batch.ts'

/**
 * Stages a written batch and removes its files when it is certain that they will never be used.
 * @throws AppError `conflict` when another worker took over; `unavailable` when the database is away and the outcome is
 * unknown: the position in the database tells later.
 */
export async function recordBatch(context: IngestContext, batch: BatchToStage): Promise<void> {
  try {
    await stageBatch(context.db, batch)
  } catch (error) {
    if (isAppError(error, 'conflict')) {
      await context.io.delete(batch.files.map(({ dataFile }) => dataFile.filePath)).catch(() => {})
      throw error
    }
    if (await isBatchStaged(context.db, batch.id).catch(() => false)) return
    throw new AppError(
      'unavailable',
      'The batch could not be recorded in Postgres. Reading goes on from the recorded position once the database answers.',
      { cause: error, retryable: true },
    )
  }
}
