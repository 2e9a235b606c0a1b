import type { Database, Transaction } from '#lib/db.ts'
import type { Engine } from '#lib/engine/engine.ts'
import { AppError } from '#lib/errors.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { formatIdentifier, type Table } from '#lib/iceberg/catalog/catalog.ts'
import { notNull } from '#lib/iceberg/scan/expression.ts'
import { planFiles } from '#lib/iceberg/scan/plan-files.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'
import { currentSchema, currentSnapshot } from '#lib/iceberg/spec/table-metadata.ts'
import { localTableScan } from '#lib/row-level/local-table-scan.ts'
import { bucketStart, type Span } from './buckets.ts'
import { countedTimes, eventTimeBounds } from './event-time-bounds.ts'
import { findChanges } from './find-changes.ts'
import { visitorSketchSize } from './kmv-sketch.ts'
import { planRecount, type TimedFile, touchedDays } from './plan-recount.ts'
import { countSpanSql, type RecountRow, recountSql } from './recount-sql.ts'
import { refreshMonths } from './refresh-months.ts'
import { resolveSite, type SiteContext } from './resolve-site.ts'
import { topKeysPerDay, topSketchSize } from './top-limits.ts'
import { clearMarts, writeMarts } from './write-marts.ts'

export interface RefreshContext {
  db: Database
  catalog: BuiltInCatalog
  engine: Engine
  signal: AbortSignal
  /** What is about to be recounted; not called when nothing is. */
  onPlan?: (plan: RefreshPlan) => Promise<void>
  /** Days and files done so far. */
  onProgress?: (done: { days: number; files: number }) => void
}

export interface RefreshPlan {
  scope: 'days' | 'all'
  /** Why everything is recounted. */
  reason: string | null
  tableId: string
  siteName: string
  days: number
  files: number
}

export interface RefreshResult {
  /** none: the marts were current or only their snapshot moved on; days: the touched days; all: everything. */
  scope: 'none' | 'days' | 'all'
  /** Why everything was recounted. */
  reason: string | null
  snapshotId: bigint | null
  days: number
  files: number
}

/** What the statements call the table's rows. */
const relation = 'events'

/**
 * A first build counts some ten million events in ten seconds; all of it is one transaction, so that nobody ever sees half
 * of it. It is idle while the engine counts.
 */
const transactionMs = 24 * 3_600_000

/**
 * Brings a site's visitor marts to the current snapshot of its table. What was added since the last refresh decides which
 * days are recounted; they are counted from the table's files by the engine, exactly, and written together with the
 * snapshot id in one transaction. Doing it again changes nothing; a process killed in the middle leaves the marts as
 * they were. Refreshes of one site wait for each other.
 * @throws AppError `not-found` for the site, `bad-input` when the table does not fit the site's columns.
 */
export async function refreshVisitors(context: RefreshContext, siteId: string): Promise<RefreshResult> {
  return context.db.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`visitor-marts ${siteId}`}, 0))`
      const site = await resolveSite(tx, siteId)
      const table = await context.catalog.loadTableById(site.tableId)
      const beating = await keepAlive(tx)
      try {
        return await refresh(context, tx, site, table)
      } finally {
        clearInterval(beating)
      }
    },
    { timeout: transactionMs, maxWait: 60_000 },
  )
}

/**
 * The database ends transactions that are idle for long, so that a frozen process does not hold its lock; while the engine
 * counts, this one says that it is not.
 */
async function keepAlive(tx: Transaction): Promise<NodeJS.Timeout | undefined> {
  const [row] = await tx.$queryRaw<{ ms: number }[]>`
    SELECT setting::integer AS ms FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'`
  if (!row || row.ms === 0) return undefined
  // A connection that is gone shows with the next statement of the work itself.
  return setInterval(() => void tx.$queryRaw`SELECT 1`.catch(() => {}), row.ms / 4)
}

async function refresh(
  context: RefreshContext,
  tx: Transaction,
  site: SiteContext,
  table: Table,
): Promise<RefreshResult> {
  const snapshot = currentSnapshot(table.metadata)
  const base = site.mart?.snapshotId
  if (!snapshot || snapshot.snapshotId === base) {
    return { scope: 'none', reason: null, snapshotId: base ?? null, days: 0, files: 0 }
  }
  const schema = siteSchema(site, table)
  const timeId = schema.fields[0]?.id ?? 0
  const changes =
    base === undefined ? { kind: 'unknown' as const, reason: 'first build' } : await findChanges(table, base)
  // The filter also makes the plan carry the bounds of the event time.
  const tasks = await planFiles(table, { filter: notNull(site.columns.eventTime) })
  const timedFiles = (files: DataFile[]) => files.flatMap((file) => timed(table, file, timeId) ?? [])
  const live = timedFiles(tasks.map(({ file }) => file).filter(({ recordCount }) => recordCount > 0n))
  const added = changes.kind === 'appended' ? timedFiles(changes.files) : []
  const full = changes.kind === 'unknown'
  const days = touchedDays(full ? live : added, site.timeZone)
  const chunks = planRecount(days, live, site.timeZone)
  let latest = full ? Number.NEGATIVE_INFINITY : Number(site.mart?.latestEvent ?? Number.NEGATIVE_INFINITY)
  const taskOf = new Map(tasks.map((task) => [task.file.filePath, task]))
  /** Asks about the live rows of some files, which the statement calls `relation`. */
  const query = async (sql: string, files: readonly DataFile[]) => {
    context.signal.throwIfAborted()
    const chosen = files.map((file) => taskOf.get(file.filePath)).filter((task) => task !== undefined)
    const tables = { [relation]: await localTableScan(table, chosen, { schema }) }
    return (await context.engine.run('query', { sql, tables }, { signal: context.signal })).rows
  }

  const files = new Set(chunks.flatMap((chunk) => chunk.files)).size
  const reason = changes.kind === 'unknown' ? changes.reason : null
  const { name: siteName, tableId } = site
  if (days.length > 0) {
    await context.onPlan?.({
      scope: full ? 'all' : 'days',
      reason,
      tableId,
      siteName,
      days: days.length,
      files,
    })
  }
  const done = { days: 0, files: 0 }
  if (full) await clearMarts(tx, site.id)
  for (const chunk of chunks) {
    const rows = (await query(
      recountSql({
        relation,
        columns: site.columns,
        timeZone: site.timeZone,
        ...chunk.span,
        sketchSize: visitorSketchSize,
        topSketchSize,
        topLimit: topKeysPerDay,
      }),
      chunk.files,
    )) as unknown as RecountRow[]
    for (const row of rows) if (row.latest !== null) latest = Math.max(latest, Number(row.latest))
    await clearMarts(tx, site.id, chunk.span)
    await writeMarts(tx, site, rows)
    done.days += chunk.days
    done.files += chunk.files.length
    context.onProgress?.({ ...done })
  }
  const months = new Set(days.map((day) => bucketStart(day, 'month', site.timeZone)))
  await refreshMonths(tx, site, months, async (month: Span) => {
    const files = live
      .filter(({ times }) => times.first < month.to && times.last >= month.from)
      .map(({ file }) => file)
    const [counted] = await query(countSpanSql({ relation, columns: site.columns, ...month }), files)
    return BigInt(String(counted?.visitors ?? 0))
  })
  const state = {
    snapshotId: snapshot.snapshotId,
    freshAt: new Date(snapshot.timestampMs),
    latestEvent: Number.isFinite(latest) ? new Date(latest) : null,
    refreshedAt: new Date(),
  }
  await tx.martState.upsert({
    where: { siteId: site.id },
    create: { siteId: site.id, ...state },
    update: state,
  })
  return {
    scope: full ? 'all' : days.length > 0 ? 'days' : 'none',
    reason,
    snapshotId: snapshot.snapshotId,
    days: days.length,
    files,
  }
}

/** The schema of just the columns the site needs, the event time first. */
function siteSchema(site: SiteContext, table: Table): Schema {
  const schema = currentSchema(table.metadata)
  const { eventTime, visitor, page, segment } = site.columns
  const names = [eventTime, ...visitor, page, segment].filter((name) => name !== undefined)
  const fields = names.map((name) => {
    const field = schema.fields.find((candidate) => candidate.name === name)
    // Ids and keys are read as text, whatever they are stored as.
    if (field && name !== eventTime) return { ...field, type: 'string' as const }
    if (field?.type === 'timestamptz') return field
    throw new AppError(
      'bad-input',
      `Site ${site.id} needs the column "${name}"${name === eventTime ? ' of type timestamptz' : ''} in table ${formatIdentifier(table.identifier)}; found ${field ? `type ${String(field.type)}` : 'no such column'}. Change the site's columns or the table.`,
      { context: { siteId: site.id, column: name } },
    )
  })
  return { ...schema, fields }
}

/** A file with the span of its events that are counted; null when it has none. */
function timed(table: Table, file: DataFile, timeId: number): TimedFile | null {
  const times = eventTimeBounds(file, timeId)
  if (times) {
    const counted = countedTimes(times)
    return counted && { file, times: counted }
  }
  throw new AppError(
    'bad-input',
    `The data file ${file.filePath} of ${formatIdentifier(table.identifier)} has no bounds for its event time, so that its days are not known. Write it with column statistics.`,
    { context: { filePath: file.filePath } },
  )
}
