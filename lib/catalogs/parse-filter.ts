import { AppError } from '#lib/errors.ts'

/**
 * The filter box of the catalog's lists, as text: `year:2025 hour:>=13 action:append,replace -status:done parquet`.
 * Words are joined by AND, values after a comma by OR; a word without a field matches the row's text.
 */

export type ComparisonOperator = '=' | '!=' | '>' | '>=' | '<' | '<='

export interface FieldCondition {
  field: string
  operator: ComparisonOperator
  /** Alternatives; more than one only with `=` and `!=`. */
  values: string[]
}

export interface ListFilter {
  conditions: FieldCondition[]
  /** Words without a field, lower-case; each has to occur in the row's text. */
  words: string[]
}

const token = /(-?)(?:([\p{L}_][\p{L}\p{N}_.-]*):)?(>=|<=|!=|>|<)?("(?:[^"\\]|\\.)*"|[^\s"]+)/gu

const unquoted = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text

const opposite: Record<ComparisonOperator, ComparisonOperator> = {
  '=': '!=',
  '!=': '=',
  '>': '<=',
  '>=': '<',
  '<': '>=',
  '<=': '>',
}

/**
 * Parses filter text. `fields` are the names that may stand before a colon; anything else there is reported, since a
 * misspelt field that silently matched nothing would look like an empty table.
 * @throws AppError `bad-input` naming the unknown field and the known ones.
 */
export function parseFilter(text: string | undefined, fields: readonly string[]): ListFilter {
  const filter: ListFilter = { conditions: [], words: [] }
  for (const match of (text ?? '').matchAll(token)) {
    const [whole, minus, field, sign, raw = ''] = match
    // A pasted location (`s3://…`) is a word, not a field named s3.
    if (field === undefined || raw.startsWith('//')) {
      filter.words.push(unquoted(raw === whole ? raw : whole).toLowerCase())
      continue
    }
    if (!fields.includes(field)) {
      throw new AppError('bad-input', `The filter names an unknown field "${field}".`, {
        userMessage: `The filter names the field "${field}", which this list does not have. Use one of: ${fields.join(', ')}.`,
        context: { field, fields },
      })
    }
    const given = (sign ?? '=') as ComparisonOperator
    const operator = minus ? opposite[given] : given
    const values = raw.startsWith('"') || given !== '=' ? [unquoted(raw)] : raw.split(',').filter(Boolean)
    filter.conditions.push({ field, operator, values })
  }
  return filter
}

const numeric = /^-?\d+(\.\d+)?$/
const integer = /^-?\d+$/

/** Orders two texts: integers of any size and decimals as numbers, anything else by code unit. */
export function compareValues(a: string, b: string): number {
  if (integer.test(a) && integer.test(b)) {
    const [x, y] = [BigInt(a), BigInt(b)]
    return x < y ? -1 : x > y ? 1 : 0
  }
  if (numeric.test(a) && numeric.test(b)) return Number(a) - Number(b)
  return a < b ? -1 : a > b ? 1 : 0
}

function holds(condition: FieldCondition, value: string | null): boolean {
  const equal = (wanted: string): boolean =>
    value === null ? wanted === 'null' : wanted === '*' || compareValues(value, wanted) === 0
  if (condition.operator === '=') return condition.values.some(equal)
  if (condition.operator === '!=') return !condition.values.some(equal)
  if (value === null) return false
  const order = compareValues(value, condition.values[0] ?? '')
  if (condition.operator === '>') return order > 0
  if (condition.operator === '>=') return order >= 0
  if (condition.operator === '<') return order < 0
  return order <= 0
}

/** Whether a row passes: `fieldValue` gives a field's value as text (null for NULL), `text` what free words are sought in. */
export function matchesFilter(
  filter: ListFilter,
  fieldValue: (field: string) => string | null,
  text: () => string,
): boolean {
  for (const condition of filter.conditions) if (!holds(condition, fieldValue(condition.field))) return false
  if (filter.words.length === 0) return true
  const haystack = text().toLowerCase()
  return filter.words.every((word) => haystack.includes(word))
}
