import { AppError } from '../../errors.ts'

/** What has to be known across the updates of one commit. */
export interface UpdateProgress {
  now: number
  lastAddedSchemaId?: number
  lastAddedSpecId?: number
  lastAddedSortOrderId?: number
  /** Snapshots added in this commit: their log entry carries their own time. */
  added: Set<bigint>
  /** Those of `added` that were main's and are not any more: they were current for nobody. */
  replaced: Set<bigint>
}

export const invalidUpdate = (message: string): AppError =>
  new AppError('bad-input', `The table update is not valid: ${message}`)
