import type { TablePreview } from '#lib/api/preview.ts'

/** A value as one line of text: nested ones as JSON. null for NULL. */
export function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A value for reading: nested ones as JSON over several lines. */
export const readableText = (value: unknown): string | null =>
  typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : cellText(value)

/** Whether values of an Iceberg type are numbers to be compared, which align to the right. */
export const isNumberType = (type: string): boolean => /^(int|long|float|double|decimal)\b/.test(type)

/** A row as an object by column name; what was cut ends in an ellipsis. */
export function rowObject({ columns, rows, cut }: TablePreview, row: number): Record<string, unknown> {
  const values = rows[row] ?? []
  const isCut = (column: number) => cut.some((one) => one.row === row && one.column === column)
  return Object.fromEntries(
    columns.map(({ name }, column) => [
      name,
      isCut(column) ? `${cellText(values[column])}…` : (values[column] ?? null),
    ]),
  )
}

/** Pixels of a cell: its padding, and what one character takes in the monospace font of 12 px. */
const [padding, characterWidth, widest] = [24, 7.25, 320]
/** Hangul, Chinese and Japanese characters take the place of two. */
const wide = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uff60]/g

/** How wide a column has to be for its texts, in pixels, as far as a cell grows; NULL takes four characters. */
export function columnWidth(texts: readonly (string | null)[]): number {
  const enough = Math.ceil((widest - padding) / characterWidth)
  let longest = 0
  for (const text of texts) {
    const begin = (text ?? 'NULL').slice(0, enough)
    longest = Math.max(longest, begin.length + (begin.match(wide)?.length ?? 0))
  }
  return Math.min(widest, Math.ceil(padding + longest * characterWidth))
}
