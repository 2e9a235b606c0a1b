import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import { decodeCursor, type PageQuery } from './page.ts'

const PositionSchema = z.object({ value: z.string(), id: z.string() })

export interface Keyset<Field extends string> {
  field: Field
  direction: 'asc' | 'desc'
  /** the last row of the page before; undefined on the first page */
  after: { value: string; id: string } | undefined
}

/**
 * Reads `sort` and `cursor` for a list that is sorted by one of `fields` and then by id, so that rows that are added or
 * removed between pages are neither skipped nor shown twice.
 * @throws AppError `bad-input` for a field that can't be sorted by
 */
export function keysetOf<const Fields extends readonly [string, ...string[]]>(
  query: Pick<PageQuery, 'sort' | 'cursor'>,
  fields: Fields,
  fallback: Fields[number] | `-${Fields[number]}`,
): Keyset<Fields[number]> {
  const sort = query.sort ?? fallback
  const descending = sort.startsWith('-')
  const name = descending ? sort.slice(1) : sort
  const field = fields.find((candidate): candidate is Fields[number] => candidate === name)
  if (field === undefined) {
    throw new AppError('bad-input', `This list is sorted by one of ${fields.join(', ')}; found sort=${sort}.`)
  }
  return { field, direction: descending ? 'desc' : 'asc', after: decodeCursor(query.cursor, PositionSchema) }
}

/** The Prisma condition for "after this position"; `read` turns the cursor's text back into the column's type. */
export function afterPosition<Field extends string>(
  { field, direction, after }: Keyset<Field>,
  read: (text: string) => string | Date | bigint | number = (text) => text,
) {
  if (!after) return {}
  const beyond = direction === 'asc' ? 'gt' : 'lt'
  const value = read(after.value)
  return { OR: [{ [field]: { [beyond]: value } }, { [field]: value, id: { [beyond]: after.id } }] }
}

/** The Prisma order that belongs to `afterPosition`. */
export const keysetOrder = <Field extends string>({ field, direction }: Keyset<Field>) => [
  { [field]: direction },
  { id: direction },
]
