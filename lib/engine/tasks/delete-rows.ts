import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { deletionVectorType, encodeDeletionVector } from '../../iceberg/spec/deletion-vector.ts'
import { encodePuffin } from '../../iceberg/spec/puffin.ts'
import { deletedFilePathId, deletedPositionId } from '../../iceberg/spec/reserved-fields.ts'
import { sqlString } from '../../mappings/sql-text.ts'
import { withSession } from '../duckdb-session.ts'
import { filterSql } from '../scan/filter-sql.ts'
import { prepareScan } from '../scan/scan-relation.ts'
import { type TaskContext, throwIfCancelled, watched } from '../task-context.ts'
import type { DeletedRows, DeleteRowsPayload, DeleteRowsResult } from '../tasks.ts'

interface Count {
  file: number
  rows: bigint
  positions: bigint
}

/**
 * Finds the live rows for which a filter holds and writes their positions: one position delete file for each data file, or
 * one deletion vector for each, all in one puffin file. A vector also has the positions that were deleted before, since it
 * replaces what was there. Without such rows nothing is written.
 */
export async function deleteRows(
  payload: DeleteRowsPayload,
  context: TaskContext,
): Promise<DeleteRowsResult> {
  const directory = path.resolve(payload.outputDirectory)
  await mkdir(directory, { recursive: true })
  const written: string[] = []
  const newFile = (extension: string): string => {
    const file = path.join(directory, `${randomUUID()}.${extension}`)
    written.push(file)
    return file
  }
  try {
    return await withSession(context.options, async (connection) => {
      const found = await watched(connection, context.signal, () => findRows(connection, payload))
      if (found.length === 0) return { deleted: [] }
      if (payload.as === 'counts') {
        return { deleted: found.map((count) => ({ ...count, localPath: '', fileSizeInBytes: 0n })) }
      }
      const deleted =
        payload.as === 'deletion-vectors'
          ? await writeVectors(connection, payload, found, newFile('puffin'))
          : await writePositionDeletes(connection, payload, found, context, newFile)
      return { deleted }
    })
  } catch (error) {
    await Promise.all(written.map((file) => rm(file, { force: true })))
    throw error
  }
}

/** Fills the table `matched (file_index, pos)` and counts it by file. */
async function findRows(connection: DuckDBConnection, payload: DeleteRowsPayload): Promise<Count[]> {
  const { scan, filter, as } = payload
  const prepared = await prepareScan(connection, { ...scan, rowLineage: false }, 'input', { places: true })
  await connection.run(
    `CREATE TEMP TABLE matched AS SELECT file_index, pos
     FROM (${prepared.select()}) WHERE ${filterSql(filter, scan.schema)}`,
  )
  const counts = await connection.runAndReadAll(
    'SELECT file_index, count(*) AS rows FROM matched GROUP BY 1 ORDER BY 1',
  )
  if (as === 'deletion-vectors') {
    await connection.run(
      `INSERT INTO matched SELECT file_index, pos FROM ${prepared.positionsTable} SEMI JOIN matched USING (file_index)`,
    )
  }
  const positions = await connection.runAndReadAll(
    'SELECT file_index, count(*) AS positions FROM matched GROUP BY 1 ORDER BY 1',
  )
  return counts.getRows().map(([file, rows], index) => ({
    file: Number(file),
    rows: BigInt(rows as bigint),
    positions: BigInt(positions.getRows()[index]?.[1] as bigint),
  }))
}

async function writePositionDeletes(
  connection: DuckDBConnection,
  { scan }: DeleteRowsPayload,
  found: readonly Count[],
  context: TaskContext,
  newFile: (extension: string) => string,
): Promise<DeletedRows[]> {
  const deleted: DeletedRows[] = []
  for (const count of found) {
    throwIfCancelled(context.signal)
    const localPath = newFile('parquet')
    const location = sqlString(scan.files[count.file]?.location ?? '')
    await connection.run(
      `COPY (SELECT ${location} AS file_path, pos FROM matched WHERE file_index = ${count.file} ORDER BY pos)
       TO ${sqlString(localPath)} (FORMAT parquet, COMPRESSION zstd, FIELD_IDS {file_path: ${deletedFilePathId}, pos: ${deletedPositionId}})`,
    )
    deleted.push({ ...count, localPath, fileSizeInBytes: BigInt((await stat(localPath)).size) })
  }
  return deleted
}

async function writeVectors(
  connection: DuckDBConnection,
  { scan }: DeleteRowsPayload,
  found: readonly Count[],
  localPath: string,
): Promise<DeletedRows[]> {
  const blobs: Buffer[] = []
  for (const { file } of found) {
    const reader = await connection.runAndReadAll(
      `SELECT pos::DOUBLE AS pos FROM matched WHERE file_index = ${file} ORDER BY pos`,
    )
    blobs.push(encodeDeletionVector((reader.getColumns()[0] ?? []).map(Number)))
  }
  const puffin = encodePuffin(
    found.map(({ file, positions }, index) => ({
      type: deletionVectorType,
      fields: [],
      // The spec's values for vectors: they belong to whatever snapshot refers to them.
      snapshotId: -1n,
      sequenceNumber: -1n,
      properties: {
        'referenced-data-file': scan.files[file]?.location ?? '',
        cardinality: positions.toString(),
      },
      data: blobs[index] ?? Buffer.alloc(0),
    })),
    { 'created-by': 'firn' },
  )
  await writeFile(localPath, puffin.bytes)
  return found.map((count, index) => ({
    ...count,
    localPath,
    fileSizeInBytes: BigInt(puffin.bytes.length),
    contentOffset: BigInt(puffin.blobs[index]?.offset ?? 0),
    contentSizeInBytes: BigInt(puffin.blobs[index]?.length ?? 0),
  }))
}
