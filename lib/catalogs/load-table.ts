import { database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { readMetadataFile } from '#lib/iceberg/catalog/metadata-file.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'
import { getNamespace } from './get-namespace.ts'
import type { TableRow } from './table-item.ts'
import type { TableReference } from './table-reference.ts'

/** A table's row in the catalog with the metadata it points to. */
export interface LoadedTable {
  row: TableRow
  table: Table
}

/** @throws AppError `not-found` when catalog, namespace or table is not there */
export async function getTableRow(reference: TableReference): Promise<TableRow> {
  const { id: namespaceId } = await getNamespace(database(), reference.catalog, reference.namespace)
  const row = await database().icebergTable.findUnique({
    where: { namespaceId_name: { namespaceId, name: reference.table } },
    include: { namespace: { include: { catalog: { select: { name: true } } } } },
  })
  if (row) return row
  throw new AppError(
    'not-found',
    `The namespace ${reference.namespace.join('.')} has no table "${reference.table}".`,
    { context: { ...reference } },
  )
}

/**
 * A table as of now. Its metadata file is read once: files never change, and lib/iceberg keeps what it has read.
 * @throws AppError `not-found`; `corrupt` or `unavailable` when its metadata file can't be read
 */
export async function loadTable(reference: TableReference): Promise<LoadedTable> {
  const row = await getTableRow(reference)
  const io = fileIO()
  const metadata = await readMetadataFile(io, row.metadataLocation)
  const identifier = { namespace: reference.namespace, name: reference.table }
  return { row, table: { identifier, metadataLocation: row.metadataLocation, metadata, io } }
}
