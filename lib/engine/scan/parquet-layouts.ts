import type { DuckDBConnection } from '@duckdb/node-api'
import { AppError } from '../../errors.ts'
import { pathList } from './path-list.ts'

/** A column of a Parquet file as its footer describes it, with what is nested in it. */
export interface ParquetColumn {
  name: string
  fieldId?: number
  /** DuckDB's type of a primitive column, empty for a group. */
  type: string
  children: ParquetColumn[]
}

/** Files whose footers describe the same columns. */
export interface ParquetLayout {
  paths: string[]
  columns: ParquetColumn[]
  hasFieldIds: boolean
}

interface Node {
  name: string
  children: number
  fieldId: number | null
  type: string
}

/** Nodes of a footer come in depth-first order, the root first. */
function rootOf(path: string, nodes: readonly Node[]): ParquetColumn {
  let next = 0
  const take = (): ParquetColumn => {
    const node = nodes[next]
    next += 1
    if (!node) throw new AppError('corrupt', `The footer of ${path} describes fewer columns than it says.`)
    const { name, type, fieldId } = node
    const column: ParquetColumn = {
      name,
      type,
      children: Array.from({ length: node.children }, take),
    }
    if (fieldId !== null) column.fieldId = fieldId
    return column
  }
  return take()
}

/** What makes a layout, a row of `parquet_schema` each; `column_id` counts them depth-first, the root is 0. */
const layoutColumns = 'column_id, name, num_children, field_id, duckdb_type'

/**
 * Groups local Parquet files by their columns, by one look into all footers. Thousands of files have a handful of layouts:
 * DuckDB tells them apart by a hash, and only one file of each is described in full.
 */
export async function readLayouts(
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<ParquetLayout[]> {
  if (paths.length === 0) return []
  const fingerprints = await connection.runAndReadAll(
    `SELECT list(file_name) FROM (SELECT file_name, count(*) AS nodes, bit_xor(hash(${layoutColumns})) AS fingerprint
      FROM parquet_schema(${pathList(paths)}) GROUP BY file_name) GROUP BY nodes, fingerprint`,
  )
  const layouts: ParquetLayout[] = []
  for (const [files] of fingerprints.getRowsJS()) {
    const alike = files as string[]
    const [path = ''] = alike
    const described = await connection.runAndReadAll(
      `SELECT ${layoutColumns} FROM parquet_schema(${pathList([path])}) ORDER BY column_id`,
    )
    const nodes = described.getRowsJS().map(
      ([, name, children, fieldId, type]): Node => ({
        name: String(name),
        children: Number(children ?? 0),
        fieldId: fieldId === null ? null : Number(fieldId),
        type: String(type ?? ''),
      }),
    )
    layouts.push({
      paths: alike,
      columns: rootOf(path, nodes).children,
      hasFieldIds: nodes.some(({ fieldId }) => fieldId !== null),
    })
  }
  return layouts
}
