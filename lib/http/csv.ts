export interface CsvColumn<Row> {
  header: string
  value: (row: Row) => string | number | bigint | boolean | Date | null | undefined
}

/** Excel takes a file for UTF-8 only with this in front; without it Korean turns into noise. */
const byteOrderMark = '\uFEFF'

/** A cell that starts so is run as a formula by spreadsheets. */
const formulaStart = /^[=+\-@\t\r]/

/** CSV (RFC 4180) with a byte order mark; text that a spreadsheet would run as a formula gets an apostrophe in front. */
export function toCsv<Row>(rows: Iterable<Row>, columns: readonly CsvColumn<Row>[]): string {
  const lines = [columns.map(({ header }) => cell(header)).join(',')]
  for (const row of rows) lines.push(columns.map(({ value }) => cell(value(row))).join(','))
  return `${byteOrderMark}${lines.join('\r\n')}\r\n`
}

/** A CSV file as a download. `filename` without path; other than ASCII is fine. */
export function csv<Row>(
  rows: Iterable<Row>,
  columns: readonly CsvColumn<Row>[],
  filename: string,
): Response {
  const ascii = filename.replace(/[^\w.-]+/g, '_')
  return new Response(toCsv(rows, columns), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(filename)}`,
      'cache-control': 'private, no-cache',
    },
  })
}

function cell(value: string | number | bigint | boolean | Date | null | undefined): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'string') return String(value)
  const safe = formulaStart.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
