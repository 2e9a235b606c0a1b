import { isAppError } from '../../errors.ts'
import type { Catalog, Table, TableIdentifier } from '../catalog/catalog.ts'
import type { CommitOptions } from './commit-with-retry.ts'
import type { Requirement } from './requirement.ts'
import { defaultMaxAttempts, throwIfCancelled, triesUsedUp, waitToRetry } from './retry.ts'
import type { TableUpdate } from './table-update.ts'

export interface TableChange {
  requirements: Requirement[]
  /** Empty: the table is already as it should be, and nothing is committed. */
  updates: TableUpdate[]
}

/**
 * Works out a change of metadata that needs no files (schema, spec, references). It is called again with the newly
 * loaded table after a lost race and has to validate against that.
 */
export type MakeChange = (table: Table) => TableChange | Promise<TableChange>

/**
 * Commits a change of metadata alone.
 * @returns the table with the change
 * @throws AppError `conflict` when the tries are used up; `commit-state-unknown`: look at the table before doing it again;
 *   `cancelled`; whatever `makeChange` or `within` throws
 */
export async function commitChange<Tx>(
  catalog: Catalog<Tx>,
  identifier: TableIdentifier,
  makeChange: MakeChange,
  options: Omit<CommitOptions<Tx>, 'target'> = {},
): Promise<Table> {
  const { maxAttempts = defaultMaxAttempts, signal, within } = options
  for (let attempt = 1; ; attempt += 1) {
    throwIfCancelled(signal, identifier)
    const base = await catalog.loadTable(identifier)
    const { requirements, updates } = await makeChange(base)
    if (updates.length === 0) return base
    throwIfCancelled(signal, identifier)
    try {
      return await catalog.commitTable(identifier, { requirements, updates, base }, within)
    } catch (error) {
      if (!isAppError(error, 'conflict') || !error.retryable) throw error
      if (attempt >= maxAttempts) throw triesUsedUp(identifier, attempt, error)
    }
    await waitToRetry(attempt, options)
  }
}
