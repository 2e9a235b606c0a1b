import type { NamespaceItem } from '#lib/api/catalog-schemas.ts'

export interface TableName {
  /** the namespace's URL segment */
  namespace: string
  name: string
}

type NamespaceName = Pick<NamespaceItem, 'name' | 'levels' | 'tables'>

export interface NamespaceNode {
  /** the URL segment */
  name: string
  levels: string[]
  /** What it is called below its parent. */
  label: string
  tables: number
  children: NamespaceNode[]
}

const keyOf = (levels: readonly string[]): string => JSON.stringify(levels)

/** Nests namespaces below the nearest one above them that is there, in the order given. */
export function namespaceTree(items: readonly NamespaceName[]): NamespaceNode[] {
  const nodes = new Map<string, NamespaceNode>()
  for (const { name, levels, tables } of items) {
    nodes.set(keyOf(levels), { name, levels, label: levels.join('.'), tables, children: [] })
  }
  const roots: NamespaceNode[] = []
  for (const node of nodes.values()) {
    let depth = node.levels.length - 1
    while (depth > 0 && !nodes.has(keyOf(node.levels.slice(0, depth)))) depth -= 1
    const parent = depth > 0 ? nodes.get(keyOf(node.levels.slice(0, depth))) : undefined
    node.label = node.levels.slice(depth).join('.')
    if (parent) parent.children.push(node)
    else roots.push(node)
  }
  return roots
}

/** What a search leaves of the namespaces: those called so, those of the tables found, and all above these. */
export function foundNamespaces<Item extends NamespaceName>(
  items: readonly Item[],
  text: string,
  tables: readonly TableName[],
): Item[] {
  const wanted = text.toLowerCase()
  const holding = new Set(tables.map(({ namespace }) => namespace))
  const kept = items.filter(
    ({ name, levels }) => holding.has(name) || levels.join('.').toLowerCase().includes(wanted),
  )
  return items.filter(({ levels }) =>
    kept.some((one) => levels.every((level, index) => one.levels[index] === level)),
  )
}
