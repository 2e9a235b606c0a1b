import type { Database, Prisma } from '#lib/db.ts'
import type { LineError } from '#lib/engine/tasks.ts'
import { AppError } from '#lib/errors.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import { dataFileToJson } from '#lib/iceberg/spec/data-file-json.ts'
import type { HeldPartition } from './partition-lease.ts'

/** What a batch read of one partition: `[from, to)`. */
export interface ReadRange {
  partition: Pick<HeldPartition, 'id' | 'epoch' | 'name'>
  from: bigint
  to: bigint
  rows: number
  /** What the partition's row becomes with the new position. */
  state?: 'open' | 'done'
  end?: bigint
  details?: Prisma.InputJsonObject
  /** False keeps the lease (a Kafka partition goes on with the same holder). */
  release: boolean
}

export interface StagedTableFile {
  tableId: string
  /** `filePath` is the final location. */
  dataFile: DataFile
}

export interface BatchToStage {
  id: string
  sourceId: string
  ranges: ReadRange[]
  files: StagedTableFile[]
  rows: number
  bytes: number
  errorRows: number
  latestEvent: Date | null
  errors: readonly LineError[]
}

/** Errors kept with a batch for the source's page; the error table has all of them. */
const errorsKept = 20

/**
 * Records a batch in one transaction: positions move from exactly where the batch began, its ranges enter the ledger and
 * its files wait for the commit worker. Either all of it is there or nothing.
 * @throws AppError `conflict` when another worker took a partition over (its epoch or position moved): drop the files,
 * read again. Any other error leaves the outcome open: see `isBatchStaged`.
 */
export async function stageBatch(db: Database, batch: BatchToStage): Promise<void> {
  await db.$transaction(async (tx) => {
    for (const range of batch.ranges) {
      const { count } = await tx.sourcePartition.updateMany({
        where: { id: range.partition.id, epoch: range.partition.epoch, position: range.from },
        data: {
          position: range.to,
          ...(range.state ? { state: range.state } : {}),
          ...(range.end === undefined ? {} : { end: range.end }),
          ...(range.details ? { details: range.details } : {}),
          ...(range.release ? { owner: null, leaseUntil: null } : {}),
        },
      })
      if (count !== 1) {
        throw new AppError(
          'conflict',
          `Partition ${range.partition.name} is no longer at ${range.from} with epoch ${range.partition.epoch}: another worker took it over. This batch is dropped; nothing is lost.`,
          { context: { sourceId: batch.sourceId, partition: range.partition.name } },
        )
      }
    }
    await tx.batch.create({
      data: {
        id: batch.id,
        sourceId: batch.sourceId,
        rows: BigInt(batch.rows),
        bytes: BigInt(batch.bytes),
        errorRows: BigInt(batch.errorRows),
        latestEvent: batch.latestEvent,
        errorSample: batch.errors
          .slice(0, errorsKept)
          .map((error): Prisma.InputJsonObject => ({ ...error, position: error.position.toString() })),
        ...(batch.files.length === 0 ? { committedAt: new Date() } : {}),
      },
    })
    await tx.offsetRange.createMany({
      data: batch.ranges.map((range) => ({
        batchId: batch.id,
        sourceId: batch.sourceId,
        partitionName: range.partition.name,
        fromOffset: range.from,
        toOffset: range.to,
        rows: BigInt(range.rows),
      })),
    })
    await tx.stagedFile.createMany({
      data: batch.files.map(({ tableId, dataFile }) => ({
        batchId: batch.id,
        tableId,
        path: dataFile.filePath,
        file: dataFileToJson(dataFile) as unknown as Prisma.InputJsonObject,
        rows: dataFile.recordCount,
        bytes: dataFile.fileSizeInBytes,
      })),
    })
  })
}

/** Whether a batch was recorded: the answer after a transaction whose outcome is unknown. */
export async function isBatchStaged(db: Database, batchId: string): Promise<boolean> {
  return (await db.batch.count({ where: { id: batchId } })) > 0
}
