import { formatValue } from '../../iceberg/spec/transform.ts'
import type { PrimitiveType, PrimitiveValue } from '../../iceberg/spec/types.ts'
import { sqlString } from '../../mappings/sql-text.ts'
import { duckdbType } from '../duckdb-types.ts'

/** A value of an Iceberg type as SQL. */
export function literalSql(type: PrimitiveType, value: PrimitiveValue | null): string {
  const sqlType = duckdbType(type)
  if (value === null) return `CAST(NULL AS ${sqlType})`
  if (value instanceof Uint8Array) return `from_hex('${Buffer.from(value).toString('hex')}')`
  return `CAST(${sqlString(formatValue(type, value))} AS ${sqlType})`
}
