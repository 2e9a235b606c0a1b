import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Prisma } from '#db'
import type { Database, Transaction } from '../../db.ts'
import { AppError, messageOf } from '../../errors.ts'
import { eachLimited } from '../../storage/each-limited.ts'
import type { FileIO } from '../../storage/file-io.ts'
import { withPreviousMetadata } from '../commit/apply-updates.ts'
import type { TableMetadata } from '../spec/table-metadata.ts'
import { nameTaken } from './built-in-names.ts'
import { foreignKeyViolation } from './built-in-rules.ts'
import { pointerTotals } from './built-in-totals.ts'
import { type Committed, formatIdentifier, type TableIdentifier } from './catalog.ts'
import { nextMetadataLocation, readMetadataFile, writeMetadataFile } from './metadata-file.ts'
import { catalogProblem } from './problem.ts'
import { tidyAfterCommit } from './tidy-after-commit.ts'

/** A table's pointer is to move from the row as it was read, or a table is to be made. */
export type PointerChange = {
  identifier: TableIdentifier
  /** Id of the table's row; a new one for a table that is to be made. */
  id: string
  metadata: TableMetadata
} & ({ previous: Committed } | { previous?: undefined; namespaceId: string })

/** A change with the location its new metadata is written to. */
type Landing = PointerChange & { committed: Committed }

export interface CommitStore {
  db: Database
  io: FileIO
}

/** Files written at once for a transaction over many tables. */
const parallelWrites = 8

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
 * Writes new metadata files, then moves all pointers and runs `within` in one transaction: all of it lands or nothing.
 * @throws AppError `conflict` (retryable, problem `stale-base`) when another commit was first, `already-exists` for a
 *   name that is taken, `commit-state-unknown` when the database went away in the middle and cannot be asked; whatever
 *   `within` throws, then nothing was changed
 */
export async function landChanges(
  store: CommitStore,
  changes: readonly PointerChange[],
  within?: (tx: Transaction, committed: readonly Committed[]) => Promise<void>,
): Promise<Committed[]> {
  const landings = changes.map(toLanding)
  const locations = landings.map(({ committed }) => committed.metadataLocation)
  // Failing here would hide why the commit failed; what is left over is found as an orphan.
  const removeWritten = () => store.io.delete(locations).catch(() => undefined)
  try {
    await eachLimited(landings, parallelWrites, ({ committed }) =>
      writeMetadataFile(store.io, committed.metadataLocation, committed.metadata),
    )
  } catch (error) {
    await removeWritten()
    throw error
  }
  try {
    await movePointers(store.db, landings, within)
  } catch (error) {
    const landed = await findOutcome(store, landings, error)
    if (!landed) {
      await removeWritten()
      throw rolledBackByPostgres(error) && landings[0] ? staleBase(landings[0], error) : error
    }
  }
  await tidyAfterCommit(store, landings)
  return landings.map(({ committed }) => committed)
}

function toLanding(change: PointerChange): Landing {
  const { previous } = change
  const metadata = previous
    ? withPreviousMetadata(change.metadata, {
        location: previous.metadataLocation,
        metadata: previous.metadata,
      })
    : change.metadata
  const metadataLocation = nextMetadataLocation(metadata, previous?.metadataLocation)
  return { ...change, committed: { metadata, metadataLocation } }
}

const staleBase = ({ identifier, previous }: PointerChange, cause?: unknown): AppError =>
  catalogProblem('conflict', 'stale-base', `Another commit to ${formatIdentifier(identifier)} was first.`, {
    context: { table: formatIdentifier(identifier), base: previous?.metadataLocation ?? null },
    retryable: true,
    cause,
  })

async function movePointers(
  db: Database,
  landings: readonly Landing[],
  within: ((tx: Transaction, committed: readonly Committed[]) => Promise<void>) | undefined,
): Promise<void> {
  const move = (tx: Transaction, landing: Landing): Promise<void> =>
    landing.previous
      ? swapPointer(tx, landing, landing.previous.metadataLocation)
      : insertTable(tx, landing, landing.namespaceId)
  const [first, ...others] = landings
  // One statement is a transaction of its own, without the two round trips around it.
  if (first && others.length === 0 && !within) return move(db, first)
  // In the order of ids, so that two transactions over the same tables wait for each other instead of deadlocking.
  const ordered = [...landings].sort((a, b) => (a.id < b.id ? -1 : 1))
  await db.$transaction(async (tx) => {
    for (const landing of ordered) await move(tx, landing)
    await within?.(
      tx,
      landings.map(({ committed }) => committed),
    )
  })
}

async function swapPointer(tx: Transaction, landing: Landing, previous: string): Promise<void> {
  const { metadata, metadataLocation } = landing.committed
  const { count } = await tx.icebergTable.updateMany({
    where: { id: landing.id, metadataLocation: previous, droppedAt: null },
    data: {
      metadataLocation,
      previousMetadataLocation: previous,
      location: metadata.location,
      // Maintenance looks at every commit, also where nobody lives to announce it.
      evaluateAfter: new Date(),
      ...pointerTotals(metadata),
    },
  })
  if (count !== 1) throw staleBase(landing)
}

async function insertTable(tx: Transaction, landing: Landing, namespaceId: string): Promise<void> {
  const { id, identifier, committed } = landing
  const { metadata, metadataLocation } = committed
  await tx.icebergTable
    .create({
      data: {
        id,
        namespaceId,
        name: identifier.name,
        tableUuid: rowUuid(metadata),
        location: metadata.location,
        metadataLocation,
        evaluateAfter: new Date(),
        ...pointerTotals(metadata),
      },
      select: { id: true },
    })
    .catch((error: unknown) => {
      throw insertFailure(identifier, error)
    })
}

/**
 * Points a name at a metadata file that is there: a new row, or an existing one if nobody commits to it meanwhile.
 * @returns the row's id
 */
export async function registerPointer(
  db: Database,
  target: {
    identifier: TableIdentifier
    namespaceId: string
    row: { id: string; metadataLocation: string } | null
    committed: Committed
  },
  within?: (tx: Transaction, made: { id: string }) => Promise<void>,
): Promise<string> {
  const { identifier, namespaceId, row, committed } = target
  const { metadata } = committed
  const id = row?.id ?? randomUUID()
  const change = { id, identifier, metadata, committed }
  await db.$transaction(async (tx) => {
    if (row) {
      await swapPointer(tx, { ...change, namespaceId }, row.metadataLocation)
      await tx.icebergTable.update({
        where: { id },
        data: { tableUuid: rowUuid(metadata), health: Prisma.DbNull },
      })
    } else await insertTable(tx, { ...change, namespaceId }, namespaceId)
    await within?.(tx, { id })
  })
  return id
}

/** Tables of format version 1 need not have a UUID; then the row gets one of its own. */
function rowUuid({ tableUuid }: TableMetadata): string {
  if (tableUuid === '') return randomUUID()
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(tableUuid)) return tableUuid
  throw new AppError('bad-input', `The table's UUID ${JSON.stringify(tableUuid)} is not a UUID.`)
}

/** Why a table's row could not be made, where the caller can do something about it. */
export function insertFailure(identifier: TableIdentifier, error: unknown, from?: TableIdentifier): unknown {
  const taken = nameTaken(error, { identifier, wanted: 'table', ...(from ? { from } : {}) })
  if (taken) return taken
  if (foreignKeyViolation(error)) {
    return catalogProblem(
      'not-found',
      'no-namespace',
      `Namespace does not exist: ${identifier.namespace.join('.')}`,
      { cause: error },
    )
  }
  return error
}

export const tableExists = (identifier: TableIdentifier): AppError =>
  new AppError('already-exists', `Table already exists: ${formatIdentifier(identifier)}`)

/** Bounded looks at the pointer after a failure, until the database answers. */
const outcomeChecks = 4

/**
 * Whether a failed transaction landed nevertheless. One of its rows tells for all. It is read with a lock, so that a
 * transaction that is still being committed on the server is waited for: the answer is final, also while others go on
 * committing.
 * @throws AppError `commit-state-unknown` when the database cannot be asked
 */
async function findOutcome(
  { db, io }: CommitStore,
  landings: readonly Landing[],
  failure: unknown,
): Promise<boolean> {
  const [landing] = landings
  // Thrown by the code around the statements, after these were answered: rolled back, or nothing was changed.
  if (failure instanceof AppError || !landing) return false
  const { id, identifier, previous, committed } = landing
  for (let check = 1; ; check += 1) {
    try {
      const rows = await db.$queryRaw<{ metadataLocation: string }[]>`
        SELECT "metadataLocation" FROM "IcebergTable" WHERE id = ${id}::uuid FOR UPDATE`
      const current = rows[0]?.metadataLocation
      if (current === undefined || current === previous?.metadataLocation) return false
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
