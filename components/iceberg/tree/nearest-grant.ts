import type { CatalogActions } from '#lib/api/catalog-changes.ts'

type Grant = CatalogActions['grants'][number]

/** A namespace, or a table in it; without both the catalog. */
export interface Place {
  levels: readonly string[]
  table?: string | undefined
  /** id of a table that was dropped from the namespace */
  dropped?: string | undefined
}

/** Whether grants let somebody change a place: the nearest one decides, and without any they may. */
export function grantsAllowChange(grants: readonly Grant[], { levels, table, dropped }: Place): boolean {
  const at = (depth: number, name: string | null) =>
    grants.find(
      (grant) =>
        grant.table === name &&
        grant.namespace.length === depth &&
        grant.namespace.every((level, index) => level === levels[index]),
    )
  const own =
    (dropped === undefined ? undefined : at(0, dropped)) ??
    (table === undefined ? undefined : at(levels.length, table))
  if (own) return own.mayChange
  for (let depth = levels.length; depth > 0; depth -= 1) {
    const grant = at(depth, null)
    if (grant) return grant.mayChange
  }
  return true
}
