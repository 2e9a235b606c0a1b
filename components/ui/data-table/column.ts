import type { ReactNode } from 'react'
import type { CellValue } from '#lib/client/filter-rows.ts'

/** A column of a DataTable. */
export interface DataColumn<Row> {
  /** The field's name: what the filter box, the sort order in the address, the API and the CSV call it. */
  id: string
  header: string
  /** For sorting, filtering and CSV. */
  value: (row: Row) => CellValue
  /** What the value is, if not a text: amounts stand to the right, times say how long ago they are. */
  kind?: 'count' | 'bytes' | 'time'
  /** How it is drawn; by default as its kind. */
  cell?: (row: Row) => ReactNode
  /** Whether the list can be sorted by it. Rows that are all here: yes unless told; lists of the API: only when told. */
  sortable?: boolean
  align?: 'left' | 'right'
  /** Pixels. Columns of long lists have a fixed width (160 unless told), others take what they need. */
  width?: number
  /** Left out below 640 px. */
  hideOnPhone?: boolean
  /** Not offered in the filter box. */
  filterable?: boolean
}

/** What a list of the API is read from, page by page. */
export interface DataSource {
  path: string
  query?: Record<string, string | number | boolean | null | undefined>
  /** Milliseconds between refreshes. */
  refetchInterval?: number
  pageSize?: number
}

/** Whether a column stands to the right. */
export const isRight = <Row>(column: DataColumn<Row>): boolean =>
  column.align === 'right' ||
  (column.align === undefined && (column.kind === 'count' || column.kind === 'bytes'))
