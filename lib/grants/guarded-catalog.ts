import type { Actor } from '#lib/auth/actor.ts'
import type { Database, Transaction } from '#lib/db.ts'
import type {
  BuiltInCatalog,
  BuiltInTable,
  ListBounds,
  LocatedTable,
  TableCommit,
} from '#lib/iceberg/catalog/built-in-catalog.ts'
import { cannotUndrop, type DroppedTable } from '#lib/iceberg/catalog/built-in-tables.ts'
import type {
  CommitRequest,
  CreateTableRequest,
  Namespace,
  NamespaceChange,
  NamespaceChanged,
  RegisterOptions,
  TableIdentifier,
  Within,
} from '#lib/iceberg/catalog/catalog.ts'
import { catalogProblem } from '#lib/iceberg/catalog/problem.ts'
import type { ViewCatalog } from '#lib/iceberg/catalog/view-catalog.ts'
import type { TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { type Access, allowsWrite } from './access.ts'
import { Guard } from './guard.ts'
import { GuardedViews } from './guarded-views.ts'
import { loadAccess } from './load-access.ts'
import { visiblePage } from './visible-page.ts'

/** The catalog as one actor may see and change it; the catalog itself when nothing in it is closed to them. */
export async function guardCatalog(
  db: Database,
  catalog: BuiltInCatalog,
  actor: Actor,
): Promise<BuiltInCatalog> {
  const access = await loadAccess(db, catalog.name, actor)
  return access.isOpen ? catalog : new GuardedCatalog(catalog, new Guard(access, actor))
}

class GuardedCatalog implements BuiltInCatalog {
  readonly name: string
  readonly views: ViewCatalog
  readonly #catalog: BuiltInCatalog
  readonly #guard: Guard

  constructor(catalog: BuiltInCatalog, guard: Guard) {
    this.name = catalog.name
    this.views = new GuardedViews(catalog.views, guard)
    this.#catalog = catalog
    this.#guard = guard
  }

  async listNamespaces(parent: string[] = [], bounds: ListBounds<string[]> = {}): Promise<Namespace[]> {
    if (parent.length > 0) this.#guard.seeNamespace(parent)
    return visiblePage(bounds, {
      read: (within) => this.#catalog.listNamespaces(parent, within),
      isVisible: ({ levels }) => this.#guard.access.seesNamespace(levels),
      keyOf: ({ levels }) => levels,
    })
  }

  async createNamespace(levels: string[], properties?: Record<string, string>): Promise<Namespace> {
    if (levels.length > 1) this.#guard.changeNamespace(levels.slice(0, -1))
    return this.#catalog.createNamespace(levels, properties)
  }

  async loadNamespace(levels: string[]): Promise<Namespace> {
    this.#guard.seeNamespace(levels)
    return this.#catalog.loadNamespace(levels)
  }

  async updateNamespaceProperties(levels: string[], change: NamespaceChange): Promise<NamespaceChanged> {
    this.#guard.changeNamespace(levels)
    return this.#catalog.updateNamespaceProperties(levels, change)
  }

  async dropNamespace(levels: string[]): Promise<void> {
    this.#guard.changeNamespace(levels)
    return this.#catalog.dropNamespace(levels)
  }

  async listTables(namespace: string[], bounds: ListBounds<string> = {}): Promise<TableIdentifier[]> {
    this.#guard.seeNamespace(namespace)
    return visiblePage(bounds, {
      read: (within) => this.#catalog.listTables(namespace, within),
      isVisible: ({ name }) => this.#guard.access.seesTable(namespace, name),
      keyOf: ({ name }) => name,
    })
  }

  async locateTable(identifier: TableIdentifier): Promise<LocatedTable> {
    this.#guard.see('table', identifier)
    return this.#catalog.locateTable(identifier)
  }

  async readTable(located: LocatedTable): Promise<BuiltInTable> {
    this.#guard.see('table', located.identifier)
    return this.#catalog.readTable(located)
  }

  async loadTable(identifier: TableIdentifier): Promise<BuiltInTable> {
    this.#guard.see('table', identifier)
    return this.#catalog.loadTable(identifier)
  }

  async loadTableById(id: string): Promise<BuiltInTable> {
    const table = await this.#catalog.loadTableById(id)
    if (this.#guard.access.seesTable(table.identifier.namespace, table.identifier.name)) return table
    throw catalogProblem('not-found', 'no-table', `There is no table with the id ${id}.`)
  }

  async stageTable(identifier: TableIdentifier, request: CreateTableRequest): Promise<TableMetadata> {
    this.#guard.make(identifier)
    return this.#catalog.stageTable(identifier, request)
  }

  async createTable(identifier: TableIdentifier, request: CreateTableRequest): Promise<BuiltInTable> {
    this.#guard.make(identifier)
    return this.#catalog.createTable(identifier, request)
  }

  async commitTable(
    identifier: TableIdentifier,
    request: CommitRequest,
    within?: Within<Transaction>,
  ): Promise<BuiltInTable> {
    this.#commit({ identifier, request })
    return this.#catalog.commitTable(identifier, request, within)
  }

  async commitTransaction(commits: readonly TableCommit[]): Promise<void> {
    for (const commit of commits) this.#commit(commit)
    return this.#catalog.commitTransaction(commits)
  }

  #commit({ identifier, request }: TableCommit): void {
    const creates = request.requirements.some(({ type }) => type === 'assert-create')
    if (creates) this.#guard.make(identifier)
    else this.#guard.change('table', identifier)
  }

  async registerTable(
    identifier: TableIdentifier,
    metadataLocation: string,
    options?: RegisterOptions,
  ): Promise<BuiltInTable> {
    this.#guard.make(identifier)
    return this.#catalog.registerTable(identifier, metadataLocation, options) as Promise<BuiltInTable>
  }

  async renameTable(from: TableIdentifier, to: TableIdentifier): Promise<void> {
    this.#guard.change('table', from)
    this.#guard.make(to)
    return this.#catalog.renameTable(from, to)
  }

  async dropTable(identifier: TableIdentifier, options?: { purge?: boolean }): Promise<void> {
    this.#guard.change('table', identifier)
    return this.#catalog.dropTable(identifier, options)
  }

  async listDropped(namespace?: string[]): Promise<DroppedTable[]> {
    if (namespace) this.#guard.seeNamespace(namespace)
    const dropped = await this.#catalog.listDropped(namespace)
    return dropped.filter((table) => this.#toDropped(table) !== 'none')
  }

  async undropTable(id: string, to?: TableIdentifier): Promise<BuiltInTable> {
    const table = (await this.listDropped()).find((one) => one.id === id)
    if (!table) throw cannotUndrop(id)
    if (!allowsWrite(this.#toDropped(table)))
      throw this.#guard.readOnly(`dropped table ${table.identifier.name}`)
    this.#guard.changeNamespace((to ?? table.identifier).namespace)
    return this.#catalog.undropTable(id, to)
  }

  #toDropped({ id, identifier }: DroppedTable): Access {
    return this.#guard.access.toDropped(id, identifier.namespace)
  }
}
