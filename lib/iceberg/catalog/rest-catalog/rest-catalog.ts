import type { z } from 'zod'
import { AppError } from '../../../errors.ts'
import type { FileIO } from '../../../storage/file-io.ts'
import { schemaToJson, sortOrderToJson, unboundPartitionSpecToJson } from '../../spec/schema-json.ts'
import {
  type Catalog,
  type CommitRequest,
  type CreateTableRequest,
  formatIdentifier,
  type Namespace,
  type NamespaceChange,
  type NamespaceChanged,
  type RegisterOptions,
  type Table,
  type TableIdentifier,
  type Within,
} from '../catalog.ts'
import { commitRestTable } from './commit-rest-table.ts'
import { restEndpoints } from './endpoints.ts'
import { type RestCall, RestConnection, type RestConnectionOptions } from './rest-connection.ts'
import {
  NamespaceAnswer,
  NamespaceChangedAnswer,
  NamespacesAnswer,
  TableAnswer,
  TablesAnswer,
} from './wire.ts'

export interface RestCatalogOptions extends RestConnectionOptions {
  /**
   * Opens the files of a table. `config` merges what the catalog and the table say about storage (`s3.endpoint`,
   * `s3.access-key-id`, …).
   */
  openFileIO: (config: Record<string, string>) => FileIO
}

/** A catalog that another server keeps, by the Iceberg REST protocol. */
export interface RestCatalog extends Catalog {
  /** As `listNamespaces`, by names alone: one request instead of one for each. */
  listNamespaceLevels(parent?: string[]): Promise<string[][]>
  /** Endpoints of this client that the server does not declare: what needs them is `unsupported`. */
  missingEndpoints(): string[]
}

/** As many properties are loaded at a time as servers take without slowing down. */
const loadsAtATime = 8
/** A server that keeps giving next-page tokens must not keep us for ever. */
const mostPages = 10_000

/** The server may give keys for the table's files instead of our having them. */
const delegation = { 'x-iceberg-access-delegation': 'vended-credentials' }

/**
 * Connects to a REST catalog.
 * @throws AppError `bad-input` (address), `forbidden` (credential), `not-found` (no catalog there, no such warehouse), `unavailable`
 */
export async function openRestCatalog(options: RestCatalogOptions): Promise<RestCatalog> {
  return new HttpCatalog(await RestConnection.open(options), options.openFileIO)
}

class HttpCatalog implements RestCatalog {
  readonly name: string
  readonly #connection: RestConnection
  readonly #openFileIO: RestCatalogOptions['openFileIO']

  constructor(connection: RestConnection, openFileIO: RestCatalogOptions['openFileIO']) {
    this.name = connection.name
    this.#connection = connection
    this.#openFileIO = openFileIO
  }

  missingEndpoints(): string[] {
    const { declared } = this.#connection
    return declared ? Object.values(restEndpoints).filter((endpoint) => !declared.has(endpoint)) : []
  }

  async listNamespaceLevels(parent: string[] = []): Promise<string[][]> {
    const query = parent.length > 0 ? { parent: this.#connection.joinLevels(parent) } : {}
    const call: RestCall = { endpoint: 'listNamespaces', what: 'list its namespaces', query }
    return this.#pages(call, NamespacesAnswer, (answer) => answer.namespaces)
  }

  async listNamespaces(parent: string[] = []): Promise<Namespace[]> {
    const names = await this.listNamespaceLevels(parent)
    const found: Namespace[] = []
    for (let start = 0; start < names.length; start += loadsAtATime) {
      const some = names.slice(start, start + loadsAtATime)
      found.push(...(await Promise.all(some.map((levels) => this.loadNamespace(levels)))))
    }
    return found
  }

  async createNamespace(levels: string[], properties: Record<string, string> = {}): Promise<Namespace> {
    const what = `create the namespace ${levels.join('.')}`
    const answer = await this.#connection.call(
      {
        endpoint: 'createNamespace',
        what,
        conflict: 'already-exists',
        changes: true,
        body: { namespace: levels, properties },
      },
      NamespaceAnswer,
    )
    return { levels: answer.namespace, properties: answer.properties }
  }

  async loadNamespace(levels: string[]): Promise<Namespace> {
    const what = `load the namespace ${levels.join('.')}`
    const answer = await this.#connection.call(
      { endpoint: 'loadNamespace', what, namespace: levels },
      NamespaceAnswer,
    )
    return { levels, properties: answer.properties }
  }

  async updateNamespaceProperties(
    levels: string[],
    { updates, removals, check }: NamespaceChange,
  ): Promise<NamespaceChanged> {
    if (check) check((await this.loadNamespace(levels)).properties)
    return this.#connection.call(
      {
        endpoint: 'updateNamespaceProperties',
        what: `change the properties of the namespace ${levels.join('.')}`,
        changes: true,
        namespace: levels,
        body: { updates, removals },
      },
      NamespaceChangedAnswer,
    )
  }

  async dropNamespace(levels: string[]): Promise<void> {
    const what = `drop the namespace ${levels.join('.')}`
    await this.#connection.callForText({ endpoint: 'dropNamespace', what, changes: true, namespace: levels })
  }

  async listTables(namespace: string[]): Promise<TableIdentifier[]> {
    const what = `list the tables of ${namespace.join('.')}`
    return this.#pages(
      { endpoint: 'listTables', what, namespace },
      TablesAnswer,
      (answer) => answer.identifiers,
    )
  }

  async loadTable(identifier: TableIdentifier): Promise<Table> {
    const { namespace, name: table } = identifier
    const what = `load the table ${formatIdentifier(identifier)}`
    const call: RestCall = { endpoint: 'loadTable', what, namespace, table, headers: delegation }
    return this.#table(identifier, await this.#connection.call(call, TableAnswer))
  }

  async createTable(identifier: TableIdentifier, request: CreateTableRequest): Promise<Table> {
    const { schema, partitionSpec, sortOrder, properties, location } = request
    const answer = await this.#connection.call(
      {
        endpoint: 'createTable',
        what: `create the table ${formatIdentifier(identifier)}`,
        conflict: 'already-exists',
        changes: true,
        namespace: identifier.namespace,
        headers: delegation,
        body: {
          name: identifier.name,
          location,
          schema: schemaToJson(schema),
          'partition-spec': partitionSpec && unboundPartitionSpecToJson(partitionSpec),
          'write-order': sortOrder && sortOrderToJson(sortOrder),
          'stage-create': false,
          properties,
        },
      },
      TableAnswer,
    )
    return this.#table(identifier, answer)
  }

  async commitTable(
    identifier: TableIdentifier,
    request: CommitRequest,
    within?: Within<never>,
  ): Promise<Table> {
    if (within) {
      throw new AppError(
        'unsupported',
        `A commit to ${formatIdentifier(identifier)} cannot share a transaction: the catalog "${this.name}" is another server's.`,
      )
    }
    return commitRestTable(this.#connection, identifier, request, () => this.loadTable(identifier))
  }

  async registerTable(
    identifier: TableIdentifier,
    metadataLocation: string,
    { overwrite = false }: RegisterOptions = {},
  ): Promise<Table> {
    const answer = await this.#connection.call(
      {
        endpoint: 'registerTable',
        what: `register the table ${formatIdentifier(identifier)}`,
        conflict: 'already-exists',
        changes: true,
        namespace: identifier.namespace,
        body: { name: identifier.name, 'metadata-location': metadataLocation, overwrite },
      },
      TableAnswer,
    )
    return this.#table(identifier, answer)
  }

  async renameTable(from: TableIdentifier, to: TableIdentifier): Promise<void> {
    await this.#connection.callForText({
      endpoint: 'renameTable',
      what: `rename the table ${formatIdentifier(from)} to ${formatIdentifier(to)}`,
      conflict: 'already-exists',
      changes: true,
      body: { source: from, destination: to },
    })
  }

  async dropTable(identifier: TableIdentifier, { purge = false }: { purge?: boolean } = {}): Promise<void> {
    await this.#connection.callForText({
      endpoint: 'dropTable',
      what: `drop the table ${formatIdentifier(identifier)}`,
      changes: true,
      namespace: identifier.namespace,
      table: identifier.name,
      query: { purgeRequested: String(purge) },
    })
  }

  #table(identifier: TableIdentifier, answer: TableAnswer): Table {
    const { metadata, 'metadata-location': metadataLocation } = answer
    // Of several credentials the one with the longest fitting prefix counts.
    const vended = answer['storage-credentials']
      .filter(({ prefix }) => metadata.location.startsWith(prefix))
      .sort((a, b) => b.prefix.length - a.prefix.length)[0]
    const io = this.#openFileIO({ ...this.#connection.properties, ...answer.config, ...vended?.config })
    return { identifier, metadataLocation, metadata, io }
  }

  /** All pages of a list. Servers that know no paging ignore the token and give everything at once. */
  async #pages<S extends z.ZodType<{ 'next-page-token': string | undefined }>, Item>(
    call: RestCall,
    schema: S,
    itemsOf: (answer: z.output<S>) => Item[],
  ): Promise<Item[]> {
    const items: Item[] = []
    let pageToken = ''
    for (let page = 0; page < mostPages; page += 1) {
      const answer = await this.#connection.call({ ...call, query: { ...call.query, pageToken } }, schema)
      items.push(...itemsOf(answer))
      const next = answer['next-page-token']
      if (next === undefined || next === pageToken) return items
      pageToken = next
    }
    throw new AppError(
      'too-large',
      `The catalog "${this.name}" did not end its list after ${mostPages} pages.`,
    )
  }
}
