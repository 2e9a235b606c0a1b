import type { ListBounds } from '#lib/iceberg/catalog/built-in-catalog.ts'
import type { TableIdentifier } from '#lib/iceberg/catalog/catalog.ts'
import type { View, ViewCatalog, ViewCommit } from '#lib/iceberg/catalog/view-catalog.ts'
import type { CreateViewRequest } from '#lib/iceberg/view/new-view-metadata.ts'
import type { Guard } from './guard.ts'
import { visiblePage } from './visible-page.ts'

/** A catalog's views as one actor may see and change them. */
export class GuardedViews implements ViewCatalog {
  readonly #views: ViewCatalog
  readonly #guard: Guard

  constructor(views: ViewCatalog, guard: Guard) {
    this.#views = views
    this.#guard = guard
  }

  async list(namespace: string[], bounds: ListBounds<string> = {}): Promise<TableIdentifier[]> {
    this.#guard.seeNamespace(namespace)
    return visiblePage(bounds, {
      read: (within) => this.#views.list(namespace, within),
      isVisible: ({ name }) => this.#guard.access.seesTable(namespace, name),
      keyOf: ({ name }) => name,
    })
  }

  async load(identifier: TableIdentifier): Promise<View> {
    this.#guard.see('view', identifier)
    return this.#views.load(identifier)
  }

  async create(identifier: TableIdentifier, request: CreateViewRequest): Promise<View> {
    this.#guard.make(identifier)
    return this.#views.create(identifier, request)
  }

  async commit(identifier: TableIdentifier, commit: ViewCommit): Promise<View> {
    this.#guard.change('view', identifier)
    return this.#views.commit(identifier, commit)
  }

  async register(identifier: TableIdentifier, metadataLocation: string): Promise<View> {
    this.#guard.make(identifier)
    return this.#views.register(identifier, metadataLocation)
  }

  async rename(from: TableIdentifier, to: TableIdentifier): Promise<void> {
    this.#guard.change('view', from)
    this.#guard.make(to)
    await this.#views.rename(from, to)
  }

  async drop(identifier: TableIdentifier): Promise<void> {
    this.#guard.change('view', identifier)
    await this.#views.drop(identifier)
  }
}
