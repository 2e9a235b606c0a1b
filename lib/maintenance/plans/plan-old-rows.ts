import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import { overwriteFiles } from '#lib/iceberg/actions/overwrite-files.ts'
import { formatIdentifier, type Table } from '#lib/iceberg/catalog/catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { LocationSet } from '#lib/iceberg/scan/location-set.ts'
import type { FileScanTask } from '#lib/iceberg/scan/plan-files.ts'
import { currentSchema, currentSnapshot } from '#lib/iceberg/spec/table-metadata.ts'
import { findOldFiles, findTimeColumn, type TimeColumn } from '../old-rows.ts'
import { partitionNames } from '../partition-files.ts'
import { assertMayDelete } from './may-delete.ts'
import type { PlanItem, Planner } from './planner.ts'

const InputSchema = z.object({ columnId: z.int(), cutOff: z.int() })

/** Partitions that a plan lists by name. */
const mostListed = 500
const perBatch = 1_000

/** Rows of a file that are live, as far as manifests tell: deletes by equality are not counted. */
function liveRows({ file, deletes }: FileScanTask): number {
  const own = deletes.filter((one) => one.file.referencedDataFile === file.filePath)
  return Number(own.reduce((rows, one) => rows - one.file.recordCount, file.recordCount))
}

function byPartition({ metadata }: Table, tasks: readonly FileScanTask[]) {
  const nameOf = partitionNames(metadata)
  const found = new Map<string, { name: string; files: number; rows: number; bytes: number }>()
  for (const task of tasks) {
    const name = nameOf(task.file)
    const sum = found.get(name) ?? { name, files: 0, rows: 0, bytes: 0 }
    sum.files += 1
    sum.rows += liveRows(task)
    sum.bytes += Number(task.file.fileSizeInBytes)
    found.set(name, sum)
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

function columnOf(table: Table, wanted: { name: string } | { id: number }): TimeColumn {
  const { column, problem } = findTimeColumn(currentSchema(table.metadata), wanted)
  if (column) return column
  throw new AppError('bad-input', `${formatIdentifier(table.identifier)}: ${problem}`)
}

const totalRows = ({ metadata }: Table): number =>
  Number(currentSnapshot(metadata)?.summary['total-records'] ?? 0)
const totalFiles = ({ metadata }: Table): number =>
  Number(currentSnapshot(metadata)?.summary['total-data-files'] ?? 0)

/**
 * Removes rows whose event happened longer ago than the policy keeps them: whole files, by one delete snapshot of metadata
 * alone. A file that holds newer rows, too, stays until all of its rows are old. Files go from the store only when the
 * snapshots that read them expire; until then the table can be rolled back.
 */
export const oldRowsPlanner: Planner = {
  action: 'delete-old-rows',

  async plan(_context, table, policy, { byHand }) {
    assertMayDelete(table, policy)
    const { column: name, maxAgeMs } = policy.retention
    if (name === null || maxAgeMs === null) {
      throw new AppError(
        'conflict',
        'The policy keeps rows for ever. Set retention.column to a column of a time, and retention.maxAgeMs.',
      )
    }
    const column = columnOf(table, { name })
    const now = Date.now()
    const cutOff = now - maxAgeMs
    const { whole, partly, isAlive } = await findOldFiles(table, column, { cutOff, now })
    if (whole.length > 0 && !isAlive && !byHand) {
      throw new AppError(
        'conflict',
        `No event of ${formatIdentifier(table.identifier)} is known from ${new Date(cutOff).toISOString()} on (column ${name}): nothing arrives any more, and the table would be emptied. ${whole.length} files are old. A person can plan and apply it.`,
      )
    }
    const partitions = byPartition(table, whole)
    const rowsRemoved = partitions.reduce((sum, { rows }) => sum + rows, 0)
    return {
      input: { columnId: column.id, cutOff },
      summary: {
        rowsRemoved,
        rowsKept: Math.max(0, totalRows(table) - rowsRemoved),
        cutOff: new Date(cutOff).toISOString(),
        partitions: partitions.slice(0, mostListed),
        partitionsRemoved: partitions.length,
        partly: {
          files: partly.length,
          bytes: partly.reduce((sum, { file }) => sum + Number(file.fileSizeInBytes), 0),
        },
      },
      items: (async function* (): AsyncGenerator<PlanItem[]> {
        for (let at = 0; at < whole.length; at += perBatch) {
          yield whole.slice(at, at + perBatch).map(({ file }) => ({
            kind: 'data',
            location: file.filePath,
            bytes: file.fileSizeInBytes,
          }))
        }
      })(),
    }
  },

  async apply({ catalog, plan, runId, items, settle, report, signal }) {
    const { columnId, cutOff } = InputSchema.parse(plan.input)
    const planned = new LocationSet()
    for await (const batch of items()) for (const { location } of batch) planned.add(location)
    const table = await catalog.loadTableById(plan.tableId)
    const column = columnOf(table, { id: columnId })
    const { whole } = await findOldFiles(table, column, { cutOff, now: Date.now() })
    const remove = whole.map(({ file }) => file).filter(({ filePath }) => planned.has(filePath))
    if (remove.length !== planned.size) {
      throw new AppError(
        'conflict',
        `${planned.size - remove.length} of ${planned.size} files of the plan are no longer part of ${formatIdentifier(table.identifier)}: they were merged or removed meanwhile. Plan again.`,
      )
    }
    report({ phase: 'committing' })
    const action = overwriteFiles({
      remove,
      add: [],
      filter: { op: 'true' },
      startingSnapshotId: table.metadata.currentSnapshotId,
      // What arrived since is not about these files.
      isolation: 'snapshot',
      summary: {
        'engine-name': 'firn',
        'firn.run-id': runId,
        'firn.retention.column': column.name,
        'firn.retention.cut-off': new Date(cutOff).toISOString(),
      },
    })
    const outcome = await commitWithRetry(catalog, table.identifier, action, {
      maxAttempts: 20,
      signal,
      // The files stay for the snapshots before.
      within: (tx) => settle(tx, { quarantine: false }),
    })
    return {
      before: { rows: totalRows(table), files: totalFiles(table) },
      after: {
        rows: totalRows(outcome.table),
        files: totalFiles(outcome.table),
        removedFiles: remove.length,
        snapshotId: outcome.snapshot.snapshotId.toString(),
      },
    }
  },
}
