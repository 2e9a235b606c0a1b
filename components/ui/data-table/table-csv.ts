import { apiGet } from '#lib/client/api.ts'
import { downloadText, toCsv } from '#lib/client/csv.ts'
import type { ApiPage } from '#lib/client/use-api.ts'
import type { DataColumn } from './column.ts'

/** A spreadsheet stops near here, too; who needs more takes the API. */
const mostRows = 100_000

const plain = (value: ReturnType<DataColumn<unknown>['value']>) =>
  value instanceof Date ? value.toISOString() : value

/** Hands the rows over as a file: columns by their field names, values unrounded. */
export function exportRows<Row>(
  fileName: string,
  columns: readonly DataColumn<Row>[],
  rows: readonly Row[],
): void {
  const lines = rows.map((row) => columns.map(({ value }) => plain(value(row))))
  downloadText(`${fileName}.csv`, toCsv([columns.map(({ id }) => id), ...lines]))
}

/** All rows of a list of the API, page after page. @throws ApiProblem */
export async function readAllRows<Row>(
  path: string,
  query: Record<string, string | number | boolean | null | undefined>,
): Promise<Row[]> {
  const rows: Row[] = []
  let cursor: string | null = null
  do {
    const page: ApiPage<Row> = await apiGet<ApiPage<Row>>(path, { ...query, limit: 1_000, cursor })
    rows.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null && rows.length < mostRows)
  return rows
}
