import type { Engine } from '#lib/engine/engine.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import { currentSchema, specById } from '#lib/iceberg/spec/table-metadata.ts'
import { localTableScan } from '#lib/row-level/local-table-scan.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import type { CompactionGroup } from './plan-compaction.ts'
import type { RewriteOrder } from './rewrite-order.ts'

export interface RewrittenGroup {
  group: CompactionGroup
  /** The merged files at their final locations; not part of the table yet. */
  files: DataFile[]
}

export interface RewriteGroupContext {
  engine: Engine
  io: FileIO
  table: Table
  order: RewriteOrder
  /** Split into files of about so many bytes; one file when left out. */
  targetFileSizeBytes?: number
  /** Local folder for this group alone. */
  directory: string
  signal: AbortSignal
}

/**
 * Writes the live rows of a group's files again, in the order that is asked for and with their row lineage, and puts what was
 * written into the table's data folder. Without live rows there is no file.
 * `announce` is awaited with the locations before anything appears there, so that they are known whatever happens next.
 * @throws AppError `corrupt` when the rows read are not as many as the manifests say.
 */
export async function rewriteGroup(
  context: RewriteGroupContext,
  group: CompactionGroup,
  announce: (locations: string[]) => Promise<void>,
): Promise<RewrittenGroup> {
  const { engine, io, table, directory, signal, targetFileSizeBytes } = context
  const { metadata } = table
  const { sortOrderId, ...order } = context.order
  const scan = await localTableScan(table, group.files, { rowLineage: metadata.formatVersion === 3 })
  const countIsKnown = group.files.every((live) => live.deletes.length === 0)
  const result = await engine.run(
    'rewriteDataFiles',
    {
      inputs: scan.files.map((file) => file.path),
      scan,
      schema: currentSchema(metadata),
      spec: specById(metadata, group.specId),
      partition: group.partition,
      outputDirectory: directory,
      ...(countIsKnown ? { expectedRows: group.rows } : {}),
      ...order,
      ...(targetFileSizeBytes === undefined ? {} : { targetFileSizeBytes }),
    },
    { signal },
  )
  const files = result.files.filter(({ dataFile }) => dataFile.recordCount > 0n)
  const placed = files.map(({ localPath, relativePath, dataFile }) => ({
    localPath,
    file: {
      ...dataFile,
      filePath: `${metadata.location}/data/${relativePath}`,
      ...(sortOrderId === undefined ? {} : { sortOrderId }),
    },
  }))
  await announce(placed.map(({ file }) => file.filePath))
  await io.publish(placed.map(({ localPath, file }) => ({ localPath, location: file.filePath })))
  return { group, files: placed.map(({ file }) => file) }
}
