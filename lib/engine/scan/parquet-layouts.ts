import type { DuckDBConnection } from '@duckdb/node-api'
import { z } from 'zod'
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

const NodeSchema = z.object({
  name: z.string(),
  children: z.string().nullable(),
  id: z.string().nullable(),
  type: z.string().nullable(),
})
const RowSchema = z.object({ paths: z.array(z.string()), nodes: z.array(NodeSchema) })

/** Groups local Parquet files by their columns, by one look into all footers. */
export async function readLayouts(
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<ParquetLayout[]> {
  if (paths.length === 0) return []
  // Numbered before they are gathered: the nodes of a file come in depth-first order.
  const reader = await connection.runAndReadAll(`
    SELECT list(file_name) AS paths, nodes FROM (
      SELECT file_name, list({name: name, children: num_children, id: field_id, type: duckdb_type} ORDER BY place) AS nodes
      FROM (SELECT *, row_number() OVER () AS place FROM parquet_schema(${pathList(paths)}))
      GROUP BY file_name
    ) GROUP BY nodes`)
  return reader.getRowObjectsJson().map((row) => {
    const { paths, nodes } = RowSchema.parse(row)
    let next = 0
    const take = (): ParquetColumn => {
      const node = nodes[next]
      next += 1
      if (!node)
        throw new AppError('corrupt', `The footer of ${paths[0]} describes fewer columns than it says.`)
      const column: ParquetColumn = {
        name: node.name,
        type: node.type ?? '',
        children: Array.from({ length: Number(node.children ?? 0) }, take),
      }
      if (node.id !== null) column.fieldId = Number(node.id)
      return column
    }
    const root = take()
    return { paths, columns: root.children, hasFieldIds: nodes.some(({ id }) => id !== null) }
  })
}
