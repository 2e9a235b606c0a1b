import type { DuckDBValue } from '@duckdb/node-api'
import { AppError } from '../../errors.ts'
import { sqlIdentifier } from '../../mappings/sql-text.ts'
import { withSession } from '../duckdb-session.ts'
import { prepareScan } from '../scan/scan-relation.ts'
import { type TaskContext, watched } from '../task-context.ts'
import type { QueryPayload, QueryResult } from '../tasks.ts'

const defaultMaxRows = 100_000

/** Runs one statement and returns all its rows as JSON values. */
export async function query(payload: QueryPayload, context: TaskContext): Promise<QueryResult> {
  const maxRows = payload.maxRows ?? defaultMaxRows
  return withSession(context.options, async (connection) => {
    for (const [index, [name, scan]] of Object.entries(payload.tables ?? {}).entries()) {
      const prepared = await watched(connection, context.signal, () =>
        prepareScan(connection, scan, `scan${index}`),
      )
      await connection.run(`CREATE TEMP VIEW ${sqlIdentifier(name)} AS ${prepared.select()}`)
    }
    const values: DuckDBValue[] | Record<string, DuckDBValue> | undefined = payload.params
    const reader = await watched(connection, context.signal, () =>
      connection.streamAndReadUntil(payload.sql, maxRows + 1, values),
    )
    if (reader.currentRowCount > maxRows) {
      throw new AppError('too-large', `The query gives more than ${maxRows} rows; add a filter or a LIMIT.`)
    }
    const types = reader.columnTypes()
    const columns = reader.columnNames().map((name, index) => ({ name, type: String(types[index]) }))
    return { columns, rows: reader.getRowObjectsJson() }
  })
}
