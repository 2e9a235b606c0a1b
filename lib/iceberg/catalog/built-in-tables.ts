import { BatchedLookup } from '../../batched-lookup.ts'
import type { Database, Transaction } from '../../db.ts'
import { AppError } from '../../errors.ts'
import { insertFailure, tableExists } from './built-in-commit.ts'
import type { BuiltInNamespaces } from './built-in-namespaces.ts'
import { validateName } from './built-in-rules.ts'
import { formatIdentifier, type TableIdentifier } from './catalog.ts'
import { catalogProblem } from './problem.ts'

/** How long a dropped table can be undropped; its files are not touched before, purged or not. */
export const undropDays = 7

const undropMs = undropDays * 24 * 60 * 60 * 1000

export interface TableRow {
  id: string
  metadataLocation: string
}

/** A table that was dropped less than `undropDays` ago. */
export interface DroppedTable {
  id: string
  /** Its name when it was dropped. */
  identifier: TableIdentifier
  droppedAt: Date
  /** Until then it can be undropped. */
  undropUntil: Date
  purgeRequested: boolean
  metadataLocation: string
}

const rowFields = { id: true, metadataLocation: true } as const

/** The rows of one built-in catalog's tables: which there are, and what they are called. */
export class BuiltInTables {
  readonly #db: Database
  readonly #catalogId: string
  readonly #namespaces: BuiltInNamespaces
  readonly #found = new BatchedLookup((identifiers: readonly TableIdentifier[]) => this.#findAll(identifiers))

  constructor(db: Database, catalogId: string, namespaces: BuiltInNamespaces) {
    this.#db = db
    this.#catalogId = catalogId
    this.#namespaces = namespaces
  }

  find(identifier: TableIdentifier): Promise<TableRow | null> {
    return this.#found.find(identifier)
  }

  /** Every load and commit asks for a row first: Postgres is asked once for all that came in meanwhile. */
  async #findAll(identifiers: readonly TableIdentifier[]): Promise<(TableRow | null)[]> {
    const names = identifiers.map(({ name }) => name)
    const levels = identifiers.map(({ namespace }) => JSON.stringify(namespace))
    const rows = await this.#db.$queryRaw<(TableRow & { place: number })[]>`
      SELECT wanted.place::int AS place, t.id, t."metadataLocation"
      FROM unnest(${names}::text[], ${levels}::jsonb[]) WITH ORDINALITY AS wanted(name, levels, place)
      JOIN "Namespace" n ON n."catalogId" = ${this.#catalogId}::uuid
        AND n.levels = ARRAY(SELECT jsonb_array_elements_text(wanted.levels))
      JOIN "IcebergTable" t ON t."namespaceId" = n.id AND t.name = wanted.name AND t."droppedAt" IS NULL`
    const found: (TableRow | null)[] = identifiers.map(() => null)
    for (const { place, id, metadataLocation } of rows) found[place - 1] = { id, metadataLocation }
    return found
  }

  /** @throws AppError `not-found`, also when the namespace is not there */
  async get(identifier: TableIdentifier): Promise<TableRow> {
    const row = await this.find(identifier)
    if (row) return row
    throw missing(identifier)
  }

  async getById(id: string): Promise<TableRow & { identifier: TableIdentifier }> {
    const row = await this.#db.icebergTable.findFirst({
      where: { id, droppedAt: null, namespace: { catalogId: this.#catalogId } },
      select: { ...rowFields, name: true, namespace: { select: { levels: true } } },
    })
    if (!row) throw catalogProblem('not-found', 'no-table', `There is no table with the id ${id}.`)
    return { ...row, identifier: { namespace: row.namespace.levels, name: row.name } }
  }

  /** Reads one table more than `limit`, which tells whether there is more. */
  async list(namespace: string[], bounds: { after?: string; limit?: number }): Promise<TableIdentifier[]> {
    const { id } = await this.#namespaces.get(namespace)
    const rows = await this.#db.icebergTable.findMany({
      where: { namespaceId: id, ...(bounds.after === undefined ? {} : { name: { gt: bounds.after } }) },
      orderBy: { name: 'asc' },
      select: { name: true },
      ...(bounds.limit === undefined ? {} : { take: bounds.limit + 1 }),
    })
    return rows.map(({ name }) => ({ namespace, name }))
  }

  /** @throws AppError `not-found` for the table or the namespace it is to move to, `already-exists` */
  async rename(from: TableIdentifier, to: TableIdentifier): Promise<void> {
    validateName('table', to.name)
    const { id } = await this.get(from)
    const { id: namespaceId } = await this.#namespaces.get(to.namespace)
    if (formatIdentifier(from) === formatIdentifier(to)) throw tableExists(to)
    const { count } = await this.#db.icebergTable
      .updateMany({ where: { id, droppedAt: null }, data: { namespaceId, name: to.name } })
      .catch((error: unknown) => {
        throw insertFailure(to, error, from)
      })
    if (count === 0) throw missing(from)
  }

  /**
   * Marks a table as dropped and frees its name. Its row and its files stay, so that it can be undropped for
   * `undropDays`. After that its files go into quarantine where a purge was requested; that is a job of maintenance, which
   * spares what another table refers to (the same files can have been registered again).
   * @throws AppError `not-found`; `conflict` when something still writes to it or counts on it
   */
  async drop(identifier: TableIdentifier, purgeRequested: boolean): Promise<void> {
    await this.#db.$transaction(async (tx) => {
      const { id } = await this.#lock(tx, identifier)
      await this.#assertUnused(tx, id, identifier)
      await tx.icebergTable.update({
        where: { id },
        data: {
          namespaceId: await this.#namespaces.bin(tx),
          name: id,
          droppedAt: new Date(),
          droppedFrom: identifier.namespace,
          droppedName: identifier.name,
          purgeRequested,
        },
      })
    })
  }

  /** Tables that can be undropped, the last dropped first; those of one namespace, or all. */
  async listDropped(namespace?: string[]): Promise<DroppedTable[]> {
    const rows = await this.#db.icebergTable.findMany({
      where: {
        droppedAt: { gt: new Date(Date.now() - undropMs) },
        namespace: { catalogId: this.#catalogId },
        ...(namespace ? { droppedFrom: { equals: namespace } } : {}),
      },
      orderBy: [{ droppedAt: 'desc' }, { id: 'asc' }],
    })
    return rows.flatMap(({ id, droppedAt, droppedFrom, droppedName, purgeRequested, metadataLocation }) => {
      if (!droppedAt || droppedName === null) return []
      const undropUntil = new Date(droppedAt.getTime() + undropMs)
      const identifier = { namespace: droppedFrom, name: droppedName }
      return [{ id, identifier, droppedAt, undropUntil, purgeRequested, metadataLocation }]
    })
  }

  /**
   * Brings a dropped table back, under its old name unless `to` gives another one.
   * @throws AppError `not-found` when it is not there, was dropped too long ago, or its namespace is gone;
   *   `already-exists` when the name is taken by now
   */
  async undrop(id: string, to?: TableIdentifier): Promise<TableIdentifier> {
    const dropped = (await this.listDropped()).find((table) => table.id === id)
    if (!dropped) throw cannotUndrop(id)
    const identifier = to ?? dropped.identifier
    validateName('table', identifier.name)
    const { id: namespaceId } = await this.#namespaces.get(identifier.namespace)
    const { count } = await this.#db.icebergTable
      .updateMany({
        where: { id, droppedAt: dropped.droppedAt },
        data: {
          namespaceId,
          name: identifier.name,
          droppedAt: null,
          droppedFrom: [],
          droppedName: null,
          purgeRequested: false,
        },
      })
      .catch((error: unknown) => {
        throw insertFailure(identifier, error)
      })
    if (count === 0) {
      throw new AppError('conflict', `The table ${formatIdentifier(identifier)} was undropped meanwhile.`)
    }
    return identifier
  }

  /** @throws AppError `conflict` when a pipeline, a site or staged files refer to the table */
  async assertUnused(id: string, identifier: TableIdentifier): Promise<void> {
    await this.#assertUnused(this.#db, id, identifier)
  }

  async #assertUnused(tx: Transaction, id: string, identifier: TableIdentifier): Promise<void> {
    const [pipelines, sites, staged] = [
      await tx.pipeline.count({ where: { OR: [{ tableId: id }, { errorTableId: id }] } }),
      await tx.site.count({ where: { tableId: id } }),
      await tx.stagedFile.count({ where: { tableId: id, snapshotId: null } }),
    ]
    if (pipelines + sites + staged === 0) return
    throw catalogProblem(
      'conflict',
      'table-in-use',
      `The table ${formatIdentifier(identifier)} cannot be dropped or replaced: ${pipelines} pipelines, ${sites} sites and ${staged} staged files refer to it. Remove these first.`,
    )
  }

  async #lock(tx: Transaction, identifier: TableIdentifier): Promise<{ id: string }> {
    const [row] = await tx.$queryRaw<{ id: string }[]>`
      SELECT t.id FROM "IcebergTable" AS t JOIN "Namespace" AS n ON n.id = t."namespaceId"
      WHERE n."catalogId" = ${this.#catalogId}::uuid AND n.levels = ${identifier.namespace}::text[]
        AND t.name = ${identifier.name} AND t."droppedAt" IS NULL
      FOR UPDATE OF t`
    if (row) return row
    throw missing(identifier)
  }
}

const missing = (identifier: TableIdentifier): AppError =>
  catalogProblem('not-found', 'no-table', `Table does not exist: ${formatIdentifier(identifier)}`)

export const cannotUndrop = (id: string): AppError =>
  catalogProblem(
    'not-found',
    'no-table',
    `There is no dropped table with the id ${id} that can be undropped; that is possible for ${undropDays} days.`,
  )
