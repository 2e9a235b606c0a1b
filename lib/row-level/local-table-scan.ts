import type { ScanDelete, ScanFile, TableScan } from '#lib/engine/scan/table-scan.ts'
import { AppError } from '#lib/errors.ts'
import { formatIdentifier, type Table } from '#lib/iceberg/catalog/catalog.ts'
import { decodeFile } from '#lib/iceberg/corrupt-file.ts'
import { type DeleteFile, isDeletionVector } from '#lib/iceberg/scan/delete-index.ts'
import { snapshotToRead } from '#lib/iceberg/scan/manifest-files.ts'
import { type FileScanTask, type PlanFilesOptions, planFiles } from '#lib/iceberg/scan/plan-files.ts'
import { type DataFile, fileKey } from '#lib/iceberg/spec/data-file.ts'
import { nameMappingProperty, parseNameMapping } from '#lib/iceberg/spec/name-mapping.ts'
import { partitionKey, typedPartitionFields } from '#lib/iceberg/spec/partition-type.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'
import { currentSchema, schemaById, specById } from '#lib/iceberg/spec/table-metadata.ts'

export interface LocalScanOptions {
  /** Columns to read, with the table's ids. Default: the table's current schema. */
  schema?: Schema
  /** Adds `_row_id` and `_last_updated_sequence_number`. */
  rowLineage?: boolean
}

/**
 * Brings planned files and their deletes to local disk and describes them to the engine.
 * @throws AppError `bad-input` for files that are not Parquet; `not-found`, `unavailable` from the store
 */
export async function localTableScan(
  table: Table,
  tasks: readonly FileScanTask[],
  { schema = currentSchema(table.metadata), rowLineage = false }: LocalScanOptions = {},
): Promise<TableScan> {
  const { metadata, io } = table
  const deleteFiles = new Map<string, DeleteFile>()
  for (const { file, deletes } of tasks) {
    requireParquet(table, file)
    for (const one of deletes) {
      if (!isDeletionVector(one.file)) requireParquet(table, one.file)
      deleteFiles.set(fileKey(one.file), one)
    }
  }
  const [dataPaths, deletePaths] = [
    await io.localize(tasks.map(({ file }) => file.filePath)),
    await io.localize([...deleteFiles.values()].map(({ file }) => file.filePath)),
  ]
  const indexes = new Map([...deleteFiles.keys()].map((key, index) => [key, index]))
  const files = tasks.map((task, index): ScanFile => {
    const { file, sequenceNumber, deletes } = task
    const spec = specById(metadata, file.specId)
    const scanFile: ScanFile = {
      path: dataPaths[index] ?? '',
      location: file.filePath,
      recordCount: file.recordCount,
      sequenceNumber,
      partitionKey: partitionKey(spec, file.partition),
      identityValues: typedPartitionFields(spec, metadata.schemas)
        .filter((field) => field.transform === 'identity')
        .map((field) => ({
          fieldId: field.sourceId,
          type: field.type,
          value: file.partition[field.name] ?? null,
        })),
      deletes: deletes.map((one) => indexes.get(fileKey(one.file)) ?? -1),
    }
    if (file.firstRowId !== undefined) scanFile.firstRowId = file.firstRowId
    return scanFile
  })
  const scan: TableScan = {
    schema,
    schemas: metadata.schemas,
    files,
    deletes: [...deleteFiles.values()].map((one, index) => scanDelete(table, one, deletePaths[index] ?? '')),
  }
  const nameMapping = metadata.properties[nameMappingProperty]
  if (nameMapping !== undefined) {
    scan.nameMapping = decodeFile(table.metadataLocation, () => parseNameMapping(nameMapping))
  }
  if (rowLineage) scan.rowLineage = true
  return scan
}

function requireParquet(table: Table, { filePath, fileFormat }: DataFile): void {
  if (fileFormat === 'PARQUET') return
  throw new AppError(
    'bad-input',
    `The file ${filePath} of ${formatIdentifier(table.identifier)} is of format ${fileFormat}; Firn reads Parquet. Rewrite the table as Parquet with the engine that wrote it.`,
    { context: { filePath, fileFormat } },
  )
}

function scanDelete(table: Table, { file, sequenceNumber }: DeleteFile, path: string): ScanDelete {
  if (file.content === 'equality-deletes') {
    const spec = specById(table.metadata, file.specId)
    return {
      kind: 'equality-deletes',
      path,
      sequenceNumber,
      partitionKey: spec.fields.length === 0 ? null : partitionKey(spec, file.partition),
      equalityIds: file.equalityIds ?? [],
    }
  }
  if (!isDeletionVector(file)) return { kind: 'position-deletes', path }
  const { contentOffset, contentSizeInBytes, recordCount } = file
  if (
    contentOffset === undefined ||
    contentSizeInBytes === undefined ||
    contentSizeInBytes > file.fileSizeInBytes
  ) {
    throw new AppError(
      'corrupt',
      `The deletion vector in ${file.filePath} has no usable place (content_offset, content_size_in_bytes) in its manifest entry.`,
      { context: { filePath: file.filePath } },
    )
  }
  return {
    kind: 'deletion-vector',
    path,
    offset: Number(contentOffset),
    length: Number(contentSizeInBytes),
    recordCount,
  }
}

/**
 * A table as it was at a snapshot (default: now), for the engine: with the snapshot's own schema when one is given.
 * @throws AppError as `planFiles` and `localTableScan`
 */
export async function scanTable(
  table: Table,
  options: PlanFilesOptions & LocalScanOptions = {},
): Promise<TableScan> {
  const { snapshotId, filter, ...local } = options
  const plan: PlanFilesOptions = {}
  if (snapshotId !== undefined) plan.snapshotId = snapshotId
  if (filter) plan.filter = filter
  const schemaId = snapshotId === undefined ? undefined : snapshotToRead(table, snapshotId)?.schemaId
  const schema = schemaId === undefined ? currentSchema(table.metadata) : schemaById(table.metadata, schemaId)
  return localTableScan(table, await planFiles(table, plan), { schema, ...local })
}
