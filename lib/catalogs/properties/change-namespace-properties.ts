import type { Actor } from '#lib/auth/actor.ts'
import type { Namespace } from '#lib/iceberg/catalog/catalog.ts'
import { changeCatalog } from '../change-catalog.ts'
import { expectProperties, type PropertyChange } from './expect-properties.ts'

/**
 * Sets and removes properties of a namespace of any catalog; answers with the namespace as it is then.
 * @throws AppError `conflict` when a property is no longer what was expected, `bad-input` for one that is to be set and
 *   removed; otherwise as `changeCatalog`
 */
export const changeNamespaceProperties = (
  { catalog, levels }: { catalog: string; levels: string[] },
  actor: Actor,
  { set, remove, expected }: PropertyChange,
): Promise<Namespace> =>
  changeCatalog(catalog, actor, async (opened) => {
    await opened.updateNamespaceProperties(levels, {
      updates: set,
      removals: remove,
      check: (before) => expectProperties(before, expected),
    })
    return opened.loadNamespace(levels)
  })
