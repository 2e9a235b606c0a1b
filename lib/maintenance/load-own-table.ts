import type { Actor } from '#lib/auth/actor.ts'
import { getTableRow } from '#lib/catalogs/load-table.ts'
import { type TableReference, tableReference } from '#lib/catalogs/table-reference.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { readMetadataFile } from '#lib/iceberg/catalog/metadata-file.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'

/**
 * A table that Firn maintains, as of now, by the parameters of a route.
 * @throws AppError `not-found`; `unsupported` for a table of another server
 */
export async function loadOwnTable(
  params: { catalog: string; namespace: string; table: string },
  actor: Actor,
): Promise<Table & { id: string; reference: TableReference }> {
  const reference = tableReference(params)
  const { id, metadataLocation } = await getTableRow(reference, actor)
  const io = fileIO()
  const metadata = await readMetadataFile(io, metadataLocation)
  const identifier = { namespace: reference.namespace, name: reference.table }
  return { id, reference, identifier, metadataLocation, metadata, io }
}
