import type { CreateViewRequest } from '../view/new-view-metadata.ts'
import type { ViewMetadata } from '../view/view-metadata.ts'
import type { ViewRequirement, ViewUpdate } from '../view/view-update.ts'
import type { ListBounds } from './built-in-catalog.ts'
import type { TableIdentifier } from './catalog.ts'

/** A view at one version of its metadata. Loading again gives another object; this one never changes. */
export interface View {
  identifier: TableIdentifier
  metadataLocation: string
  metadata: ViewMetadata
}

export interface ViewCommit {
  requirements: ViewRequirement[]
  updates: ViewUpdate[]
}

/**
 * The views of a catalog. Names are shared with its tables. Errors are AppErrors: `not-found`, `already-exists` (as a
 * table or as a view), `conflict`, `commit-state-unknown`, `unavailable`.
 */
export interface ViewCatalog {
  /** By name; with a limit one more than that is given, which tells whether there is more. */
  list(namespace: string[], bounds?: ListBounds<string>): Promise<TableIdentifier[]>
  load(identifier: TableIdentifier): Promise<View>
  create(identifier: TableIdentifier, request: CreateViewRequest): Promise<View>
  /** Applies the updates again to the newest metadata when another commit was first. */
  commit(identifier: TableIdentifier, commit: ViewCommit): Promise<View>
  /** Takes in a view by its metadata file. */
  register(identifier: TableIdentifier, metadataLocation: string): Promise<View>
  rename(from: TableIdentifier, to: TableIdentifier): Promise<void>
  /** Forgets the view; its files stay. */
  drop(identifier: TableIdentifier): Promise<void>
}
