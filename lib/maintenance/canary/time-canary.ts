import type { Engine } from '#lib/engine/engine.ts'
import { AppError } from '#lib/errors.ts'
import type { Table, TableIdentifier } from '#lib/iceberg/catalog/catalog.ts'
import { metadataText, readMetadataFile } from '#lib/iceberg/catalog/metadata-file.ts'
import type { Expression } from '#lib/iceberg/scan/expression.ts'
import { forgetManifests } from '#lib/iceberg/scan/manifest-files.ts'
import { type FileScanTask, planFiles } from '#lib/iceberg/scan/plan-files.ts'
import { fileKey } from '#lib/iceberg/spec/data-file.ts'
import { parseJson } from '#lib/iceberg/spec/json.ts'
import { currentSnapshot } from '#lib/iceberg/spec/table-metadata.ts'
import { tableMetadataFromJson } from '#lib/iceberg/spec/table-metadata-json.ts'
import { localTableScan } from '#lib/row-level/local-table-scan.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { listLiveFiles } from '../list-live-files.ts'
import { groupByPartition } from '../partition-files.ts'
import { type Canary, type CanaryPair, type CanarySide, noCanary } from './canary-types.ts'
import { bytesOfTasks, canaryFilter, canarySql, choosePartitions, whyTooMuch } from './choose-canary.ts'

/** Each side is asked so often, in turns, unless that takes too long. */
const rounds = 3
/** No further round begins after this. */
const enoughMs = 10_000
const longestStatementMs = 20_000

export interface CanaryContext {
  io: FileIO
  engine: Engine
  signal: AbortSignal
}

export interface CanaryRequest {
  identifier: TableIdentifier
  pair: CanaryPair
  /** Keys of the partitions that were rewritten, those that matter most first; default: the largest ones. */
  rewritten?: readonly string[]
}

/** One side as it is asked again and again. */
interface Side {
  table: Table
  tasks: FileScanTask[]
  answers: { rows: string; checksum: string | null; planMs: number; scanMs: number }[]
}

/**
 * Asks a table the same before and after a commit of maintenance, in turns at the same time, so that both sides have the
 * same machine and the same caches: data files are on local disk, metadata comes from the store anew each time.
 * @throws AppError as the store and the engine do
 */
export async function timeCanary(
  context: CanaryContext,
  { identifier, pair, rewritten }: CanaryRequest,
): Promise<Canary> {
  const { io } = context
  const tableAt = async (metadataLocation: string): Promise<Table> => ({
    identifier,
    metadataLocation,
    metadata: await readMetadataFile(io, metadataLocation),
    io,
  })
  const [before, after] = [await tableAt(pair.from), await tableAt(pair.to)]
  const partitions = choosePartitions(
    groupByPartition(await listLiveFiles(before), before.metadata),
    rewritten,
  )
  if (partitions.length === 0) {
    return noCanary('skipped', 'The table has no data files.')
  }
  const { filter, names } = canaryFilter(before.metadata, partitions)
  const side = async (table: Table): Promise<Side> => {
    return { table, tasks: await planFiles(table, { filter }), answers: [] }
  }
  const [old, fresh] = [await side(before), await side(after)]
  const tooMuch = whyTooMuch(old.tasks) ?? whyTooMuch(fresh.tasks)
  if (tooMuch !== null) return noCanary('skipped', tooMuch)
  const sql = canarySql(before, filter, old.tasks)
  // A first read of remote files would be timed as part of one side only.
  for (const { tasks } of [old, fresh]) await io.localize(tasks.map(({ file }) => file.filePath))
  const started = performance.now()
  let round = 0
  do {
    // Whoever is first in a round warms nothing for the other: they take turns.
    for (const one of round % 2 === 0 ? [old, fresh] : [fresh, old]) {
      one.answers.push(await askOnce(context, one, filter, sql))
    }
    round += 1
  } while (round < rounds && performance.now() - started < enoughMs)
  const [one, other] = [sideOf(old), sideOf(fresh)]
  const same = one.rows === other.rows && one.checksum === other.checksum
  const measured = { sql, partitions: names, rounds: round, before: one, after: other }
  if (same) return { ...measured, state: 'equal', reason: null }
  const reason = `The query gave ${one.rows} rows (checksum ${one.checksum ?? 'none'}) of snapshot ${one.snapshotId} and ${other.rows} (${other.checksum ?? 'none'}) of snapshot ${other.snapshotId}.`
  return { ...measured, state: 'differs', reason }
}

/** Plans and runs the query as a process would that knows nothing of the table yet but where its metadata is. */
async function askOnce(
  { io, engine, signal }: CanaryContext,
  { table }: Side,
  filter: Expression,
  sql: string,
): Promise<Side['answers'][number]> {
  const snapshot = currentSnapshot(table.metadata)
  if (snapshot) forgetManifests(snapshot)
  const started = performance.now()
  const bytes = await io.read(table.metadataLocation)
  const metadata = tableMetadataFromJson(parseJson(metadataText(bytes)))
  const tasks = await planFiles({ ...table, metadata }, { filter })
  const planMs = performance.now() - started
  const scan = await localTableScan(table, tasks)
  let scanMs = 0
  const tooLong = AbortSignal.timeout(longestStatementMs)
  const { rows } = await engine
    .run(
      'query',
      { sql, tables: { [table.identifier.name]: scan }, maxRows: 1 },
      {
        signal: AbortSignal.any([signal, tooLong]),
        onUsage: (usage) => {
          scanMs = usage.wallMs
        },
      },
    )
    .catch((error: unknown) => {
      if (!tooLong.aborted || signal.aborted) throw error
      throw new AppError('too-large', `The statement took longer than ${longestStatementMs / 1_000} s.`)
    })
  const [row] = rows
  const checksum = row?.checksum
  return {
    rows: String(row?.rows),
    checksum: typeof checksum === 'string' ? checksum : null,
    planMs,
    scanMs,
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  const value =
    sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
  return Math.round((value ?? 0) * 10) / 10
}

function sideOf({ table, tasks, answers }: Side): CanarySide {
  const [first] = answers
  return {
    snapshotId: String(table.metadata.currentSnapshotId ?? ''),
    rows: first?.rows ?? '',
    checksum: first?.checksum ?? null,
    files: tasks.length,
    deleteFiles: new Set(tasks.flatMap(({ deletes }) => deletes.map(({ file }) => fileKey(file)))).size,
    bytes: bytesOfTasks(tasks),
    planMs: median(answers.map(({ planMs }) => planMs)),
    scanMs: median(answers.map(({ scanMs }) => scanMs)),
    ms: median(answers.map(({ planMs, scanMs }) => planMs + scanMs)),
  }
}
