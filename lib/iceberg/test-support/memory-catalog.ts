import { AppError } from '../../errors.ts'
import type { FileIO } from '../../storage/file-io.ts'
import type {
  Catalog,
  CommitRequest,
  Committed,
  CreateTableRequest,
  Namespace,
  NamespaceChanged,
  Table,
  TableIdentifier,
  Within,
} from '../catalog/catalog.ts'
import { nextMetadataLocation, readMetadataFile, writeMetadataFile } from '../catalog/metadata-file.ts'
import { applyUpdates, withPreviousMetadata } from '../commit/apply-updates.ts'
import { checkRequirements } from '../commit/check-requirements.ts'
import { newTableMetadata } from '../commit/new-table-metadata.ts'
import { MemoryFileIO } from './memory-file-io.ts'

/** A catalog of one table, its pointer in memory, whose commits a test can make fail. */
export class MemoryCatalog<Files extends FileIO = MemoryFileIO> implements Catalog<null> {
  readonly name = 'memory'
  readonly io: Files
  readonly #warehouse: string
  #location = ''
  /** Called once a commit was checked and before it lands; throw to fail. */
  beforeSwap: (() => Promise<void>) | undefined
  /** Called after a commit landed; throw to lose the answer. */
  afterSwap: (() => Promise<void>) | undefined

  /** Files are in memory, too, unless another `io` is given. */
  constructor(io: Files = new MemoryFileIO() as FileIO as Files, warehouse = 'memory://warehouse') {
    this.io = io
    this.#warehouse = warehouse
  }

  async listNamespaces(): Promise<Namespace[]> {
    return []
  }
  async createNamespace(levels: string[]): Promise<Namespace> {
    return { levels, properties: {} }
  }
  async loadNamespace(levels: string[]): Promise<Namespace> {
    return { levels, properties: {} }
  }
  async updateNamespaceProperties(): Promise<NamespaceChanged> {
    return { updated: [], removed: [], missing: [] }
  }
  async dropNamespace(): Promise<void> {}
  async listTables(): Promise<TableIdentifier[]> {
    return []
  }
  async registerTable(identifier: TableIdentifier, metadataLocation: string): Promise<Table> {
    this.#location = metadataLocation
    return this.loadTable(identifier)
  }
  async renameTable(): Promise<void> {}
  async dropTable(): Promise<void> {
    this.#location = ''
  }

  async createTable(identifier: TableIdentifier, request: CreateTableRequest): Promise<Table> {
    const metadata = newTableMetadata(`${this.#warehouse}/${identifier.name}`, request)
    this.#location = nextMetadataLocation(metadata)
    await writeMetadataFile(this.io, this.#location, metadata)
    return this.loadTable(identifier)
  }

  async loadTable(identifier: TableIdentifier): Promise<Table> {
    const metadata = await readMetadataFile(this.io, this.#location)
    return { identifier, metadataLocation: this.#location, metadata, io: this.io }
  }

  async commitTable(
    identifier: TableIdentifier,
    request: CommitRequest,
    within?: Within<null>,
  ): Promise<Table> {
    const base = this.#location
    const current = await readMetadataFile(this.io, base)
    checkRequirements(current, request.requirements)
    const metadata = withPreviousMetadata(applyUpdates(current, request.updates), {
      location: base,
      metadata: current,
    })
    const committed: Committed = { metadata, metadataLocation: nextMetadataLocation(metadata, base) }
    await this.beforeSwap?.()
    if (this.#location !== base) {
      throw new AppError('conflict', 'Another commit was first.', { retryable: true })
    }
    await within?.(null, committed)
    await writeMetadataFile(this.io, committed.metadataLocation, metadata)
    this.#location = committed.metadataLocation
    await this.afterSwap?.()
    return this.loadTable(identifier)
  }
}
