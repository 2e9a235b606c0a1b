/** What a cell is worth for filters, sorting and CSV. */
export type CellValue = string | number | bigint | boolean | Date | null | undefined

interface Term {
  negative: boolean
  field: string | null
  operator: '' | '>' | '>=' | '<' | '<='
  value: string
}

const term = /(-?)(?:([\p{L}_][\p{L}\p{N}_.-]*):)?(>=|<=|>|<)?("(?:[^"\\]|\\.)*"|[^\s"]+)/gu

function parse(text: string): Term[] {
  return [...text.matchAll(term)].map(([, minus, field, operator, raw = '']) => ({
    negative: minus === '-',
    field: field?.toLowerCase() ?? null,
    operator: (operator ?? '') as Term['operator'],
    value: (raw.startsWith('"') ? raw.slice(1, -1).replace(/\\(.)/g, '$1') : raw).toLowerCase(),
  }))
}

const textOf = (value: CellValue): string =>
  value === null || value === undefined
    ? ''
    : value instanceof Date
      ? value.toISOString()
      : String(value).toLowerCase()

function compares(operator: Term['operator'], cell: CellValue, wanted: string): boolean {
  if (cell === null || cell === undefined) return false
  const left = Number(cell instanceof Date ? cell.getTime() : cell)
  const right = cell instanceof Date ? Date.parse(wanted) : Number(wanted)
  const order = Number.isNaN(left) || Number.isNaN(right) ? textOf(cell).localeCompare(wanted) : left - right
  if (operator === '>') return order > 0
  if (operator === '>=') return order >= 0
  if (operator === '<') return order < 0
  return order <= 0
}

/**
 * Filters rows that are all here, by the text of a filter box: words that occur anywhere, `field:text` that occurs in
 * a field (several after commas: any of them), `field:>10`, `-field:text`. Unknown fields are words.
 */
export function filterRows<Row>(
  rows: readonly Row[],
  text: string,
  columns: readonly { id: string; value: (row: Row) => CellValue }[],
): Row[] {
  const terms = parse(text)
  if (terms.length === 0) return [...rows]
  const byField = new Map(columns.map((column) => [column.id.toLowerCase(), column]))
  const matches = (row: Row, { field, operator, value }: Term): boolean => {
    const column = field === null ? undefined : byField.get(field)
    if (!column) {
      const wanted = field === null ? value : `${field}:${operator}${value}`
      return columns.some((candidate) => textOf(candidate.value(row)).includes(wanted))
    }
    const cell = column.value(row)
    if (operator) return compares(operator, cell, value)
    return value.split(',').some((part) => textOf(cell).includes(part))
  }
  return rows.filter((row) => terms.every((each) => matches(row, each) !== each.negative))
}

/** Orders two cells: nothing last, numbers by size, text by the language's rules. */
export function compareCells(one: CellValue, other: CellValue): number {
  const empty = (value: CellValue) => value === null || value === undefined || value === ''
  if (empty(one) || empty(other)) return Number(empty(one)) - Number(empty(other))
  if (one instanceof Date && other instanceof Date) return one.getTime() - other.getTime()
  const numeric = (value: CellValue): value is number | bigint =>
    typeof value === 'number' || typeof value === 'bigint'
  if (numeric(one) && numeric(other)) return one < other ? -1 : one > other ? 1 : 0
  return String(one).localeCompare(String(other), undefined, { numeric: true })
}
