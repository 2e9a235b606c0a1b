import { randomBytes } from 'node:crypto'
import type { Database } from '../../db.ts'
import { AppError, isAppError, messageOf } from '../../errors.ts'
import type { FileIO } from '../../storage/file-io.ts'
import { applyViewUpdates } from '../view/apply-view-updates.ts'
import { checkViewRequirements } from '../view/check-view-requirements.ts'
import { type CreateViewRequest, newViewMetadata } from '../view/new-view-metadata.ts'
import type { ViewMetadata } from '../view/view-metadata.ts'
import type { ListBounds } from './built-in-catalog.ts'
import { nameTaken } from './built-in-names.ts'
import type { BuiltInNamespaces } from './built-in-namespaces.ts'
import { folderName, validateName } from './built-in-rules.ts'
import { formatIdentifier, type TableIdentifier } from './catalog.ts'
import { nextMetadataLocation } from './metadata-file.ts'
import { catalogProblem } from './problem.ts'
import type { View, ViewCatalog, ViewCommit } from './view-catalog.ts'
import { readViewMetadataFile, writeViewMetadataFile } from './view-metadata-file.ts'
import { assertBelow } from './warehouse-locations.ts'

/** Commits that lose the race are applied again; more losses in a row than this are somebody's loop. */
const commitTries = 10

interface ViewRow {
  id: string
  metadataLocation: string
}

export interface BuiltInViewsOptions {
  db: Database
  io: FileIO
  namespaces: BuiltInNamespaces
  warehouse: string
}

/** The views of one built-in catalog: metadata in files, the pointer to the current one in Postgres. */
export class BuiltInViews implements ViewCatalog {
  readonly #db: Database
  readonly #io: FileIO
  readonly #namespaces: BuiltInNamespaces
  readonly #warehouse: string

  constructor({ db, io, namespaces, warehouse }: BuiltInViewsOptions) {
    this.#db = db
    this.#io = io
    this.#namespaces = namespaces
    this.#warehouse = warehouse
  }

  async list(namespace: string[], bounds: ListBounds<string> = {}): Promise<TableIdentifier[]> {
    const { id } = await this.#namespaces.get(namespace)
    const rows = await this.#db.icebergView.findMany({
      where: { namespaceId: id, ...(bounds.after === undefined ? {} : { name: { gt: bounds.after } }) },
      orderBy: { name: 'asc' },
      select: { name: true },
      ...(bounds.limit === undefined ? {} : { take: bounds.limit + 1 }),
    })
    return rows.map(({ name }) => ({ namespace, name }))
  }

  async load(identifier: TableIdentifier): Promise<View> {
    const { metadataLocation } = await this.#row(identifier)
    const metadata = await readViewMetadataFile(this.#io, metadataLocation)
    return { identifier, metadataLocation, metadata }
  }

  async create(identifier: TableIdentifier, request: CreateViewRequest): Promise<View> {
    validateName('view', identifier.name)
    const { id: namespaceId } = await this.#namespaces.get(identifier.namespace)
    const folder = [...identifier.namespace, `${identifier.name}-${randomBytes(4).toString('hex')}`]
    const location = request.location ?? [this.#warehouse, ...folder.map(folderName)].join('/')
    const metadata = newViewMetadata(location, request)
    const metadataLocation = await this.#write(metadata)
    try {
      await this.#add(namespaceId, { identifier, metadataLocation, metadata })
    } catch (error) {
      await this.#discard(metadataLocation)
      throw error
    }
    return { identifier, metadataLocation, metadata }
  }

  async register(identifier: TableIdentifier, metadataLocation: string): Promise<View> {
    validateName('view', identifier.name)
    const { id: namespaceId } = await this.#namespaces.get(identifier.namespace)
    assertBelow('metadata file', metadataLocation, [this.#warehouse])
    const metadata = await readViewMetadataFile(this.#io, metadataLocation).catch((error: unknown) => {
      if (!isAppError(error, 'not-found', 'corrupt')) throw error
      const message = `Cannot register ${formatIdentifier(identifier)}: ${error.message}`
      throw new AppError('bad-input', message, { cause: error })
    })
    assertBelow('view location', metadata.location, [this.#warehouse])
    await this.#add(namespaceId, { identifier, metadataLocation, metadata })
    return { identifier, metadataLocation, metadata }
  }

  async commit(identifier: TableIdentifier, { requirements, updates }: ViewCommit): Promise<View> {
    for (let attempt = 1; attempt <= commitTries; attempt += 1) {
      const row = await this.#row(identifier)
      const base = await readViewMetadataFile(this.#io, row.metadataLocation)
      checkViewRequirements(base, requirements)
      const metadata = applyViewUpdates(base, updates)
      if (metadata === base) return { identifier, metadataLocation: row.metadataLocation, metadata }
      const metadataLocation = await this.#write(metadata, row.metadataLocation)
      if (await this.#swap(identifier, row, metadataLocation)) {
        return { identifier, metadataLocation, metadata }
      }
      await this.#discard(metadataLocation)
    }
    throw catalogProblem(
      'conflict',
      'stale-base',
      `Cannot commit to the view ${formatIdentifier(identifier)}: others were first ${commitTries} times in a row.`,
      { retryable: true },
    )
  }

  async rename(from: TableIdentifier, to: TableIdentifier): Promise<void> {
    validateName('view', to.name)
    const { id } = await this.#row(from)
    const { id: namespaceId } = await this.#namespaces.get(to.namespace)
    try {
      const { count } = await this.#db.icebergView.updateMany({
        where: { id },
        data: { namespaceId, name: to.name },
      })
      if (count === 0) throw missing(from)
    } catch (error) {
      throw nameTaken(error, { identifier: to, wanted: 'view', from }) ?? error
    }
  }

  async drop(identifier: TableIdentifier): Promise<void> {
    const { id } = await this.#row(identifier)
    const { count } = await this.#db.icebergView.deleteMany({ where: { id } })
    if (count === 0) throw missing(identifier)
  }

  async #row(identifier: TableIdentifier): Promise<ViewRow> {
    // A view is missing, too, when its namespace is: that is how the protocol names it.
    const namespace = await this.#namespaces.find(identifier.namespace)
    const row =
      namespace &&
      (await this.#db.icebergView.findUnique({
        where: { namespaceId_name: { namespaceId: namespace.id, name: identifier.name } },
        select: { id: true, metadataLocation: true },
      }))
    if (row) return row
    throw missing(identifier)
  }

  async #add(namespaceId: string, { identifier, metadataLocation, metadata }: View): Promise<void> {
    try {
      const { name } = identifier
      await this.#db.icebergView.create({
        data: { namespaceId, name, viewUuid: metadata.viewUuid, metadataLocation },
      })
    } catch (error) {
      throw nameTaken(error, { identifier, wanted: 'view' }) ?? error
    }
  }

  async #write(metadata: ViewMetadata, previous?: string): Promise<string> {
    const metadataLocation = nextMetadataLocation(metadata, previous)
    assertBelow('view location', metadata.location, [this.#warehouse])
    assertBelow('metadata file', metadataLocation, [this.#warehouse])
    await writeViewMetadataFile(this.#io, metadataLocation, metadata)
    return metadataLocation
  }

  /** A file that nothing points to: it may stay when it cannot be deleted. */
  async #discard(metadataLocation: string): Promise<void> {
    await this.#io.delete([metadataLocation]).catch(() => undefined)
  }

  /**
   * Moves the pointer; false when another commit was first.
   * @throws AppError `commit-state-unknown` when the database went away and cannot be asked
   */
  async #swap(identifier: TableIdentifier, row: ViewRow, metadataLocation: string): Promise<boolean> {
    try {
      const { count } = await this.#db.icebergView.updateMany({
        where: { id: row.id, metadataLocation: row.metadataLocation },
        data: { metadataLocation },
      })
      return count === 1
    } catch (failure) {
      const current = await this.#db.icebergView
        .findUnique({ where: { id: row.id }, select: { metadataLocation: true } })
        .catch((error: unknown) => {
          throw new AppError(
            'commit-state-unknown',
            `The commit to the view ${formatIdentifier(identifier)} failed (${messageOf(failure)}) and its outcome could not be found out (${messageOf(error)}).`,
            {
              userMessage: `The database went away while the view ${formatIdentifier(identifier)} was committed. Whether the commit landed shows once it is back.`,
              cause: failure,
            },
          )
        })
      if (current?.metadataLocation === metadataLocation) return true
      await this.#discard(metadataLocation)
      throw failure
    }
  }
}

const missing = (identifier: TableIdentifier): AppError =>
  catalogProblem('not-found', 'no-view', `View does not exist: ${formatIdentifier(identifier)}`)
