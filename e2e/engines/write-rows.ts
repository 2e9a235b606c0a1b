import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { fieldIdsOption } from '#lib/engine/duckdb-types.ts'
import type { Engine } from '#lib/engine/engine.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'
import type { PartitionValue } from '#lib/iceberg/spec/partition-value.ts'
import { currentSchema, defaultSpec } from '#lib/iceberg/spec/table-metadata.ts'

/** Rows that Firn writes: a SELECT, and the partition they are all of. */
export interface NewRows {
  select: string
  partition?: Record<string, PartitionValue>
}

/** Writes rows as data files of a table, to be committed. `directory`: a local folder for work. */
export async function writeRows(
  engine: Engine,
  { metadata, io }: Table,
  directory: string,
  rows: readonly NewRows[],
): Promise<DataFile[]> {
  const schema = currentSchema(metadata)
  const placed: DataFile[] = []
  for (const { select, partition = {} } of rows) {
    const outputDirectory = path.join(directory, randomUUID())
    await mkdir(outputDirectory, { recursive: true })
    const raw = path.join(outputDirectory, 'raw.parquet')
    await engine.run('query', {
      sql: `COPY (${select}) TO '${raw}' (FORMAT parquet, FIELD_IDS ${fieldIdsOption(schema.fields)})`,
    })
    const { files } = await engine.run('rewriteDataFiles', {
      inputs: [raw],
      schema,
      spec: defaultSpec(metadata),
      partition,
      outputDirectory,
    })
    for (const { localPath, relativePath, dataFile } of files) {
      const filePath = `${metadata.location}/data/${relativePath}`
      await io.publish([{ localPath, location: filePath }])
      placed.push({ ...dataFile, filePath })
    }
  }
  return placed
}
