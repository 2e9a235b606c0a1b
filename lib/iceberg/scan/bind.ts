import { AppError } from '../../errors.ts'
import { findFieldByName, type Schema } from '../spec/schema.ts'
import { isPrimitive, type PrimitiveType, type PrimitiveValue } from '../spec/types.ts'
import { convertLiteral } from './convert-literal.ts'
import type { Expression, UnaryOperator } from './expression.ts'

export type ValueOperator =
  | 'eq'
  | 'not-eq'
  | 'lt'
  | 'lt-eq'
  | 'gt'
  | 'gt-eq'
  | 'in'
  | 'not-in'
  | 'starts-with'
  | 'not-starts-with'

/** A predicate about a column (or, projected, about a partition field). `values` has one entry except for in and not-in. */
export interface Predicate {
  op: UnaryOperator | ValueOperator
  /** Column id, or partition field id after projection. */
  fieldId: number
  type: PrimitiveType
  values: readonly PrimitiveValue[]
}

/** A filter without "not": negation has been pushed into the predicates. */
export type BoundExpression =
  | { op: 'true' }
  | { op: 'false' }
  | { op: 'and' | 'or'; operands: readonly BoundExpression[] }
  | { op: 'predicate'; predicate: Predicate }

const negations: Record<Predicate['op'], Predicate['op']> = {
  eq: 'not-eq',
  'not-eq': 'eq',
  lt: 'gt-eq',
  'gt-eq': 'lt',
  gt: 'lt-eq',
  'lt-eq': 'gt',
  in: 'not-in',
  'not-in': 'in',
  'starts-with': 'not-starts-with',
  'not-starts-with': 'starts-with',
  'is-null': 'not-null',
  'not-null': 'is-null',
  'is-nan': 'not-nan',
  'not-nan': 'is-nan',
}

/**
 * Resolves columns and literals of a filter.
 * @throws AppError `bad-input` for an unknown or nested column, or a literal of another type
 */
export function bind(expression: Expression, schema: Schema, negated = false): BoundExpression {
  switch (expression.op) {
    case 'true':
    case 'false':
      return { op: (expression.op === 'true') === negated ? 'false' : 'true' }
    case 'not':
      return bind(expression.operand, schema, !negated)
    case 'and':
    case 'or':
      return {
        op: (expression.op === 'and') === negated ? 'or' : 'and',
        operands: expression.operands.map((operand) => bind(operand, schema, negated)),
      }
    default: {
      const { fieldId, type } = columnOf(expression.column, schema)
      const literals =
        'values' in expression ? expression.values : 'value' in expression ? [expression.value] : []
      const op = negated ? negations[expression.op] : expression.op
      const values = literals.map((literal) => convertLiteral(expression.column, type, literal))
      if (op.endsWith('starts-with') && type !== 'string') {
        throw new AppError(
          'bad-input',
          `The filter's prefix test needs a text column; "${expression.column}" is of type ${type}.`,
        )
      }
      if (values.length === 0 && (op === 'in' || op === 'not-in'))
        return { op: op === 'in' ? 'false' : 'true' }
      return { op: 'predicate', predicate: { op, fieldId, type, values } }
    }
  }
}

function columnOf(name: string, schema: Schema): { fieldId: number; type: PrimitiveType } {
  const field = findFieldByName(schema, name)
  if (!field) {
    throw new AppError(
      'bad-input',
      `The filter names the column "${name}", which the table does not have. It has: ${schema.fields.map((one) => one.name).join(', ')}.`,
      { context: { column: name } },
    )
  }
  if (!isPrimitive(field.type)) {
    throw new AppError(
      'bad-input',
      `The filter compares the column "${name}", which is a ${field.type.type}, not a single value.`,
    )
  }
  return { fieldId: field.id, type: field.type }
}

/** Whether a filter may hold, given whether each predicate may. */
export function mayHold(expression: BoundExpression, test: (predicate: Predicate) => boolean): boolean {
  switch (expression.op) {
    case 'true':
      return true
    case 'false':
      return false
    case 'and':
      return expression.operands.every((operand) => mayHold(operand, test))
    case 'or':
      return expression.operands.some((operand) => mayHold(operand, test))
    case 'predicate':
      return test(expression.predicate)
  }
}

/** All predicates of a filter. */
export function predicatesOf(expression: BoundExpression): Predicate[] {
  if (expression.op === 'predicate') return [expression.predicate]
  return 'operands' in expression ? expression.operands.flatMap(predicatesOf) : []
}
