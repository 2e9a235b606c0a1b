import { LRUCache } from 'lru-cache'
import type { TablePreview } from '#lib/api/preview.ts'
import { env } from '#lib/env.ts'
import { AppError, isAppError } from '#lib/errors.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { resolveSnapshot } from '#lib/iceberg/inspect/resolve-snapshot.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'
import type { Snapshot } from '#lib/iceberg/spec/snapshot.ts'
import { currentSchema, currentSnapshot, schemaById } from '#lib/iceberg/spec/table-metadata.ts'
import { previewRows } from '#lib/row-level/preview-rows.ts'
import { withPreviewEngine } from './preview-engine.ts'
import { typeText } from './type-text.ts'

/** Longer than this nobody waits for a look at some rows. Waiting for others' previews counts. */
const timeoutMilliseconds = 20_000

interface PreviewQuery {
  snapshot?: string | undefined
  ref?: string | undefined
  limit: number
}

/** Snapshots never change, so neither do their first rows. A hundred rows of 2,000 characters a value at most. */
const cache = new LRUCache<string, TablePreview>({ max: 20 })

/** A branch is read with the table's schema as it is now; a tag and a snapshot with theirs, as all engines do. */
function whatToRead(table: Table, query: PreviewQuery): { snapshot: Snapshot | undefined; schema: Schema } {
  const { metadata } = table
  const schemaOf = (snapshot: Snapshot) =>
    snapshot.schemaId === undefined ? currentSchema(metadata) : schemaById(metadata, snapshot.schemaId)
  if (query.snapshot !== undefined) {
    const snapshot = resolveSnapshot(table, { snapshotId: BigInt(query.snapshot) })
    return { snapshot, schema: schemaOf(snapshot) }
  }
  if (query.ref !== undefined) {
    const snapshot = resolveSnapshot(table, { ref: query.ref })
    const isTag = metadata.refs[query.ref]?.type === 'tag'
    return { snapshot, schema: isTag ? schemaOf(snapshot) : currentSchema(metadata) }
  }
  return { snapshot: currentSnapshot(metadata), schema: currentSchema(metadata) }
}

/**
 * The first rows of a table at a snapshot or reference, read by the engine with deletes applied.
 * @throws AppError `not-found`, `bad-input` (files that are not Parquet), `too-large` (memory), `unavailable` (time), `corrupt`
 */
export async function previewTable(
  table: Table,
  query: PreviewQuery,
  signal: AbortSignal,
): Promise<TablePreview> {
  const { snapshot, schema } = whatToRead(table, query)
  const key = [table.metadata.tableUuid, snapshot?.snapshotId, schema.schemaId, query.limit].join(':')
  const known = cache.get(key)
  if (known) return known
  const started = performance.now()
  const common = {
    snapshotId: snapshot?.snapshotId.toString() ?? null,
    committedAt: snapshot ? new Date(snapshot.timestampMs).toISOString() : null,
    schemaId: schema.schemaId,
    columns: schema.fields.map(({ id, name, type, required }) => ({
      id,
      name,
      type: typeText(type),
      required,
    })),
  }
  const found = snapshot
    ? await readRows(table, snapshot, { schema, limit: query.limit }, signal)
    : { rows: [], cut: [], filesRead: 0, filesTotal: 0, complete: true }
  const preview = { ...common, ...found, milliseconds: Math.round(performance.now() - started) }
  cache.set(key, preview)
  return preview
}

async function readRows(
  table: Table,
  { snapshotId }: Snapshot,
  options: { schema: Schema; limit: number },
  caller: AbortSignal,
) {
  const timeout = AbortSignal.timeout(timeoutMilliseconds)
  const signal = AbortSignal.any([caller, timeout])
  try {
    return await withPreviewEngine((engine) =>
      untilAborted(signal, () => previewRows(engine, table, { ...options, snapshotId, signal })),
    )
  } catch (error) {
    if (timeout.aborted) {
      throw new AppError(
        'unavailable',
        `The first rows were not read within ${timeoutMilliseconds / 1_000} seconds. The table's files may be very large or far away; try again, or ask for fewer rows.`,
        { cause: error, retryable: true },
      )
    }
    if (caller.aborted)
      throw new AppError('cancelled', 'Whoever asked for the preview went away.', { cause: error })
    if (isAppError(error, 'too-large')) {
      throw new AppError(
        'too-large',
        `These rows need more than the ${env().PREVIEW_MEMORY_LIMIT} of memory that a preview has. Raise PREVIEW_MEMORY_LIMIT, or ask for fewer rows.`,
        { cause: error },
      )
    }
    throw error
  }
}

/** Bringing a file from a store cannot be interrupted: whoever waits goes on, the file stays in the cache. */
async function untilAborted<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work(), aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
