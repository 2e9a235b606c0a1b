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

/** Groups local Parquet files by their columns, by one look into all footers. */
export async function readLayouts(
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<ParquetLayout[]> {
  if (paths.length === 0) return []
  // Grouped here: in SQL the ordered lists of columns take several times as long.
  const reader = await connection.runAndReadAll(
    `SELECT file_name, name, num_children, field_id, duckdb_type FROM parquet_schema(${pathList(paths)})`,
  )
  const [fileNames = [], names = [], children = [], fieldIds = [], types = []] = reader.getColumns()
  const files = new Map<string, Node[]>()
  for (const [row, fileName] of fileNames.entries()) {
    const nodes = files.get(String(fileName)) ?? []
    if (nodes.length === 0) files.set(String(fileName), nodes)
    const fieldId = fieldIds[row] ?? null
    nodes.push({
      name: String(names[row]),
      children: Number(children[row] ?? 0),
      fieldId: fieldId === null ? null : Number(fieldId),
      type: String(types[row] ?? ''),
    })
  }
  const layouts = new Map<string, ParquetLayout>()
  for (const [path, nodes] of files) {
    const key = JSON.stringify(nodes)
    const known = layouts.get(key)
    if (known) {
      known.paths.push(path)
      continue
    }
    const hasFieldIds = nodes.some(({ fieldId }) => fieldId !== null)
    layouts.set(key, { paths: [path], columns: rootOf(path, nodes).children, hasFieldIds })
  }
  return [...layouts.values()]
}
