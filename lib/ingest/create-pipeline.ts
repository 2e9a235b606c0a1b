import type { Database } from '#lib/db.ts'
import { AppError, isAppError } from '#lib/errors.ts'
import type { BuiltInCatalog, BuiltInTable } from '#lib/iceberg/catalog/built-in-catalog.ts'
import type { CreateTableRequest, TableIdentifier } from '#lib/iceberg/catalog/catalog.ts'
import { errorTablePartitionSpec, errorTableSchema } from '#lib/mappings/error-table.ts'
import {
  recipeEventsPartitionSpec,
  recipeEventsSchema,
  recipeEventsSortOrder,
} from '#lib/mappings/recipe-events.ts'
import { parseTableName } from './parse-table-name.ts'

const mappings = {
  'recipe-events': {
    schema: recipeEventsSchema,
    partitionSpec: recipeEventsPartitionSpec,
    sortOrder: recipeEventsSortOrder,
  },
} as const

/** Defaults of the Iceberg specification's implementations, written down so that other engines do the same. */
const properties = {
  'write.format.default': 'parquet',
  'write.parquet.compression-codec': 'zstd',
}

/**
 * Makes a pipeline with its namespace, its table and its error table `<table>_errors`; what exists already is used.
 * @throws AppError `bad-input` for an unknown mapping or a bad table name, `already-exists` for a used pipeline name.
 */
export async function createPipeline(
  context: { db: Database; catalog: BuiltInCatalog },
  pipeline: { name: string; mapping: string; table: string },
): Promise<{ id: string; tableId: string; errorTableId: string }> {
  const { db, catalog } = context
  const mapping = mappings[pipeline.mapping as keyof typeof mappings]
  if (!mapping) {
    throw new AppError(
      'bad-input',
      `There is no mapping "${pipeline.mapping}"; choose one of ${Object.keys(mappings).join(', ')}.`,
    )
  }
  if ((await db.pipeline.count({ where: { name: pipeline.name } })) > 0) {
    throw new AppError(
      'already-exists',
      `A pipeline named "${pipeline.name}" exists already; choose another name.`,
    )
  }
  const identifier = parseTableName(pipeline.table)
  for (let depth = 1; depth <= identifier.namespace.length; depth += 1) {
    await unlessExists(catalog.createNamespace(identifier.namespace.slice(0, depth)))
  }
  const table = await getOrCreate(catalog, identifier, { ...mapping, properties })
  const errorTable = await getOrCreate(
    catalog,
    { ...identifier, name: `${identifier.name}_errors` },
    { schema: errorTableSchema, partitionSpec: errorTablePartitionSpec, properties },
  )
  const row = await db.pipeline.create({
    data: {
      name: pipeline.name,
      mapping: pipeline.mapping,
      tableId: table.id,
      errorTableId: errorTable.id,
    },
  })
  return { id: row.id, tableId: table.id, errorTableId: errorTable.id }
}

async function unlessExists(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!isAppError(error, 'already-exists')) throw error
  }
}

async function getOrCreate(
  catalog: BuiltInCatalog,
  identifier: TableIdentifier,
  request: CreateTableRequest,
): Promise<BuiltInTable> {
  try {
    return await catalog.createTable(identifier, request)
  } catch (error) {
    if (!isAppError(error, 'already-exists')) throw error
    return catalog.loadTable(identifier)
  }
}
