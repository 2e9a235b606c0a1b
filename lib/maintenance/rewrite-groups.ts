import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Database, Transaction } from '#lib/db.ts'
import type { Engine } from '#lib/engine/engine.ts'
import { AppError } from '#lib/errors.ts'
import type { BuiltInCatalog, BuiltInTable } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { logRun } from '#lib/runs/log-run.ts'
import type { ProgressReporter } from '#lib/runs/report-progress.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import type { CanaryPair } from './canary/canary-types.ts'
import { type CommittedPart, commitGroups } from './commit-groups.ts'
import { type CompactionPolicy, namesColumns } from './compaction-policy.ts'
import { partitionFilesKey } from './partition-files.ts'
import type { CompactionGroup } from './plan-compaction.ts'
import { type RewrittenGroup, rewriteGroup } from './rewrite-group.ts'
import { rewriteOrder } from './rewrite-order.ts'
import type { UncommittedFiles } from './uncommitted-files.ts'

export interface RewriteContext {
  db: Database
  io: FileIO
  catalog: BuiltInCatalog
  engine: Engine
  /** Stop now. */
  signal: AbortSignal
  /** Finish what is begun, begin nothing new. */
  stopping: AbortSignal
  /** Groups rewritten at the same time. */
  lanes: number
  /** Local folder of this run's own; made, and removed at the end. */
  workDirectory: string
}

export interface RewriteRequest {
  runId: string
  /** As the groups were found in it. */
  table: BuiltInTable
  groups: readonly CompactionGroup[]
  policy: CompactionPolicy
  uncommitted: UncommittedFiles
  report: ProgressReporter
}

export interface RewriteOutcome {
  groups: number
  removedFiles: number
  addedFiles: number
  bytesRead: number
  bytesWritten: number
  lostRaces: number
  /** One for each part that was committed. */
  snapshots: string[]
}

/** What a canary asks after: the commits, if nothing else came in between, else the first; and what they rewrote. */
export interface RewrittenRange {
  pair: CanaryPair
  partitions: string[]
}

/** Groups per commit: what a lost race or a crash may cost, against the number of snapshots a large run leaves. */
const groupsPerCommit = 50

const locationsOf = (groups: readonly RewrittenGroup[]): string[] =>
  groups.flatMap(({ files }) => files.map((file) => file.filePath))

/** Commits that a plan's groups take when no race is lost. */
export const commitsFor = (
  groups: number,
  { partialProgress }: Pick<CompactionPolicy, 'partialProgress'>,
): number => (partialProgress ? Math.ceil(groups / groupsPerCommit) : Math.min(groups, 1))

/**
 * Rewrites groups and commits them in parts (operation `replace`). Writers go on meanwhile; a group that lost a race
 * against them is returned as lost with its files deleted, the others stand. The old files stay, since older snapshots read them.
 */
export async function rewriteGroups(
  context: RewriteContext,
  request: RewriteRequest,
): Promise<{ outcome: RewriteOutcome; range: RewrittenRange | null; lost: CompactionGroup[] }> {
  const { db, io, catalog, signal, stopping } = context
  const { runId, groups, policy, uncommitted, report } = request
  let { table } = request
  // Deletes that arrive from here on for the files of the plan are a conflict, whichever part they are in.
  const startingSnapshotId = table.metadata.currentSnapshotId as bigint
  const done = { files: 0, bytes: 0, rows: 0 }
  const sum = (of: (group: CompactionGroup) => number) =>
    groups.reduce((total, group) => total + of(group), 0)
  const totals = {
    filesTotal: sum(({ files }) => files.length),
    bytesTotal: sum(({ bytes }) => bytes),
    rowsTotal: sum(({ rows }) => Number(rows)),
  }
  const outcome: RewriteOutcome = {
    groups: 0,
    removedFiles: 0,
    addedFiles: 0,
    bytesRead: 0,
    bytesWritten: 0,
    lostRaces: 0,
    snapshots: [],
  }
  const parts: CommittedPart[] = []
  const lost: CompactionGroup[] = []
  report({ phase: 'rewriting', ...done, ...totals })
  await mkdir(context.workDirectory, { recursive: true })
  try {
    const partSize = policy.partialProgress ? groupsPerCommit : groups.length
    for (let at = 0; at < groups.length; at += partSize) {
      const part = groups.slice(at, at + partSize)
      const rewritten = await rewritePart({ ...context, policy }, table, part, uncommitted, (group) => {
        done.files += group.files.length
        done.bytes += group.bytes
        done.rows += Number(group.rows)
        report({ ...done })
      })
      signal.throwIfAborted()
      report({ phase: 'committing' })
      const committed = await commitGroups(
        { catalog, table, runId, signal, startingSnapshotId },
        rewritten,
        (tx: Transaction, some) => uncommitted.commit(tx, locationsOf(some)),
      )
      for (const one of committed.parts) {
        parts.push(one)
        outcome.snapshots.push(one.snapshotId.toString())
        uncommitted.forget(locationsOf(one.groups))
        for (const { group, files } of one.groups) {
          outcome.groups += 1
          outcome.removedFiles += group.files.length
          outcome.addedFiles += files.length
          outcome.bytesRead += group.bytes
          outcome.bytesWritten += files.reduce((total, file) => total + Number(file.fileSizeInBytes), 0)
        }
      }
      if (committed.lost.length > 0) {
        outcome.lostRaces += committed.lost.length
        lost.push(...committed.lost.map(({ group }) => group))
        await uncommitted.remove(io, locationsOf(committed.lost))
        await logRun(
          db,
          runId,
          'warn',
          `${committed.lost.length} groups were not committed: their files were changed by another commit meanwhile. Their merged files were deleted.`,
          { partitions: committed.lost.slice(0, 20).map(({ group }) => group.name) },
        )
      }
      table = await catalog.loadTableById(table.id)
      report({ phase: 'rewriting' })
      if (stopping.aborted && at + partSize < groups.length) {
        await report.flush()
        throw new AppError(
          'unavailable',
          'The worker was asked to stop; the rest of the compaction is left to another one.',
          {
            retryable: true,
          },
        )
      }
    }
  } finally {
    await rm(context.workDirectory, { recursive: true, force: true })
  }
  await report.flush()
  return { outcome, range: rangeOf(parts), lost }
}

function rangeOf(parts: readonly CommittedPart[]): RewrittenRange | null {
  const [first] = parts
  const last = parts.at(-1)
  if (!first || !last) return null
  const undisturbed = parts.every(({ from }, index) => index === 0 || from === parts[index - 1]?.to)
  const compared = undisturbed ? parts : [first]
  const groups = compared.flatMap((part) => part.groups.map(({ group }) => group))
  return {
    pair: { from: first.from, to: (undisturbed ? last : first).to },
    partitions: [...new Set(groups.map(partitionFilesKey))],
  }
}

/**
 * Rewrites the groups of one part, a few at a time. When one fails, or the run is cancelled, nothing of the part is
 * committed and what it wrote is deleted.
 */
async function rewritePart(
  context: RewriteContext & { policy: CompactionPolicy },
  table: BuiltInTable,
  part: readonly CompactionGroup[],
  uncommitted: UncommittedFiles,
  finished: (group: CompactionGroup) => void,
): Promise<RewrittenGroup[]> {
  const { engine, io, signal, policy } = context
  const layout = {
    order: rewriteOrder(table.metadata, policy),
    ...(namesColumns(policy) ? { targetFileSizeBytes: policy.targetBytes } : {}),
  }
  const waiting = [...part]
  const rewritten: RewrittenGroup[] = []
  const failure = new AbortController()
  const both = AbortSignal.any([signal, failure.signal])
  const written: string[] = []
  const lane = async () => {
    for (let group = waiting.shift(); group && !both.aborted; group = waiting.shift()) {
      const directory = path.join(context.workDirectory, String(part.indexOf(group)))
      const result = await rewriteGroup(
        { engine, io, table, directory, signal: both, ...layout },
        group,
        async (locations) => {
          written.push(...locations)
          await uncommitted.add(locations)
        },
      )
      rewritten.push(result)
      finished(group)
    }
  }
  const lanes = Array.from({ length: context.lanes }, () =>
    lane().catch((error: unknown) => {
      failure.abort()
      throw error
    }),
  )
  const results = await Promise.allSettled(lanes)
  const failed = results.find((result) => result.status === 'rejected')
  if (failed || signal.aborted) {
    await uncommitted.remove(io, written)
    signal.throwIfAborted()
    throw failed?.reason
  }
  return rewritten
}
