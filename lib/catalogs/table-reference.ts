import { AppError } from '#lib/errors.ts'
import type { TableIdentifier } from '#lib/iceberg/catalog/catalog.ts'

/** A table as URLs name it. */
export interface TableReference {
  catalog: string
  namespace: string[]
  table: string
}

const separator = '\u001F'

/**
 * Namespace levels from a URL segment. Levels are joined by `.`, as people write them; a level that has a dot itself
 * needs the Iceberg REST protocol's separator U+001F (`%1F`), which is accepted everywhere.
 * @throws AppError `bad-input` for an empty level.
 */
export function parseNamespace(text: string): string[] {
  // A trailing separator marks a single level that has a dot.
  const marked = text.endsWith(separator) ? text.slice(0, -1) : text
  const levels = text.includes(separator) ? marked.split(separator) : text.split('.')
  if (levels.some((level) => level === '')) {
    throw new AppError('bad-input', `The namespace ${JSON.stringify(text)} has an empty level.`, {
      userMessage:
        'The namespace has an empty level. Join levels by "." (or %1F when a level has a dot itself).',
    })
  }
  return levels
}

/** The URL segment (not yet percent-encoded) that `parseNamespace` reads back. */
export function formatNamespace(levels: readonly string[]): string {
  if (levels.length === 1 && levels[0]?.includes('.')) return `${levels[0]}${separator}`
  return levels.join(levels.some((level) => level.includes('.')) ? separator : '.')
}

/** The table that a route's parameters name. */
export const tableReference = (params: {
  catalog: string
  namespace: string
  table: string
}): TableReference => ({ ...params, namespace: parseNamespace(params.namespace) })

/** A table as the API's answers name it. */
export const tableName = (catalog: string, { namespace, name }: TableIdentifier) => ({
  catalog,
  namespace: formatNamespace(namespace),
  name,
})

/** A table as the audit trail names it. */
export const tableSubject = (catalog: string, { namespace, name }: TableIdentifier): string =>
  `table:${[catalog, ...namespace, name].join('.')}`

/** A namespace as the audit trail names it. */
export const namespaceSubject = (catalog: string, levels: readonly string[]): string =>
  `namespace:${[catalog, ...levels].join('.')}`
