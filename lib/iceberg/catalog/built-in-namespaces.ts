import type { Database, Transaction } from '../../db.ts'
import { AppError } from '../../errors.ts'
import { uniqueViolation, validateName } from './built-in-rules.ts'
import type { Namespace, NamespaceChange, NamespaceChanged } from './catalog.ts'
import { catalogProblem } from './problem.ts'

/** Where dropped tables wait: the one namespace of a catalog without levels. It is never listed, loaded or dropped. */
const binLevels: string[] = []

/** Leaves out the namespace of dropped tables. */
export const listedNamespaces = { levels: { isEmpty: false } } as const

/** No deeper than anybody nests, so that a path of names cannot grow without end. */
const maxLevels = 32

export const formatLevels = (levels: readonly string[]): string => levels.join('.')

interface NamespaceRow {
  id: string
  levels: string[]
  properties: unknown
}

const namespaceOf = ({ levels, properties }: NamespaceRow): Namespace => ({
  levels,
  properties: properties as Record<string, string>,
})

/** The namespaces of one built-in catalog. */
export class BuiltInNamespaces {
  readonly #db: Database
  readonly #catalogId: string

  constructor(db: Database, catalogId: string) {
    this.#db = db
    this.#catalogId = catalogId
  }

  /** Reads one namespace more than `limit`, which tells whether there is more. */
  async list(parent: string[], bounds: { after?: string[]; limit?: number }): Promise<Namespace[]> {
    if (parent.length > 0) await this.get(parent)
    const rows = await this.#db.$queryRaw<NamespaceRow[]>`
      SELECT id, levels, properties FROM "Namespace"
      WHERE "catalogId" = ${this.#catalogId}::uuid
        AND cardinality(levels) = ${parent.length + 1}
        AND levels[1:${parent.length}] = ${parent}::text[]
        AND (${bounds.after ?? null}::text[] IS NULL OR levels > ${bounds.after ?? null}::text[])
      ORDER BY levels
      LIMIT ${bounds.limit === undefined ? null : bounds.limit + 1}`
    return rows.map(namespaceOf)
  }

  /** @throws AppError `not-found` */
  async get(levels: string[]): Promise<NamespaceRow> {
    const row = await this.find(levels)
    if (row) return row
    throw missing(levels)
  }

  async find(levels: string[]): Promise<NamespaceRow | null> {
    if (levels.length === 0) return null
    return this.#db.namespace.findUnique({
      where: { catalogId_levels: { catalogId: this.#catalogId, levels } },
    })
  }

  async load(levels: string[]): Promise<Namespace> {
    return namespaceOf(await this.get(levels))
  }

  async create(levels: string[], properties: Record<string, string>): Promise<Namespace> {
    if (levels.length === 0 || levels.length > maxLevels) {
      throw new AppError(
        'bad-input',
        `A namespace has 1 to ${maxLevels} levels, this one has ${levels.length}.`,
      )
    }
    for (const level of levels) validateName('namespace', level)
    try {
      return await this.#db.$transaction(async (tx) => {
        // Held until the child is there, so that the parent is not dropped in between.
        if (levels.length > 1) await this.#lock(tx, levels.slice(0, -1))
        return namespaceOf(
          await tx.namespace.create({ data: { catalogId: this.#catalogId, levels, properties } }),
        )
      })
    } catch (error) {
      if (!uniqueViolation(error)) throw error
      throw new AppError('already-exists', `Namespace already exists: ${formatLevels(levels)}`, {
        cause: error,
      })
    }
  }

  async update(levels: string[], change: NamespaceChange): Promise<NamespaceChanged> {
    const both = change.removals.filter((key) => key in change.updates)
    if (both.length > 0) {
      throw catalogProblem(
        'bad-input',
        'overlapping-keys',
        `The properties ${both.join(', ')} are to be set and to be removed. Expected each key in one of updates and removals.`,
      )
    }
    return this.#db.$transaction(async (tx) => {
      const row = await this.#lock(tx, levels)
      change.check?.(namespaceOf(row).properties)
      const before = new Map(Object.entries(namespaceOf(row).properties))
      const properties = new Map(before)
      for (const [key, value] of Object.entries(change.updates)) properties.set(key, value)
      for (const key of change.removals) properties.delete(key)
      await tx.namespace.update({
        where: { id: row.id },
        data: { properties: Object.fromEntries(properties) },
      })
      const removals = [...new Set(change.removals)]
      return {
        updated: Object.keys(change.updates),
        removed: removals.filter((key) => before.has(key)),
        missing: removals.filter((key) => !before.has(key)),
      }
    })
  }

  async drop(levels: string[]): Promise<void> {
    await this.#db.$transaction(async (tx) => {
      const { id } = await this.#lock(tx, levels)
      const tables = await tx.icebergTable.count({ where: { namespaceId: id } })
      const views = await tx.icebergView.count({ where: { namespaceId: id } })
      const [children] = await tx.$queryRaw<{ count: bigint }[]>`
        SELECT count(*) AS count FROM "Namespace"
        WHERE "catalogId" = ${this.#catalogId}::uuid
          AND cardinality(levels) > ${levels.length}
          AND levels[1:${levels.length}] = ${levels}::text[]`
      const namespaces = Number(children?.count ?? 0)
      if (tables + views + namespaces > 0) {
        throw catalogProblem(
          'conflict',
          'namespace-not-empty',
          `Namespace ${formatLevels(levels)} is not empty: it has ${tables} tables, ${views} views and ${namespaces} namespaces below it. Drop or move these first.`,
        )
      }
      await tx.namespace.delete({ where: { id } })
    })
  }

  /** Id of the namespace that dropped tables wait in. */
  async bin(tx: Transaction): Promise<string> {
    const { id } = await tx.namespace.upsert({
      where: { catalogId_levels: { catalogId: this.#catalogId, levels: binLevels } },
      create: { catalogId: this.#catalogId, levels: binLevels },
      update: {},
      select: { id: true },
    })
    return id
  }

  /** Reads a namespace that stays as it is until the transaction ends. */
  async #lock(tx: Transaction, levels: string[]): Promise<NamespaceRow> {
    const [row] =
      levels.length === 0
        ? []
        : await tx.$queryRaw<NamespaceRow[]>`
            SELECT id, levels, properties FROM "Namespace"
            WHERE "catalogId" = ${this.#catalogId}::uuid AND levels = ${levels}::text[] FOR UPDATE`
    if (row) return row
    throw missing(levels)
  }
}

const missing = (levels: readonly string[]): AppError =>
  catalogProblem('not-found', 'no-namespace', `Namespace does not exist: ${formatLevels(levels)}`)
