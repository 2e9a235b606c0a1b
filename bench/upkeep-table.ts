import { mkdir, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { appendFiles } from '../lib/iceberg/actions/append-files.ts'
import type { BuiltInCatalog, BuiltInTable } from '../lib/iceberg/catalog/built-in-catalog.ts'
import { commitWithRetry } from '../lib/iceberg/commit/commit-with-retry.ts'
import type { DataFile } from '../lib/iceberg/spec/data-file.ts'

export const snapshots = 500
export const orphans = 2_000

/** A table of 500 appends with a small file each: 500 snapshots, none of whose data files goes with them. */
export async function makeUpkeepTable(catalog: BuiltInCatalog, name: string): Promise<BuiltInTable> {
  const identifier = { namespace: ['bench'], name }
  await catalog.createNamespace(identifier.namespace).catch(() => undefined)
  const { metadata } = await catalog.createTable(identifier, {
    schema: {
      schemaId: 0,
      fields: [
        { id: 1, name: 'id', required: false, type: 'long' },
        { id: 2, name: 'v', required: false, type: 'string' },
      ],
    },
  })
  const folder = path.join(fileURLToPath(metadata.location), 'data')
  await mkdir(folder, { recursive: true })
  for (let at = 0; at < snapshots; at += 1) {
    const name = `${String(at).padStart(5, '0')}.parquet`
    await writeFile(path.join(folder, name), Buffer.alloc(900, 'x'))
    const file: DataFile = {
      content: 'data',
      filePath: `${metadata.location}/data/${name}`,
      fileFormat: 'PARQUET',
      specId: 0,
      partition: {},
      recordCount: 10n,
      fileSizeInBytes: 900n,
    }
    await commitWithRetry(catalog, identifier, appendFiles({ files: [file] }))
  }
  return catalog.loadTable(identifier)
}

/** Files of 1 kB that nothing refers to, last written long ago. */
export async function makeOrphans(location: string): Promise<void> {
  const folder = path.join(fileURLToPath(location), 'data')
  for (let at = 0; at < orphans; at += 1) {
    const file = path.join(folder, `orphan-${String(at).padStart(5, '0')}.parquet`)
    await writeFile(file, Buffer.alloc(1_000, 'x'))
    await utimes(file, 1, 1)
  }
}
