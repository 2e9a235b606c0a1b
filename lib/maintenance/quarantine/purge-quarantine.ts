import { z } from 'zod'
import type { Database } from '#lib/db.ts'
import { isAppError } from '#lib/errors.ts'
import { readMetadataFile } from '#lib/iceberg/catalog/metadata-file.ts'
import { logRun } from '#lib/runs/log-run.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { locationKey } from '#lib/storage/location-key.ts'
import { liveReferences } from '../references/live-references.ts'
import { pendingFiles } from '../references/pending-files.ts'
import { folderTest, tableFolders } from '../references/table-folders.ts'
import { type RunContext, withRun } from '../run-shell.ts'

/** What a purge is about: everything due, or what somebody chose (then whatever its date). */
export const PurgeSelectionSchema = z.union([
  z.object({ due: z.literal(true) }),
  z.object({ ids: z.array(z.uuid()).min(1).max(1_000) }),
  z.object({ runId: z.uuid() }),
])
export type PurgeSelection = z.infer<typeof PurgeSelectionSchema>

export interface PurgeContext extends RunContext {
  io: FileIO
}

interface Waiting {
  id: string
  kind: string
  location: string
  bytes: bigint
  quarantinedAt: Date
  tableId: string
}

/** Files checked against all live metadata at a time; they are held in memory. */
const perCheck = 10_000
const perDelete = 500

/**
 * Deletes quarantined files for good. Of each it is asked once more, just before, whether any table refers to it or is
 * about to; then it is kept and says why. A file's row says `purging` before the file goes and `purged` after, so a kill
 * in between costs another look, never a file, and its bytes are counted once.
 */
export async function purgeQuarantine(context: PurgeContext, runId: string): Promise<void> {
  const { db } = context
  await withRun(
    context,
    runId,
    async ({ signal, report }) => {
      const run = await db.run.findUniqueOrThrow({ where: { id: runId }, select: { details: true } })
      const selection = PurgeSelectionSchema.parse((run.details as { selection?: unknown }).selection)
      for (;;) {
        signal.throwIfAborted()
        const files = await takeFiles(db, runId, selection)
        if (files.length === 0) break
        report({ phase: 'checking' })
        const look = { folders: await foldersOf(db, context.io, files), seen: new Set<string>() }
        let left = files
        while (left.length > 0) {
          signal.throwIfAborted()
          // The first time at everything, then at what was committed while the files before were deleted.
          left = await keepUsed(context, runId, left, await findUses({ ...context, signal }, left, look))
          const some = left.splice(0, perDelete)
          const going = await keepUsed(context, runId, some, await findWrittenAgain(context.io, some))
          await context.io.delete(going.map(({ location }) => location))
          await settleFiles(
            db,
            runId,
            going.map(({ id }) => id),
            { state: 'purged' },
          )
          report({ phase: 'deleting', ...(await freed(db, runId)) })
        }
      }
      await report.flush()
      const kept = await db.quarantinedFile.count({ where: { purgeRunId: runId, state: 'kept' } })
      const gone = await freed(db, runId)
      if (kept > 0) {
        await logRun(
          db,
          runId,
          'warn',
          `${kept} files are in use and were kept; the quarantine says by whom.`,
        )
      }
      return {
        state: gone.files + kept > 0 ? 'succeeded' : 'skipped',
        after: { purgedFiles: gone.files, purgedBytes: gone.bytes, keptFiles: kept },
      }
    },
    { cancelled: 'Cancelled. What was deleted before is gone; everything else is still in quarantine.' },
  )
}

/** Takes files to be purged, and those that an earlier run left in the middle. */
async function takeFiles(db: Database, runId: string, selection: PurgeSelection): Promise<Waiting[]> {
  const chosen =
    'ids' in selection
      ? { id: { in: selection.ids } }
      : 'runId' in selection
        ? { runId: selection.runId }
        : { purgeAfter: { lte: new Date() } }
  const found = await db.quarantinedFile.findMany({
    where: { OR: [{ state: 'purging' }, { state: 'quarantined', ...chosen }] },
    orderBy: [{ purgeAfter: 'asc' }, { id: 'asc' }],
    take: perCheck,
    select: { id: true },
  })
  const ids = found.map(({ id }) => id)
  if (ids.length === 0) return []
  return db.$queryRaw<Waiting[]>`
    UPDATE "QuarantinedFile" SET state = 'purging', "purgeRunId" = ${runId}::uuid, "changedAt" = now()
    WHERE id = ANY(${ids}::uuid[]) AND state IN ('quarantined', 'purging')
    RETURNING id, kind, location, bytes, "quarantinedAt", "tableId"`
}

/** Only what is still this run's: a frozen process must not overrule the one that took over. */
const settleFiles = (
  db: Database,
  runId: string,
  ids: string[],
  { state, reason }: { state: 'kept'; reason: string } | { state: 'purged'; reason?: null },
) =>
  db.$executeRaw`
    UPDATE "QuarantinedFile" SET state = ${state}, reason = ${reason ?? null}, "changedAt" = now()
    WHERE id = ANY(${ids}::uuid[]) AND state = 'purging' AND "purgeRunId" = ${runId}::uuid`

async function freed(db: Database, runId: string): Promise<{ files: number; bytes: number }> {
  const { _count, _sum } = await db.quarantinedFile.aggregate({
    where: { purgeRunId: runId, state: 'purged' },
    _count: true,
    _sum: { bytes: true },
  })
  return { files: _count, bytes: Number(_sum.bytes ?? 0) }
}

/** Notes the files that must not go, and returns the others. */
async function keepUsed(
  { db }: PurgeContext,
  runId: string,
  files: readonly Waiting[],
  uses: ReadonlyMap<string, string>,
): Promise<Waiting[]> {
  for (const [reason, entries] of Map.groupBy(uses, ([, why]) => why)) {
    await settleFiles(
      db,
      runId,
      entries.map(([id]) => id),
      { state: 'kept', reason },
    )
  }
  return files.filter(({ id }) => !uses.has(id))
}

/** What a purge has looked at: the folders it is about, and what of them it has seen. */
interface Look {
  folders: string[]
  seen: Set<string>
}

/** Ids of files that something refers to, with the reason. @throws AppError when it cannot be found out */
async function findUses(
  { db, io, signal }: PurgeContext,
  files: readonly Waiting[],
  look: Look,
): Promise<Map<string, string>> {
  const waiting = Map.groupBy(files, ({ location }) => locationKey(location))
  const uses = new Map<string, string>()
  const use = (location: string, why: string) => {
    for (const { id } of waiting.get(locationKey(location)) ?? []) uses.set(id, why)
  }
  for await (const { table, files: used } of liveReferences({ db, io }, { ...look, signal })) {
    for (const { location, kind } of used) use(location, `${table.name} refers to it (${kind})`)
  }
  for (const { location, why } of await pendingFiles(db)) use(location, why)
  return uses
}

/** Ids of orphans that somebody has written to since. */
async function findWrittenAgain(io: FileIO, files: readonly Waiting[]): Promise<Map<string, string>> {
  const again = new Map<string, string>()
  for (const { id, kind, location, quarantinedAt } of files) {
    if (kind !== 'orphan') continue
    const found = await io.stat(location)
    if (found && found.lastModified > quarantinedAt) again.set(id, 'it was written again after it was found')
  }
  return again
}

/** The folders that hold the files: those of their tables, and each file's own where it lies elsewhere. */
async function foldersOf(db: Database, io: FileIO, files: Waiting[]): Promise<string[]> {
  const rows = await db.icebergTable.findMany({
    where: { id: { in: [...new Set(files.map(({ tableId }) => tableId))] } },
    select: { location: true, metadataLocation: true },
  })
  const folders = rows.map(({ location }) => location)
  for (const { metadataLocation } of rows) {
    const metadata = await readMetadataFile(io, metadataLocation).catch((error: unknown) => {
      // The metadata of a table that was purged is gone.
      if (isAppError(error, 'not-found')) return null
      throw error
    })
    if (metadata) folders.push(...tableFolders(metadata))
  }
  const inside = folderTest(folders)
  const outside = files.filter(({ location }) => !inside(location))
  return [...new Set([...folders, ...outside.map(({ location }) => location.replace(/\/[^/]*$/, ''))])]
}
