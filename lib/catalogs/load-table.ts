import type { Actor } from '#lib/auth/actor.ts'
import { database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { loadAccess } from '#lib/grants/load-access.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { readMetadataFile } from '#lib/iceberg/catalog/metadata-file.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'
import type { CatalogRow } from './connections/connection-credential.ts'
import { loadForeignTable } from './foreign/foreign-reads.ts'
import { getCatalog } from './get-catalog.ts'
import { getNamespace } from './get-namespace.ts'
import type { TableRow } from './table-item.ts'
import type { TableReference } from './table-reference.ts'

/** A table with its metadata; `row` is null in another server's catalog. */
export interface LoadedTable {
  catalog: string
  row: TableRow | null
  table: Table
}

/**
 * The row of a table of the built-in catalog, which is what pipelines and maintenance work on.
 * @throws AppError `not-found` when catalog, namespace or table is not there or closed to the actor; `unsupported` for another server's catalog
 */
export async function getTableRow(reference: TableReference, actor: Actor): Promise<TableRow> {
  const catalog = await getCatalog(database(), reference.catalog)
  if (catalog.kind === 'rest') {
    throw new AppError(
      'unsupported',
      `The catalog "${catalog.name}" is another server's: Firn shows its tables and does not maintain them.`,
      { context: { ...reference } },
    )
  }
  return findRow(catalog, reference, actor)
}

async function findRow(catalog: CatalogRow, reference: TableReference, actor: Actor): Promise<TableRow> {
  const { namespace, table } = reference
  const access = await loadAccess(database(), catalog.name, actor)
  const { id: namespaceId } = await getNamespace(database(), catalog, namespace, access)
  const row = await database().icebergTable.findUnique({
    where: { namespaceId_name: { namespaceId, name: table } },
    include: { namespace: { include: { catalog: { select: { name: true } } } } },
  })
  if (row && access.seesTable(namespace, table)) return row
  throw new AppError('not-found', `The namespace ${namespace.join('.')} has no table "${table}".`, {
    context: { ...reference },
  })
}

/**
 * A table as of now, of any catalog. Metadata files are read once: they never change, and lib/iceberg keeps what it has read.
 * @throws AppError `not-found`; `corrupt` or `unavailable` when its metadata file can't be read
 */
export async function loadTable(reference: TableReference, actor: Actor): Promise<LoadedTable> {
  const catalog = await getCatalog(database(), reference.catalog)
  const identifier = { namespace: reference.namespace, name: reference.table }
  if (catalog.kind === 'rest') {
    return { catalog: catalog.name, row: null, table: await loadForeignTable(catalog, identifier) }
  }
  const row = await findRow(catalog, reference, actor)
  const io = fileIO()
  const { metadataLocation } = row
  const metadata = await readMetadataFile(io, metadataLocation)
  return { catalog: catalog.name, row, table: { identifier, metadataLocation, metadata, io } }
}
