import type { FileIO } from '../../storage/file-io.ts'
import type { Requirement } from '../commit/requirement.ts'
import type { TableUpdate } from '../commit/table-update.ts'
import type { UnboundPartitionSpec } from '../spec/partition-spec.ts'
import type { Schema } from '../spec/schema.ts'
import type { SortOrder } from '../spec/sort-order.ts'
import type { TableMetadata } from '../spec/table-metadata.ts'

export interface TableIdentifier {
  /** Levels, outermost first. */
  namespace: string[]
  name: string
}

/** A table at one version of its metadata. Loading again gives another object; this one never changes. */
export interface Table {
  identifier: TableIdentifier
  metadataLocation: string
  metadata: TableMetadata
  io: FileIO
}

export interface Namespace {
  levels: string[]
  properties: Record<string, string>
}

export interface NamespaceChange {
  updates: Record<string, string>
  removals: string[]
  /**
   * Throws where the properties are not those that the change was decided by. What it sees in the built-in catalog is
   * what is replaced; the protocol of others has no such requirement, so that theirs may change right after.
   */
  check?: (before: Record<string, string>) => void
}

/** Keys of the properties that a change set, removed, and did not find to remove. */
export interface NamespaceChanged {
  updated: string[]
  removed: string[]
  missing: string[]
}

/** Ids only tell the columns apart: the new table numbers its own. */
export interface CreateTableRequest {
  schema: Schema
  /** Unpartitioned when left out. */
  partitionSpec?: UnboundPartitionSpec
  sortOrder?: SortOrder
  /** `format-version` chooses the format version. */
  properties?: Record<string, string>
  /** Chosen under the catalog's warehouse when left out. */
  location?: string
}

export interface RegisterOptions {
  /** A table that is there gets the metadata, too; otherwise its name is `already-exists`. */
  overwrite?: boolean
}

export interface CommitRequest {
  requirements: Requirement[]
  updates: TableUpdate[]
  /** The table the updates were made from: saves reading its metadata again when it is still current. */
  base?: Table
}

export interface Committed {
  metadata: TableMetadata
  metadataLocation: string
}

/** Work done in the same database transaction as the commit: both land or neither. */
export type Within<Tx> = (tx: Tx, committed: Committed) => Promise<void>

/**
 * One interface over all catalogs. `Tx` is what `within` receives; a catalog without transactions of ours has `never`.
 * Errors are AppErrors: `not-found`, `already-exists`, `conflict` (retryable: another commit was first, nothing was
 * changed), `commit-state-unknown` (the commit may or may not have landed), `unavailable`.
 */
export interface Catalog<Tx = never> {
  readonly name: string
  /** Namespaces directly below `parent`, or the top-level ones. */
  listNamespaces(parent?: string[]): Promise<Namespace[]>
  createNamespace(levels: string[], properties?: Record<string, string>): Promise<Namespace>
  loadNamespace(levels: string[]): Promise<Namespace>
  updateNamespaceProperties(levels: string[], change: NamespaceChange): Promise<NamespaceChanged>
  /** Drops a namespace without tables, views and namespaces in it; else `conflict`. */
  dropNamespace(levels: string[]): Promise<void>
  listTables(namespace: string[]): Promise<TableIdentifier[]>
  loadTable(identifier: TableIdentifier): Promise<Table>
  createTable(identifier: TableIdentifier, request: CreateTableRequest): Promise<Table>
  commitTable(identifier: TableIdentifier, request: CommitRequest, within?: Within<Tx>): Promise<Table>
  /** Makes a table of a metadata file that is there. */
  registerTable(
    identifier: TableIdentifier,
    metadataLocation: string,
    options?: RegisterOptions,
  ): Promise<Table>
  /** Gives a table another name, in another namespace too. */
  renameTable(from: TableIdentifier, to: TableIdentifier): Promise<void>
  /** Forgets the table. Its files stay, unless `purge` asks the catalog to remove them in time. */
  dropTable(identifier: TableIdentifier, options?: { purge?: boolean }): Promise<void>
}

/** `recipe_analytics.user_events_silver`, for messages. */
export const formatIdentifier = (identifier: TableIdentifier): string =>
  [...identifier.namespace, identifier.name].join('.')
