import { randomBytes } from 'node:crypto'
import type { Database, Transaction } from '../../db.ts'
import { AppError } from '../../errors.ts'
import type { FileIO } from '../../storage/file-io.ts'
import { newTableMetadata } from '../commit/new-table-metadata.ts'
import { commitBuiltIn } from './built-in-commit.ts'
import { BuiltInNamespaces } from './built-in-namespaces.ts'
import { folderName, foreignKeyViolation, uniqueViolation, validateName } from './built-in-rules.ts'
import { pointerTotals } from './built-in-totals.ts'
import {
  type Catalog,
  type CommitRequest,
  type CreateTableRequest,
  formatIdentifier,
  type Namespace,
  type NamespaceChange,
  type NamespaceChanged,
  type Table,
  type TableIdentifier,
  type Within,
} from './catalog.ts'
import { nextMetadataLocation, readMetadataFile, writeMetadataFile } from './metadata-file.ts'

/** A table of the built-in catalog; `id` is the primary key of its row, which runs and staged files refer to. */
export interface BuiltInTable extends Table {
  id: string
}

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

/** The catalog in our own Postgres: the pointer swap and `within` are one transaction. */
export interface BuiltInCatalog extends Catalog<Transaction> {
  listNamespaces(parent?: string[], bounds?: ListBounds<string[]>): Promise<Namespace[]>
  loadTable(identifier: TableIdentifier): Promise<BuiltInTable>
  createTable(identifier: TableIdentifier, request: CreateTableRequest): Promise<BuiltInTable>
  commitTable(
    identifier: TableIdentifier,
    request: CommitRequest,
    within?: Within<Transaction>,
  ): Promise<BuiltInTable>
  loadTableById(id: string): Promise<BuiltInTable>
}

/** Opens the catalog with a name, and makes it on first use. */
export async function createBuiltInCatalog(options: BuiltInCatalogOptions): Promise<BuiltInCatalog> {
  const warehouse = options.warehouse.replace(/\/+$/, '')
  const { id } = await options.db.catalog.upsert({
    where: { name: options.name },
    create: { name: options.name, warehouse },
    update: { warehouse },
    select: { id: true },
  })
  return new PostgresCatalog(options, id, warehouse)
}

class PostgresCatalog implements BuiltInCatalog {
  readonly name: string
  readonly #db: Database
  readonly #io: FileIO
  readonly #id: string
  readonly #namespaces: BuiltInNamespaces
  readonly #warehouse: string

  constructor({ db, io, name }: BuiltInCatalogOptions, id: string, warehouse: string) {
    this.name = name
    this.#db = db
    this.#io = io
    this.#id = id
    this.#namespaces = new BuiltInNamespaces(db, id)
    this.#warehouse = warehouse
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

  async listTables(namespace: string[]): Promise<TableIdentifier[]> {
    const { id } = await this.#namespaces.get(namespace)
    const rows = await this.#db.icebergTable.findMany({
      where: { namespaceId: id },
      orderBy: { name: 'asc' },
      select: { name: true },
    })
    return rows.map(({ name }) => ({ namespace, name }))
  }

  async #row(identifier: TableIdentifier): Promise<{ id: string; metadataLocation: string }> {
    const { id: namespaceId } = await this.#namespaces.get(identifier.namespace)
    const row = await this.#db.icebergTable.findUnique({
      where: { namespaceId_name: { namespaceId, name: identifier.name } },
      select: { id: true, metadataLocation: true },
    })
    if (row) return row
    throw new AppError('not-found', `The catalog ${this.name} has no table ${formatIdentifier(identifier)}.`)
  }

  async #table(
    identifier: TableIdentifier,
    row: { id: string; metadataLocation: string },
  ): Promise<BuiltInTable> {
    const metadata = await readMetadataFile(this.#io, row.metadataLocation)
    return { id: row.id, identifier, metadataLocation: row.metadataLocation, metadata, io: this.#io }
  }

  async loadTable(identifier: TableIdentifier): Promise<BuiltInTable> {
    return this.#table(identifier, await this.#row(identifier))
  }

  async loadTableById(id: string): Promise<BuiltInTable> {
    const row = await this.#db.icebergTable.findFirst({
      where: { id, namespace: { catalogId: this.#id } },
      select: { id: true, name: true, metadataLocation: true, namespace: { select: { levels: true } } },
    })
    if (!row) throw new AppError('not-found', `The catalog ${this.name} has no table with the id ${id}.`)
    return this.#table({ namespace: row.namespace.levels, name: row.name }, row)
  }

  async createTable(identifier: TableIdentifier, request: CreateTableRequest): Promise<BuiltInTable> {
    validateName('table', identifier.name)
    const { id: namespaceId } = await this.#namespaces.get(identifier.namespace)
    // A suffix of its own keeps a table's files apart from those of a dropped table of the same name.
    const folder = [...identifier.namespace, `${identifier.name}-${randomBytes(4).toString('hex')}`]
    const location = request.location ?? [this.#warehouse, ...folder.map(folderName)].join('/')
    const metadata = newTableMetadata(location, request)
    const metadataLocation = nextMetadataLocation(metadata)
    await writeMetadataFile(this.#io, metadataLocation, metadata)
    try {
      const { id } = await this.#db.icebergTable.create({
        data: {
          namespaceId,
          name: identifier.name,
          tableUuid: metadata.tableUuid,
          location: metadata.location,
          metadataLocation,
          ...pointerTotals(metadata),
        },
        select: { id: true },
      })
      return { id, identifier, metadataLocation, metadata, io: this.#io }
    } catch (error) {
      if (!uniqueViolation(error)) throw error
      await this.#io.delete([metadataLocation])
      throw new AppError('already-exists', `The table ${formatIdentifier(identifier)} exists already.`, {
        cause: error,
      })
    }
  }

  async commitTable(
    identifier: TableIdentifier,
    request: CommitRequest,
    within?: Within<Transaction>,
  ): Promise<BuiltInTable> {
    const row = await this.#row(identifier)
    const base =
      request.base?.metadataLocation === row.metadataLocation
        ? request.base.metadata
        : await readMetadataFile(this.#io, row.metadataLocation)
    const committed = await commitBuiltIn(
      { db: this.#db, io: this.#io, identifier, row, base },
      request,
      within,
    )
    return { id: row.id, identifier, ...committed, io: this.#io }
  }

  async dropTable(identifier: TableIdentifier): Promise<void> {
    const { id } = await this.#row(identifier)
    try {
      await this.#db.icebergTable.delete({ where: { id } })
    } catch (error) {
      if (!foreignKeyViolation(error)) throw error
      throw new AppError(
        'conflict',
        `The table ${formatIdentifier(identifier)} cannot be dropped: a pipeline, a site or staged files still refer to it.`,
        { cause: error },
      )
    }
  }
}
