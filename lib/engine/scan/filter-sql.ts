import { AppError } from '../../errors.ts'
import type { BoundExpression, Predicate } from '../../iceberg/scan/bind.ts'
import type { Schema } from '../../iceberg/spec/schema.ts'
import type { NestedField } from '../../iceberg/spec/types.ts'
import { sqlIdentifier } from '../../mappings/sql-text.ts'
import { literalSql } from './literal-sql.ts'

/** A column of a relation with a schema's columns, `"page"."url"` for one inside structs; undefined for other nesting. */
export function columnSql(fields: readonly NestedField[], id: number): string | undefined {
  for (const field of fields) {
    const name = sqlIdentifier(field.name)
    if (field.id === id) return name
    if (typeof field.type === 'string' || field.type.type !== 'struct') continue
    const inner = columnSql(field.type.fields, id)
    if (inner) return `${name}.${inner}`
  }
  return undefined
}

const comparisons: Partial<Record<Predicate['op'], string>> = {
  eq: '=',
  'not-eq': '<>',
  lt: '<',
  'lt-eq': '<=',
  gt: '>',
  'gt-eq': '>=',
}

function predicateSql(predicate: Predicate, schema: Schema): string {
  const column = columnSql(schema.fields, predicate.fieldId)
  if (!column) {
    throw new AppError(
      'bad-input',
      `The filter uses column id ${predicate.fieldId}, which is not in the schema.`,
    )
  }
  const values = predicate.values.map((value) => literalSql(predicate.type, value))
  switch (predicate.op) {
    case 'is-null':
      return `${column} IS NULL`
    case 'not-null':
      return `${column} IS NOT NULL`
    case 'is-nan':
      return `isnan(${column})`
    case 'not-nan':
      return `NOT isnan(${column})`
    case 'in':
      return `${column} IN (${values.join(', ')})`
    case 'not-in':
      return `${column} NOT IN (${values.join(', ')})`
    case 'starts-with':
      return `starts_with(${column}, ${values[0]})`
    case 'not-starts-with':
      return `NOT starts_with(${column}, ${values[0]})`
    default:
      return `${column} ${comparisons[predicate.op]} ${values[0]}`
  }
}

/** A filter as a SQL condition, with SQL's logic: it is NULL where a comparison with NULL decides. */
export function filterSql(filter: BoundExpression, schema: Schema): string {
  switch (filter.op) {
    case 'true':
      return 'TRUE'
    case 'false':
      return 'FALSE'
    case 'predicate':
      return predicateSql(filter.predicate, schema)
    default: {
      if (filter.operands.length === 0) return filter.op === 'and' ? 'TRUE' : 'FALSE'
      const operands = filter.operands.map((operand) => filterSql(operand, schema))
      return `(${operands.join(filter.op === 'and' ? ' AND ' : ' OR ')})`
    }
  }
}
