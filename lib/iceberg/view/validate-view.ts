import { AppError } from '../../errors.ts'
import { eachField, type Schema } from '../spec/schema.ts'
import { isSql, type ViewVersion } from './view-metadata.ts'

/** What a view cannot be made or changed to. */
export const invalidView = (message: string): AppError =>
  new AppError('bad-input', message, { context: { problem: 'invalid-view' } })

/**
 * Names and ids of a view's schema must be unique. Unlike a table's, its ids may start at 0 (Spark's do): no file refers
 * to them.
 * @throws AppError `bad-input`
 */
export function validateViewSchema(schema: Schema): void {
  const ids = new Set<number>()
  const names = new Set<string>()
  for (const { id, name } of eachField(schema)) {
    if (ids.has(id)) throw invalidView(`Invalid view schema: the field id ${id} is there twice.`)
    if (names.has(name)) throw invalidView(`Invalid view schema: there are two fields named "${name}".`)
    ids.add(id)
    names.add(name)
  }
}

/**
 * A version needs a query, in SQL and only one for each dialect.
 * @throws AppError `bad-input`
 */
export function validateViewVersion(version: ViewVersion): void {
  if (version.representations.length === 0) {
    throw invalidView('Invalid view version: it has no query. Expected at least one SQL representation.')
  }
  const dialects = new Set<string>()
  for (const representation of version.representations) {
    if (!isSql(representation)) {
      throw invalidView(
        `Invalid view version: Found unsupported view representation "${representation.type}", expected "sql".`,
      )
    }
    const dialect = representation.dialect.toLowerCase()
    if (dialects.has(dialect)) {
      throw invalidView(`Invalid view version: Cannot add multiple queries for dialect ${dialect}`)
    }
    dialects.add(dialect)
  }
}
