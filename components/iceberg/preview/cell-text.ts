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
