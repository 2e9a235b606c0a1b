import type { TableItem } from '#lib/api/catalog-schemas.ts'
import { isAppError } from '#lib/errors.ts'
import { pointerTotals } from '#lib/iceberg/catalog/built-in-totals.ts'
import type { Table, TableIdentifier } from '#lib/iceberg/catalog/catalog.ts'
import type { CatalogRow } from '../connections/connection-credential.ts'
import { averageBytes } from '../table-item.ts'
import { formatNamespace } from '../table-reference.ts'
import { loadForeignTable } from './foreign-reads.ts'

/** What Firn knows of a table only by a row of its own. */
const withoutRow = { id: null, partitions: null, health: null, createdAt: null }

const place = (catalog: string, identifier: TableIdentifier) => ({
  catalog,
  namespace: formatNamespace(identifier.namespace),
  name: identifier.name,
})

/** The public fields of another catalog's table, from its metadata. */
export function foreignTableItem(catalog: string, { identifier, metadata }: Table) {
  const totals = pointerTotals(metadata)
  const [dataFiles, bytes] = [Number(totals.dataFiles), Number(totals.bytes)]
  return {
    ...withoutRow,
    ...place(catalog, identifier),
    tableUuid: metadata.tableUuid,
    location: metadata.location,
    formatVersion: metadata.formatVersion,
    currentSnapshotId: totals.currentSnapshotId?.toString() ?? null,
    records: Number(totals.records),
    dataFiles,
    bytes,
    averageFileBytes: averageBytes(bytes, dataFiles),
    lastCommitAt: totals.lastCommitAt?.toISOString() ?? null,
    problem: null,
  }
}

/** A table for a list; one that can't be loaded is listed with the reason instead of failing the others. */
export async function readForeignTableItem(row: CatalogRow, identifier: TableIdentifier): Promise<TableItem> {
  try {
    return foreignTableItem(row.name, await loadForeignTable(row, identifier))
  } catch (error) {
    if (!isAppError(error)) throw error
    return {
      ...withoutRow,
      ...place(row.name, identifier),
      tableUuid: null,
      location: null,
      formatVersion: null,
      currentSnapshotId: null,
      records: null,
      dataFiles: null,
      bytes: null,
      averageFileBytes: null,
      lastCommitAt: null,
      problem: error.userMessage,
    }
  }
}
