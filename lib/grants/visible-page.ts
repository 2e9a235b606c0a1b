import type { ListBounds } from '#lib/iceberg/catalog/built-in-catalog.ts'

/**
 * A page of what is visible, one item more than the limit where there is more: reads on until enough of what it reads
 * can be shown.
 */
export async function visiblePage<Item, Key>(
  { after, limit }: ListBounds<Key>,
  list: {
    read: (bounds: ListBounds<Key>) => Promise<Item[]>
    isVisible: (item: Item) => boolean
    keyOf: (item: Item) => Key
  },
): Promise<Item[]> {
  const visible: Item[] = []
  let position = after
  for (;;) {
    const bounds: ListBounds<Key> = {}
    if (position !== undefined) bounds.after = position
    if (limit !== undefined) bounds.limit = limit
    const found = await list.read(bounds)
    visible.push(...found.filter(list.isVisible))
    const last = found.at(-1)
    if (limit === undefined || last === undefined || found.length <= limit || visible.length > limit) {
      return limit === undefined ? visible : visible.slice(0, limit + 1)
    }
    position = list.keyOf(last)
  }
}
