import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Database, Transaction } from '#lib/db.ts'
import { AppError, isAppError } from '#lib/errors.ts'
import { copyTableMetadata } from '#lib/iceberg/actions/copy-table.ts'
import type { BuiltInTable } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { nextMetadataLocation, writeMetadataFile } from '#lib/iceberg/catalog/metadata-file.ts'
import { type FileScanTask, planFiles } from '#lib/iceberg/scan/plan-files.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import type { Snapshot } from '#lib/iceberg/spec/snapshot.ts'
import { currentSchema, findSnapshot } from '#lib/iceberg/spec/table-metadata.ts'
import { watchCancel } from '#lib/runs/cancel-signal.ts'
import { type CpuMeter, startCpuMeter } from '#lib/runs/cpu-time.ts'
import { cancelRun, failRun, finishRun } from '#lib/runs/finish-run.ts'
import { logRun } from '#lib/runs/log-run.ts'
import { progressReporter } from '#lib/runs/report-progress.ts'
import { startRun } from '#lib/runs/start-run.ts'
import { eachLimited } from '#lib/storage/each-limited.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { BackupDetailsSchema } from './request-backup.ts'
import { rewriteGroup } from './rewrite-group.ts'
import type { CompactionContext } from './run-compaction.ts'

export type BackupContext = CompactionContext

/** Copies are mostly waiting for the store. */
const copiesAtOnce = 8

/**
 * Backs a table up as a new one with files of its own (docs/adr/012): copies each data file of the snapshot, or the rows
 * that are left of it where deletes apply, and puts the finished table into the catalog in one step, together with the
 * end of the run. Until then nobody sees it; what a failed, cancelled or interrupted try wrote lies in one folder, which
 * goes. Another try starts over.
 */
export async function runBackup(
  context: BackupContext,
  run: { runId: string; tableId: string },
): Promise<void> {
  const { db, log } = context
  const { runId } = run
  try {
    await startRun(db, runId, { worker: context.worker, jobId: context.jobId })
  } catch (error) {
    // Cancelled before it began, or over already, perhaps given up while its worker was away: no copies may stay.
    if (!isAppError(error, 'cancelled', 'conflict')) throw error
    await removeCopies(db, context.io, runId)
    return
  }
  const meter = await startCpuMeter(db, runId)
  const watch = watchCancel(db, runId, context.signal)
  try {
    await mkdir(context.workDirectory, { recursive: true })
    const engine = meter.metered(context.engine)
    await backUp({ ...context, engine, signal: watch.signal }, run, meter)
  } catch (error) {
    await meter.record()
    const cancelled = watch.signal.aborted && !context.signal.aborted
    // With another try to come, or another worker to take over, the run is not over.
    if (!cancelled && (context.signal.aborted || context.stopping.aborted)) throw error
    await removeCopies(db, context.io, runId)
    if (cancelled) await cancelRun(db, runId, 'Cancelled. The copies that were made were deleted.')
    else {
      await failRun(db, runId, error)
      log.error({ error }, 'the backup failed')
    }
  } finally {
    watch.stop()
    await rm(context.workDirectory, { recursive: true, force: true })
  }
}

const detailsOf = async (db: Database, runId: string) => {
  const { details, state } = await db.run.findUniqueOrThrow({
    where: { id: runId },
    select: { details: true, state: true },
  })
  return { state, details: BackupDetailsSchema.parse(details) }
}

/** Deletes what a run wrote that made no table; returns how many files. The table and the run's end are one transaction. */
async function removeCopies(db: Database, io: FileIO, runId: string): Promise<number> {
  const { state, details } = await detailsOf(db, runId)
  if (state === 'succeeded' || details.location === undefined) return 0
  const found: string[] = []
  for await (const { location } of io.list(`${details.location}/`)) found.push(location)
  await io.delete(found)
  return found.length
}

async function backUp(
  context: BackupContext,
  run: { runId: string; tableId: string },
  meter: CpuMeter,
): Promise<void> {
  const { db, io, catalog, signal, stopping } = context
  const { runId, tableId } = run
  const started = performance.now()
  const { details } = await detailsOf(db, runId)
  const leftovers = await removeCopies(db, io, runId)
  if (leftovers > 0) {
    await logRun(db, runId, 'info', `Removed ${leftovers} files that an interrupted try had copied.`)
  }
  const source = await catalog.loadTableById(tableId)
  const snapshot = snapshotOf(source, details.snapshotId)
  const identifier = { namespace: details.namespace, name: details.name }
  const { location } = await catalog.stageTable(identifier, { schema: currentSchema(source.metadata) })
  // Known before anything appears there.
  await db.run.update({ where: { id: runId }, data: { details: { ...details, location } } })

  const tasks = snapshot ? await planFiles(source, { snapshotId: snapshot.snapshotId }) : []
  const sum = (of: (task: FileScanTask) => bigint) =>
    Number(tasks.reduce((total, task) => total + of(task), 0n))
  const report = progressReporter(db, runId)
  const done = { files: 0, bytes: 0, rows: 0 }
  report({
    phase: 'copying',
    ...done,
    filesTotal: tasks.length,
    bytesTotal: sum(({ file }) => file.fileSizeInBytes),
    rowsTotal: sum(({ file }) => file.recordCount),
  })
  const copied = new Map<string, string>()
  const rewritten: DataFile[] = []
  const finished = ({ file }: FileScanTask) => {
    done.files += 1
    done.bytes += Number(file.fileSizeInBytes)
    done.rows += Number(file.recordCount)
    report({ ...done })
  }
  const begin = () => {
    signal.throwIfAborted()
    if (!stopping.aborted) return
    throw new AppError('unavailable', 'The worker was asked to stop; another one makes the backup anew.', {
      retryable: true,
    })
  }
  const [plain, changed] = [true, false].map((clean) =>
    tasks.filter(({ deletes }) => (deletes.length === 0) === clean),
  )
  await eachLimited(plain ?? [], copiesAtOnce, async (task, index) => {
    begin()
    const target = `${location}/data/${pathBelow(source, task.file.filePath, index)}`
    await copyFile(io, task.file, target)
    copied.set(task.file.filePath, target)
    finished(task)
  })
  // The rows that deletes leave; the copy has no delete files, which may name data files by their place.
  const moved: BuiltInTable = { ...source, metadata: { ...source.metadata, location } }
  await eachLimited(changed ?? [], context.lanes, async (task, index) => {
    begin()
    const { files } = await rewriteGroup(
      {
        engine: context.engine,
        io,
        table: moved,
        order: {},
        signal,
        directory: path.join(context.workDirectory, String(index)),
      },
      {
        specId: task.file.specId,
        partition: task.file.partition,
        name: task.file.filePath,
        files: [{ ...task, bytes: Number(task.file.fileSizeInBytes), arrivedAt: null }],
        bytes: Number(task.file.fileSizeInBytes),
        rows: task.file.recordCount,
      },
      async () => {},
    )
    rewritten.push(...files)
    finished(task)
  })
  await report.flush()
  signal.throwIfAborted()

  const from = [...source.identifier.namespace, source.identifier.name].join('.')
  const metadata = await copyTableMetadata({
    source,
    snapshot,
    location,
    copied,
    rewritten,
    properties: {
      'firn.backup.table': from,
      ...(snapshot ? { 'firn.backup.snapshot-id': snapshot.snapshotId.toString() } : {}),
    },
  })
  const metadataLocation = nextMetadataLocation(metadata)
  await writeMetadataFile(io, metadataLocation, metadata)
  signal.throwIfAborted()
  const outcome = {
    ...details,
    location,
    copiedFiles: copied.size,
    rewrittenFiles: rewritten.length,
    durationMs: Math.round(performance.now() - started),
  }
  await meter.record()
  const backup = await catalog.registerTable(identifier, metadataLocation, {}, async (tx, made) => {
    await copyGrants(tx, tableId, made.id)
    if (await finishRun(tx, runId, { details: outcome })) return
    throw new AppError('conflict', `Run ${runId} was ended meanwhile; its backup is given up.`)
  })
  if (backup.metadata.currentSnapshotId !== undefined) {
    await context
      .sendJob('table.evaluate', { tableId: backup.id, trigger: 'commit' })
      .catch((error: unknown) => context.log.warn({ error }, "the backup's health will be measured later"))
  }
}

function snapshotOf({ metadata }: BuiltInTable, id: string | null): Snapshot | undefined {
  if (id === null) return undefined
  const snapshot = findSnapshot(metadata, BigInt(id))
  if (snapshot) return snapshot
  throw new AppError(
    'not-found',
    `The snapshot ${id} that was to be backed up has expired. Ask for a new backup.`,
  )
}

/** Whoever the table is closed to finds its backup closed, too. */
async function copyGrants(tx: Transaction, from: string, to: string): Promise<void> {
  const grants = await tx.catalogGrant.findMany({ where: { tableId: from } })
  await tx.catalogGrant.createMany({
    data: grants.map(({ catalogId, subjectType, subjectId, privilege, createdBy }) => ({
      catalogId,
      securableId: to,
      tableId: to,
      subjectType,
      subjectId,
      privilege,
      createdBy,
    })),
  })
}

/** The place of a data file below `data/`; files that lie elsewhere get a folder of their own. */
function pathBelow({ metadata }: BuiltInTable, filePath: string, index: number): string {
  const data = `${metadata.location}/data/`
  return filePath.startsWith(data)
    ? filePath.slice(data.length)
    : `${index}/${filePath.slice(filePath.lastIndexOf('/') + 1)}`
}

/** @throws AppError `corrupt` when the file is not as long as the manifest says */
async function copyFile(io: FileIO, file: DataFile, target: string): Promise<void> {
  const written = await io.write(target, await io.readStream(file.filePath))
  if (BigInt(written.size) === file.fileSizeInBytes) return
  throw new AppError(
    'corrupt',
    `The data file ${file.filePath} has ${written.size} bytes, expected ${file.fileSizeInBytes} as its manifest says.`,
    { context: { location: file.filePath } },
  )
}
