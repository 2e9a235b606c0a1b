import { AppError } from '#lib/errors.ts'
import type { TableIdentifier } from '#lib/iceberg/catalog/catalog.ts'

const level = /^[A-Za-z_][A-Za-z0-9_-]*$/

/**
 * `recipe_analytics.user_events_silver` as an identifier.
 * @throws AppError `bad-input` when it has no namespace or a level is not letters, digits, `_` and `-`.
 */
export function parseTableName(text: string): TableIdentifier {
  const levels = text.split('.')
  const name = levels.pop() ?? ''
  if (levels.length === 0 || ![...levels, name].every((part) => level.test(part))) {
    throw new AppError(
      'bad-input',
      `"${text}" is not a table name. Expected namespace.table of letters, digits, _ and -, for example recipe_analytics.user_events_silver.`,
    )
  }
  return { namespace: levels, name }
}
