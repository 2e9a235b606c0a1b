import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { isAppError } from '../../errors.ts'
import type { Catalog, Table, TableIdentifier, Within } from '../catalog/catalog.ts'
import { mainBranch, type Snapshot } from '../spec/snapshot.ts'
import { findSnapshot } from '../spec/table-metadata.ts'
import { defaultMaxAttempts, type RetryOptions, throwIfCancelled, triesUsedUp, waitToRetry } from './retry.ts'
import type { ActionResult, CommitTarget, TableAction } from './table-action.ts'

export interface CommitOptions<Tx> extends RetryOptions {
  /** Default: branch main. */
  target?: CommitTarget
  /** Done in the catalog's transaction, together with the commit. Called again in every try. */
  within?: Within<Tx>
}

export interface CommitOutcome {
  /** As it is with the commit, or later. */
  table: Table
  snapshot: Snapshot
  attempts: number
}

/** How often a table is looked at before a commit of unknown outcome is given up as unknown. */
const stateChecks = 3

/** A random positive 63-bit id, as other writers use. */
export const newSnapshotId = (): bigint => randomBytes(8).readBigUInt64BE() >> 1n || 1n

/**
 * Commits an action: loads the table, lets the action make its updates, commits, and starts again with the newly loaded
 * table after a lost race. The snapshot id is the same in all tries; if the outcome of one is unknown, the table's
 * snapshots are searched for it. Metadata files the action wrote are removed as soon as it is certain that no snapshot
 * refers to them.
 * @throws AppError `conflict` when the tries are used up or the action finds that it no longer applies;
 *   `commit-state-unknown` when even looking did not tell; `cancelled`; whatever the action or `within` throws
 */
export async function commitWithRetry<Tx>(
  catalog: Catalog<Tx>,
  identifier: TableIdentifier,
  action: TableAction,
  options: CommitOptions<Tx> = {},
): Promise<CommitOutcome> {
  const { maxAttempts = defaultMaxAttempts, signal, within, target = { branch: mainBranch } } = options
  const snapshotId = newSnapshotId()
  const commitUuid = randomUUID()
  /** Every metadata file written for this commit so far. */
  const written = new Set<string>()
  let io: Table['io'] | undefined
  const cleanUp = async (keep: ReadonlySet<string>): Promise<void> => {
    const unused = [...written].filter((location) => !keep.has(location))
    // Left-over metadata files cost a little space; failing here would hide the outcome of the commit.
    if (io && unused.length > 0) await io.delete(unused).catch(() => undefined)
  }
  const finish = async (table: Table, result: ActionResult, attempts: number): Promise<CommitOutcome> => {
    const unused = new Set(result.unused)
    await cleanUp(new Set(result.written.filter((location) => !unused.has(location))))
    return { table, snapshot: findSnapshot(table.metadata, snapshotId) ?? result.snapshot, attempts }
  }

  for (let attempt = 1; ; attempt += 1) {
    let result: ActionResult | undefined
    try {
      throwIfCancelled(signal, identifier)
      const base = await catalog.loadTable(identifier)
      io = base.io
      result = await action(base, {
        target,
        snapshotId,
        commitUuid,
        attempt,
        noteWritten: (location) => written.add(location),
        ...(signal ? { signal } : {}),
      })
      throwIfCancelled(signal, identifier)
      const { requirements, updates } = result
      return await finish(
        await catalog.commitTable(identifier, { requirements, updates, base }, within),
        result,
        attempt,
      )
    } catch (error) {
      if (result && isAppError(error, 'commit-state-unknown')) {
        const table = await findCommitted(catalog, identifier, snapshotId)
        if (table) return finish(table, result, attempt)
        throw error
      }
      const lostRace = isAppError(error, 'conflict') && error.retryable
      if (!lostRace || attempt >= maxAttempts) {
        await cleanUp(new Set())
        throw lostRace ? triesUsedUp(identifier, attempt, error) : error
      }
    }
    await waitToRetry(attempt, options)
  }
}

async function findCommitted<Tx>(
  catalog: Catalog<Tx>,
  identifier: TableIdentifier,
  snapshotId: bigint,
): Promise<Table | null> {
  for (let check = 0; check < stateChecks; check += 1) {
    if (check > 0) await delay(500 * check)
    const table = await catalog.loadTable(identifier).catch(() => null)
    if (table && findSnapshot(table.metadata, snapshotId)) return table
  }
  return null
}
