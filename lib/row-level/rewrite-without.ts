import path from 'node:path'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import { partitionKey } from '#lib/iceberg/spec/partition-type.ts'
import { currentSchema, specById } from '#lib/iceberg/spec/table-metadata.ts'
import { tableOrder } from '#lib/maintenance/rewrite-order.ts'
import { localTableScan } from './local-table-scan.ts'
import type { PlacedFiles } from './placed-files.ts'
import type { PlannedChange, RowChangeContext } from './row-change.ts'

/** Property `write.target-file-size-bytes`. */
const defaultTargetBytes = 512 * 1024 * 1024

/**
 * Copy-on-write: writes the rows of the planned files for which the filter does not hold again, partition by partition, in
 * the table's sort order and with their row lineage. Files without matching rows are left alone.
 * @returns the files to be removed, and those that take their place
 */
export async function rewriteWithout<Tx>(
  { engine, workDirectory, signal }: RowChangeContext<Tx>,
  { table, filter, partly }: PlannedChange,
  placed: PlacedFiles,
): Promise<{ remove: DataFile[]; add: DataFile[] }> {
  if (partly.length === 0) return { remove: [], add: [] }
  const { metadata } = table
  const options = signal ? { signal } : {}
  const rowLineage = metadata.formatVersion === 3
  const scan = await localTableScan(table, partly, { rowLineage })
  const { deleted } = await engine.run(
    'deleteRows',
    { scan, filter, as: 'counts', outputDirectory: workDirectory },
    options,
  )
  const matching = deleted.flatMap(({ file }) => partly[file] ?? [])
  const partitions = Map.groupBy(matching, ({ file }) =>
    partitionKey(specById(metadata, file.specId), file.partition),
  )
  const targetBytes = Number(metadata.properties['write.target-file-size-bytes'])
  const { sortOrderId, ...order } = tableOrder(metadata)
  const add: DataFile[] = []
  for (const [key, tasks] of partitions) {
    const [first] = tasks
    if (!first) continue
    const part = await localTableScan(table, tasks, { rowLineage })
    const { files } = await engine.run(
      'rewriteDataFiles',
      {
        inputs: part.files.map((file) => file.path),
        scan: part,
        without: filter,
        schema: currentSchema(metadata),
        spec: specById(metadata, first.file.specId),
        partition: first.file.partition,
        outputDirectory: path.join(workDirectory, `rewritten-${[...partitions.keys()].indexOf(key)}`),
        targetFileSizeBytes: targetBytes > 0 ? targetBytes : defaultTargetBytes,
        ...order,
      },
      options,
    )
    for (const { localPath, relativePath, dataFile } of files) {
      if (dataFile.recordCount === 0n) continue
      const filePath = `${metadata.location}/data/${relativePath}`
      await placed.place(localPath, filePath)
      add.push({ ...dataFile, filePath, ...(sortOrderId === undefined ? {} : { sortOrderId }) })
    }
  }
  return { remove: matching.map(({ file }) => file), add }
}
