import type { Actor } from '#lib/auth/actor.ts'
import { roleIncludes } from '#lib/auth/roles.ts'
import { getCatalog } from '#lib/catalogs/get-catalog.ts'
import { getNamespace } from '#lib/catalogs/get-namespace.ts'
import { getTableRow } from '#lib/catalogs/load-table.ts'
import { formatNamespace, parseNamespace } from '#lib/catalogs/table-reference.ts'
import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { Guard } from '#lib/grants/guard.ts'
import { loadAccess } from '#lib/grants/load-access.ts'
import { readMetadataFile } from '#lib/iceberg/catalog/metadata-file.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'
import { currentSchema } from '#lib/iceberg/spec/table-metadata.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'
import type { PolicyPlace } from './effective-policy.ts'

/** A catalog, a namespace or a table as the API names it; `namespace` is the URL segment. */
export interface PolicyScopeName {
  catalog: string
  namespace?: string | undefined
  table?: string | undefined
}

/** A scope that is there. */
export interface PolicyScope {
  catalogId: string
  catalog: string
  levels: string[]
  table: string | null
  namespaceId: string | null
  tableId: string | null
  /** the key of its stored policy */
  securableId: string
  place: PolicyPlace
  /** of a table */
  properties: Record<string, string>
  /** of a table, its current one */
  schema: Schema | null
}

/** `catalog.namespace.table`, as the audit trail and errors name it. */
export const scopeText = ({ catalog, levels, table }: Pick<PolicyScope, 'catalog' | 'levels' | 'table'>) =>
  [catalog, ...levels, ...(table === null ? [] : [table])].join('.')

/** A scope as the API's answers name it. */
export const scopeName = ({ catalog, levels, table }: Pick<PolicyScope, 'catalog' | 'levels' | 'table'>) => ({
  catalog,
  namespace: levels.length === 0 ? null : formatNamespace(levels),
  table,
})

/**
 * Finds a scope.
 * @throws AppError `not-found` when it is not there or closed to the actor; `unsupported` for another server's catalog;
 *   `bad-input` for a table without its namespace
 */
export async function getPolicyScope(
  db: Database,
  name: PolicyScopeName,
  actor: Actor,
): Promise<PolicyScope> {
  const catalog = await getCatalog(db, name.catalog)
  if (catalog.kind === 'rest') {
    throw new AppError(
      'unsupported',
      `The catalog "${catalog.name}" is another server's: Firn shows its tables and does not maintain them.`,
    )
  }
  const found = { catalogId: catalog.id, catalog: catalog.name, properties: {}, schema: null }
  const whole = { levels: [], table: null, namespaceId: null, tableId: null }
  if (name.namespace === undefined) {
    if (name.table === undefined) {
      return { ...found, ...whole, securableId: catalog.id, place: { kind: 'catalog' } }
    }
    throw new AppError('bad-input', `The table "${name.table}" needs its namespace, too.`)
  }
  const levels = parseNamespace(name.namespace)
  if (name.table === undefined) {
    const access = await loadAccess(db, catalog.name, actor)
    const { id } = await getNamespace(db, catalog, levels, access)
    const place = { kind: 'namespace' as const, levels }
    return { ...found, ...whole, levels, namespaceId: id, securableId: id, place }
  }
  const reference = { catalog: catalog.name, namespace: levels, table: name.table }
  const row = await getTableRow(reference, actor)
  const metadata = await readMetadataFile(fileIO(), row.metadataLocation)
  return {
    ...found,
    levels,
    table: row.name,
    namespaceId: row.namespaceId,
    tableId: row.id,
    securableId: row.id,
    place: { kind: 'table' },
    properties: metadata.properties,
    schema: currentSchema(metadata),
  }
}

/**
 * Refuses a change of a scope's policy to those who may not change what it is about. A catalog's policy reaches tables
 * that are closed to most people, so it is for administrators.
 * @throws AppError `forbidden`
 */
export async function assertMayChange(db: Database, scope: PolicyScope, actor: Actor): Promise<void> {
  const { catalog, levels, table } = scope
  if (levels.length === 0) {
    if (roleIncludes(actor.role, 'admin')) return
    throw new AppError(
      'forbidden',
      `The policy of the catalog ${catalog} counts for all of its tables: it needs the role admin; ${actor.name} has the role ${actor.role}.`,
    )
  }
  const guard = new Guard(await loadAccess(db, catalog, actor), actor)
  if (table === null) guard.changeNamespace(levels)
  else guard.change('table', { namespace: levels, name: table })
}
