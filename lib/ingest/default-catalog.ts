import type { Database } from '#lib/db.ts'
import { env } from '#lib/env.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { createBuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import type { FileIO } from '#lib/storage/file-io.ts'

/** Name of the catalog that Firn's own pipelines write to. */
export const defaultCatalogName = 'firn'

/** The built-in catalog over the environment's warehouse; made on first use. */
export async function openDefaultCatalog(db: Database, io: FileIO): Promise<BuiltInCatalog> {
  return createBuiltInCatalog({ db, io, name: defaultCatalogName, warehouse: env().WAREHOUSE_LOCATION })
}
