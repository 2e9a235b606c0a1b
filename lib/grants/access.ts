import type { Actor } from '#lib/auth/actor.ts'

export type Privilege = 'read' | 'write'

/** A grant as the decision needs it: on a table when `table` is there, else on a namespace. */
export interface Grant {
  subjectType: string
  subjectId: string
  privilege: string
  namespace: readonly string[]
  table?: string
}

/** `open`: nothing was granted on it, so that the role alone decides. */
export type Access = 'open' | 'none' | Privilege

const keyOf = (namespace: readonly string[], table?: string): string =>
  JSON.stringify(table === undefined ? [namespace] : [namespace, table])

/** A grant to a person counts for their tokens, too. */
const isGrantedTo = (grant: Grant, actor: Actor): boolean =>
  grant.subjectType === 'user'
    ? actor.userId === grant.subjectId
    : actor.type === 'token' && actor.id === grant.subjectId

/**
 * What somebody may see and change in a catalog. The nearest thing with grants decides: the table, its namespace, the
 * namespace above that. Without any the role decides, as it always does for admins; a grant never gives more than a role.
 */
export class CatalogAccess {
  /** The actor's own access to each namespace and table that has grants. */
  readonly #granted = new Map<string, Access>()
  /** Namespaces on the way to something the actor was granted. */
  readonly #ways = new Set<string>()
  readonly #isAdmin: boolean

  constructor(actor: Actor, grants: readonly Grant[]) {
    this.#isAdmin = actor.role === 'admin'
    for (const grant of grants) {
      const key = keyOf(grant.namespace, grant.table)
      const mine = isGrantedTo(grant, actor)
      const before = this.#granted.get(key) ?? 'none'
      const access: Access = mine && before !== 'write' ? (grant.privilege as Privilege) : before
      this.#granted.set(key, access)
      if (!mine) continue
      for (let depth = grant.namespace.length; depth > 0; depth -= 1) {
        this.#ways.add(keyOf(grant.namespace.slice(0, depth)))
      }
    }
  }

  /** True when nothing in the catalog is closed to this actor. */
  get isOpen(): boolean {
    return this.#isAdmin || this.#granted.size === 0
  }

  /** What the actor sees of that which has grants of its own: where they may change something, and where only read. */
  decided(): { namespace: string[]; table: string | null; mayChange: boolean }[] {
    if (this.#isAdmin) return []
    return [...this.#granted].flatMap(([key, access]) => {
      const [namespace, table] = JSON.parse(key) as [string[], string?]
      const seen = access !== 'none' || (table === undefined && this.#ways.has(key))
      return seen ? [{ namespace, table: table ?? null, mayChange: allowsWrite(access) }] : []
    })
  }

  toNamespace(levels: readonly string[]): Access {
    if (this.#isAdmin) return 'open'
    for (let depth = levels.length; depth > 0; depth -= 1) {
      const access = this.#granted.get(keyOf(levels.slice(0, depth)))
      if (access) return access
    }
    return 'open'
  }

  /** To a table or a view: they share their names, and views have no grants of their own. */
  toTable(namespace: readonly string[], name: string): Access {
    if (this.#isAdmin) return 'open'
    return this.#granted.get(keyOf(namespace, name)) ?? this.toNamespace(namespace)
  }

  /** To a dropped table: by its own grants, which it keeps, else by the namespace it was dropped from. */
  toDropped(id: string, namespace: readonly string[]): Access {
    // Dropped tables lie in the namespace without levels, under their ids.
    return this.#granted.get(keyOf([], id)) ?? this.toNamespace(namespace)
  }

  /** A closed namespace is seen on the way to a table or namespace inside it that was granted. */
  seesNamespace(levels: readonly string[]): boolean {
    return this.toNamespace(levels) !== 'none' || this.#ways.has(keyOf(levels))
  }

  seesTable(namespace: readonly string[], name: string): boolean {
    return this.toTable(namespace, name) !== 'none'
  }
}

/** Whether an access suffices for a change. */
export const allowsWrite = (access: Access): boolean => access === 'open' || access === 'write'
