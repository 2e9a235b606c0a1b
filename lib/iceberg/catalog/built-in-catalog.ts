import { randomBytes, randomUUID } from 'node:crypto'
import type { Database, Transaction } from '../../db.ts'
import { AppError, isAppError, messageOf } from '../../errors.ts'
import type { FileIO } from '../../storage/file-io.ts'
import { applyUpdates } from '../commit/apply-updates.ts'
import { checkRequirements } from '../commit/check-requirements.ts'
import { newTableMetadata, tableMetadataFromUpdates } from '../commit/new-table-metadata.ts'
import type { TableUpdate } from '../commit/table-update.ts'
import type { TableMetadata } from '../spec/table-metadata.ts'
import { landChanges, type PointerChange, registerPointer, tableExists } from './built-in-commit.ts'
import { BuiltInNamespaces } from './built-in-namespaces.ts'
import { folderName, validateName } from './built-in-rules.ts'
import { BuiltInTables, type DroppedTable } from './built-in-tables.ts'
import { BuiltInViews } from './built-in-views.ts'
import {
  type Catalog,
  type CommitRequest,
  type Committed,
  type CreateTableRequest,
  formatIdentifier,
  type Namespace,
  type NamespaceChange,
  type NamespaceChanged,
  type RegisterOptions,
  type Table,
  type TableIdentifier,
  type Within,
} from './catalog.ts'
import { readMetadataFile } from './metadata-file.ts'
import type { ViewCatalog } from './view-catalog.ts'
import { assertBelow } from './warehouse-locations.ts'

/** A table of the built-in catalog; `id` is the primary key of its row, which runs and staged files refer to. */
export interface BuiltInTable extends Table {
  id: string
}

/** A table whose metadata has not been read. */
export type LocatedTable = Pick<BuiltInTable, 'id' | 'identifier' | 'metadataLocation'>

export interface BuiltInCatalogOptions {
  db: Database
  io: FileIO
  name: string
  /** Location under which tables are made, e.g. `file:///data/warehouse`. Tables that exist stay where they are. */
  warehouse: string
}

/** A page of a list: what comes after the last key of the page before. One item more than `limit` is given. */
export interface ListBounds<Key> {
  after?: Key
  limit?: number
}

/** One table's part of a transaction. */
export interface TableCommit {
  identifier: TableIdentifier
  request: CommitRequest
}

/** The catalog in our own Postgres: the pointer swap and `within` are one transaction. */
export interface BuiltInCatalog extends Catalog<Transaction> {
  readonly views: ViewCatalog
  listNamespaces(parent?: string[], bounds?: ListBounds<string[]>): Promise<Namespace[]>
  listTables(namespace: string[], bounds?: ListBounds<string>): Promise<TableIdentifier[]>
  loadTable(identifier: TableIdentifier): Promise<BuiltInTable>
  /** Where a table's metadata file is: enough to know whether it changed, without reading it. */
  locateTable(identifier: TableIdentifier): Promise<LocatedTable>
  /** Reads what was located. */
  readTable(located: LocatedTable): Promise<BuiltInTable>
  createTable(identifier: TableIdentifier, request: CreateTableRequest): Promise<BuiltInTable>
  /** Metadata of a table that a later commit with `assert-create` makes; nothing is stored. */
  stageTable(identifier: TableIdentifier, request: CreateTableRequest): Promise<TableMetadata>
  commitTable(
    identifier: TableIdentifier,
    request: CommitRequest,
    within?: Within<Transaction>,
  ): Promise<BuiltInTable>
  /** `within` is done in the transaction that makes the table. */
  registerTable(
    identifier: TableIdentifier,
    metadataLocation: string,
    options?: RegisterOptions,
    within?: (tx: Transaction, made: { id: string }) => Promise<void>,
  ): Promise<BuiltInTable>
  /** Commits to many tables: all of it lands or nothing. */
  commitTransaction(commits: readonly TableCommit[]): Promise<void>
  loadTableById(id: string): Promise<BuiltInTable>
  listDropped(namespace?: string[]): Promise<DroppedTable[]>
  undropTable(id: string, to?: TableIdentifier): Promise<BuiltInTable>
}

/** Opens the catalog with a name, and makes it on first use. @throws AppError `conflict` for another server's catalog */
export async function createBuiltInCatalog(options: BuiltInCatalogOptions): Promise<BuiltInCatalog> {
  const warehouse = options.warehouse.replace(/\/+$/, '')
  const { name } = options
  const known = await options.db.catalog.findUnique({ where: { name }, select: { kind: true } })
  if (known && known.kind !== 'built-in') {
    throw new AppError('conflict', `The catalog "${name}" is a connection to another server.`)
  }
  const { id } = await options.db.catalog.upsert({
    where: { name },
    create: { name, warehouse },
    update: { warehouse },
    select: { id: true },
  })
  return new PostgresCatalog(options, id, warehouse)
}

/** What a pointer change leads to, before it is written. `unchanged`: the table is as the commit wants it already. */
type Planned = { id: string; identifier: TableIdentifier } & (
  | { change: PointerChange }
  | { unchanged: Committed; change: PointerChange }
)

class PostgresCatalog implements BuiltInCatalog {
  readonly name: string
  readonly views: ViewCatalog
  readonly #db: Database
  readonly #io: FileIO
  readonly #warehouse: string
  readonly #namespaces: BuiltInNamespaces
  readonly #tables: BuiltInTables

  constructor({ db, io, name }: BuiltInCatalogOptions, id: string, warehouse: string) {
    this.name = name
    this.#db = db
    this.#io = io
    this.#warehouse = warehouse
    this.#namespaces = new BuiltInNamespaces(db, id)
    this.#tables = new BuiltInTables(db, id, this.#namespaces)
    this.views = new BuiltInViews({ db, io, namespaces: this.#namespaces, warehouse })
  }

  listNamespaces(parent: string[] = [], bounds: ListBounds<string[]> = {}): Promise<Namespace[]> {
    return this.#namespaces.list(parent, bounds)
  }

  createNamespace(levels: string[], properties: Record<string, string> = {}): Promise<Namespace> {
    return this.#namespaces.create(levels, properties)
  }

  loadNamespace(levels: string[]): Promise<Namespace> {
    return this.#namespaces.load(levels)
  }

  updateNamespaceProperties(levels: string[], change: NamespaceChange): Promise<NamespaceChanged> {
    return this.#namespaces.update(levels, change)
  }

  dropNamespace(levels: string[]): Promise<void> {
    return this.#namespaces.drop(levels)
  }

  listTables(namespace: string[], bounds: ListBounds<string> = {}): Promise<TableIdentifier[]> {
    return this.#tables.list(namespace, bounds)
  }

  async locateTable(identifier: TableIdentifier): Promise<LocatedTable> {
    return { ...(await this.#tables.get(identifier)), identifier }
  }

  async readTable({ id, identifier, metadataLocation }: LocatedTable): Promise<BuiltInTable> {
    const metadata = await readMetadataFile(this.#io, metadataLocation)
    return this.#table(id, identifier, { metadata, metadataLocation })
  }

  async loadTable(identifier: TableIdentifier): Promise<BuiltInTable> {
    return this.readTable(await this.locateTable(identifier))
  }

  async loadTableById(id: string): Promise<BuiltInTable> {
    return this.readTable(await this.#tables.getById(id))
  }

  #table(id: string, identifier: TableIdentifier, committed: Committed): BuiltInTable {
    return { id, identifier, ...committed, io: this.#io }
  }

  async stageTable(identifier: TableIdentifier, request: CreateTableRequest): Promise<TableMetadata> {
    validateName('table', identifier.name)
    await this.#namespaces.get(identifier.namespace)
    if (await this.#tables.find(identifier)) throw tableExists(identifier)
    if (request.location !== undefined) assertBelow('table location', request.location, [this.#warehouse])
    const metadata = newTableMetadata(request.location ?? this.#newLocation(identifier), request)
    assertMetadataStays(metadata, [this.#warehouse])
    return metadata
  }

  /** A suffix of its own keeps a table's files apart from those of a dropped table of the same name. */
  #newLocation({ namespace, name }: TableIdentifier): string {
    const folder = [...namespace, `${name}-${randomBytes(4).toString('hex')}`]
    return [this.#warehouse, ...folder.map(folderName)].join('/')
  }

  async createTable(identifier: TableIdentifier, request: CreateTableRequest): Promise<BuiltInTable> {
    const metadata = await this.stageTable(identifier, request)
    const { id: namespaceId } = await this.#namespaces.get(identifier.namespace)
    return this.#land({ id: randomUUID(), identifier, metadata, namespaceId })
  }

  async #land(change: PointerChange, within?: Within<Transaction>): Promise<BuiltInTable> {
    const [committed] = await landChanges(
      { db: this.#db, io: this.#io },
      [change],
      within && (async (tx, [landed]) => landed && (await within(tx, landed))),
    )
    if (!committed) throw new AppError('internal', 'A commit of one table landed without a result.')
    return this.#table(change.id, change.identifier, committed)
  }

  async commitTable(
    identifier: TableIdentifier,
    request: CommitRequest,
    within?: Within<Transaction>,
  ): Promise<BuiltInTable> {
    const planned = await this.#plan({ identifier, request })
    if ('unchanged' in planned && !within) return this.#table(planned.id, identifier, planned.unchanged)
    return this.#land(planned.change, within)
  }

  async commitTransaction(commits: readonly TableCommit[]): Promise<void> {
    const names = commits.map(({ identifier }) => JSON.stringify(identifier))
    if (new Set(names).size < names.length) {
      throw new AppError(
        'bad-input',
        'A transaction names a table twice. Expected one change for each table.',
      )
    }
    const changes: PointerChange[] = []
    for (const commit of commits) {
      const planned = await this.#plan(commit)
      // A table that stays as it is still has to be what the requirements said when the others land.
      changes.push(planned.change)
    }
    if (changes.length > 0) await landChanges({ db: this.#db, io: this.#io }, changes)
  }

  /** What a commit makes of its table as it is now. */
  async #plan({ identifier, request }: TableCommit): Promise<Planned> {
    const { requirements, updates } = request
    const row = await this.#tables.find(identifier)
    if (requirements.some(({ type }) => type === 'assert-create')) {
      return this.#planCreate(identifier, request, row !== null)
    }
    const { id, metadataLocation } = row ?? (await this.#tables.get(identifier))
    const base =
      request.base?.metadataLocation === metadataLocation
        ? request.base.metadata
        : await readMetadataFile(this.#io, metadataLocation)
    checkRequirements(base, requirements)
    assertUpdatesStay(updates, [this.#warehouse, base.location])
    const metadata = applyUpdates(base, updates)
    assertMetadataStays(metadata, [this.#warehouse, base.location])
    const previous = { metadata: base, metadataLocation }
    const change: PointerChange = { id, identifier, metadata, previous }
    return metadata === base ? { id, identifier, change, unchanged: previous } : { id, identifier, change }
  }

  async #planCreate(
    identifier: TableIdentifier,
    { requirements, updates }: CommitRequest,
    exists: boolean,
  ): Promise<Planned> {
    const others = requirements.filter(({ type }) => type !== 'assert-create')
    if (others.length > 0) {
      throw new AppError(
        'bad-input',
        `A commit that creates a table requires nothing but assert-create; found ${others.map(({ type }) => type).join(', ')}.`,
      )
    }
    if (exists) {
      throw new AppError(
        'already-exists',
        `Requirement failed: table already exists: ${formatIdentifier(identifier)}`,
        {
          context: { requirement: 'assert-create' },
        },
      )
    }
    validateName('table', identifier.name)
    const { id: namespaceId } = await this.#namespaces.get(identifier.namespace)
    assertUpdatesStay(updates, [this.#warehouse])
    const metadata = tableMetadataFromUpdates(this.#newLocation(identifier), updates)
    assertMetadataStays(metadata, [this.#warehouse])
    const id = randomUUID()
    return { id, identifier, change: { id, identifier, metadata, namespaceId } }
  }

  async registerTable(
    identifier: TableIdentifier,
    metadataLocation: string,
    { overwrite = false }: RegisterOptions = {},
    within?: (tx: Transaction, made: { id: string }) => Promise<void>,
  ): Promise<BuiltInTable> {
    validateName('table', identifier.name)
    const { id: namespaceId } = await this.#namespaces.get(identifier.namespace)
    const row = await this.#tables.find(identifier)
    if (row && !overwrite) throw tableExists(identifier)
    if (row) await this.#tables.assertUnused(row.id, identifier)
    assertBelow('metadata location', metadataLocation, [this.#warehouse])
    const metadata = await this.#readForeignMetadata(metadataLocation)
    assertBelow('table location', metadata.location, [this.#warehouse])
    const committed = { metadata, metadataLocation }
    const id = await registerPointer(this.#db, { identifier, namespaceId, row, committed }, within)
    return this.#table(id, identifier, committed)
  }

  /** A metadata file that somebody else wrote: what is wrong with it is the caller's to mend. */
  async #readForeignMetadata(location: string): Promise<TableMetadata> {
    const found = await this.#io.stat(location)
    if (!found) throw new AppError('bad-input', `There is no metadata file at ${location}.`)
    if (found.size > maxMetadataBytes) {
      throw new AppError(
        'bad-input',
        `The metadata file ${location} has ${found.size} bytes, expected at most ${maxMetadataBytes}.`,
      )
    }
    try {
      return await readMetadataFile(this.#io, location)
    } catch (error) {
      if (!isAppError(error, 'corrupt')) throw error
      throw new AppError('bad-input', messageOf(error), { cause: error })
    }
  }

  renameTable(from: TableIdentifier, to: TableIdentifier): Promise<void> {
    return this.#tables.rename(from, to)
  }

  dropTable(identifier: TableIdentifier, { purge = false }: { purge?: boolean } = {}): Promise<void> {
    return this.#tables.drop(identifier, purge)
  }

  listDropped(namespace?: string[]): Promise<DroppedTable[]> {
    return this.#tables.listDropped(namespace)
  }

  async undropTable(id: string, to?: TableIdentifier): Promise<BuiltInTable> {
    return this.loadTable(await this.#tables.undrop(id, to))
  }
}

/** Metadata of a hundred thousand snapshots is smaller. */
const maxMetadataBytes = 200_000_000

/** The catalog writes the table's metadata files itself, into the folder that a property may name. */
function assertMetadataStays({ properties }: TableMetadata, folders: readonly string[]): void {
  const folder = properties['write.metadata.path']
  if (folder) assertBelow('metadata folder (write.metadata.path)', folder, folders)
}

/** Snapshots and the table itself stay in the folders given, wherever the updates point. */
function assertUpdatesStay(updates: readonly TableUpdate[], folders: readonly string[]): void {
  const [warehouse = ''] = folders
  for (const update of updates) {
    if (update.action === 'set-location') assertBelow('table location', update.location, [warehouse])
    if (update.action === 'add-snapshot') {
      const moved = updates.flatMap((one) => (one.action === 'set-location' ? [one.location] : []))
      assertBelow('manifest list', update.snapshot.manifestList, [...folders, ...moved])
    }
  }
}
