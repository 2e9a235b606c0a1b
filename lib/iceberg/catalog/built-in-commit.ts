import { setTimeout as delay } from 'node:timers/promises'
import { Prisma } from '#db'
import type { Database, Transaction } from '../../db.ts'
import { AppError, messageOf } from '../../errors.ts'
import type { FileIO } from '../../storage/file-io.ts'
import { applyUpdates, withPreviousMetadata } from '../commit/apply-updates.ts'
import { checkRequirements } from '../commit/check-requirements.ts'
import { countPartitions } from '../inspect/count-partitions.ts'
import type { TableMetadata } from '../spec/table-metadata.ts'
import { pointerTotals } from './built-in-totals.ts'
import {
  type CommitRequest,
  type Committed,
  formatIdentifier,
  type TableIdentifier,
  type Within,
} from './catalog.ts'
import { nextMetadataLocation, readMetadataFile, writeMetadataFile } from './metadata-file.ts'

interface CommitTarget {
  db: Database
  io: FileIO
  identifier: TableIdentifier
  /** The row as it was read; the swap succeeds only if its location is still the same. */
  row: { id: string; metadataLocation: string }
  base: TableMetadata
}

const retryCodes: ReadonlySet<unknown> = new Set(['40001', '40P01'])

/** Deadlock and serialization failures: Postgres rolled the transaction back and asks for another try. */
function rolledBackByPostgres(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false
  if (error.code === 'P2034') return true
  // A raw query's failure is P2010, with Postgres' own code inside.
  const adapterError = error.meta?.driverAdapterError
  const cause = adapterError instanceof Error ? adapterError.cause : undefined
  return retryCodes.has((cause as { originalCode?: unknown } | undefined)?.originalCode)
}

/**
 * Writes the new metadata file, then swaps the catalog's pointer and runs `within` in one transaction.
 * @throws AppError `conflict` (retryable) when another commit was first, `commit-state-unknown` when the database went
 *   away in the middle and cannot be asked; whatever `within` throws, then nothing was changed
 */
export async function commitBuiltIn(
  target: CommitTarget,
  request: CommitRequest,
  within?: Within<Transaction>,
): Promise<Committed> {
  const { io, row, base } = target
  checkRequirements(base, request.requirements)
  const updated = applyUpdates(base, request.updates)
  const metadata = withPreviousMetadata(updated, { location: row.metadataLocation, metadata: base })
  const committed: Committed = {
    metadata,
    metadataLocation: nextMetadataLocation(metadata, row.metadataLocation),
  }
  await writeMetadataFile(io, committed.metadataLocation, metadata)
  try {
    await swapPointer(target, committed, within)
  } catch (error) {
    const landed = await findOutcome(target, committed, error)
    if (!landed) {
      await io.delete([committed.metadataLocation]).catch(() => undefined)
      throw rolledBackByPostgres(error) ? staleBase(target, error) : error
    }
  }
  await refreshPartitionCount(target, committed)
  return committed
}

const staleBase = ({ identifier, row }: CommitTarget, cause?: unknown): AppError =>
  new AppError('conflict', `Another commit to ${formatIdentifier(identifier)} was first.`, {
    context: { table: formatIdentifier(identifier), base: row.metadataLocation },
    retryable: true,
    cause,
  })

async function swapPointer(
  target: CommitTarget,
  committed: Committed,
  within: Within<Transaction> | undefined,
): Promise<void> {
  const { db, row } = target
  await db.$transaction(async (tx) => {
    const { count } = await tx.icebergTable.updateMany({
      where: { id: row.id, metadataLocation: row.metadataLocation },
      data: {
        metadataLocation: committed.metadataLocation,
        previousMetadataLocation: row.metadataLocation,
        location: committed.metadata.location,
        ...pointerTotals(committed.metadata),
      },
    })
    if (count !== 1) throw staleBase(target)
    await within?.(tx, committed)
  })
}

/** Bounded looks at the pointer after a failure, until the database answers. */
const outcomeChecks = 4

/**
 * Whether a failed transaction landed nevertheless. The row is read with a lock, so that a transaction that is still
 * being committed on the server is waited for: the answer is final, also while others go on committing.
 * @throws AppError `commit-state-unknown` when the database cannot be asked
 */
async function findOutcome(target: CommitTarget, committed: Committed, failure: unknown): Promise<boolean> {
  // Thrown inside the callback, so that Prisma rolled back: certain without asking.
  if (failure instanceof AppError) return false
  const { db, io, row, identifier } = target
  for (let check = 1; ; check += 1) {
    try {
      const rows = await db.$queryRaw<{ metadataLocation: string }[]>`
        SELECT "metadataLocation" FROM "IcebergTable" WHERE id = ${row.id}::uuid FOR UPDATE`
      const current = rows[0]?.metadataLocation
      if (current === undefined || current === row.metadataLocation) return false
      if (current === committed.metadataLocation) return true
      const { metadataLog } = await readMetadataFile(io, current)
      return metadataLog.some((entry) => entry.metadataFile === committed.metadataLocation)
    } catch (error) {
      if (check >= outcomeChecks) {
        throw new AppError(
          'commit-state-unknown',
          `The commit to ${formatIdentifier(identifier)} failed (${messageOf(failure)}) and its outcome could not be found out (${messageOf(error)}).`,
          {
            userMessage: `The database went away while ${formatIdentifier(identifier)} was committed. Whether the commit landed shows once it is back.`,
            context: { metadataLocation: committed.metadataLocation },
            cause: failure,
          },
        )
      }
      await delay(250 * check)
    }
  }
}

/** The row's number of partitions, for lists. It follows the commit, since counting must not lengthen the transaction. */
async function refreshPartitionCount(target: CommitTarget, committed: Committed): Promise<void> {
  const { db, io, row, identifier } = target
  try {
    const partitions = await countPartitions({ identifier, io, ...committed })
    await db.icebergTable.updateMany({
      where: { id: row.id, metadataLocation: committed.metadataLocation },
      data: { partitions },
    })
  } catch {
    // The commit has landed: it must not look failed because a figure of a list is late. The next commit sets it.
  }
}
