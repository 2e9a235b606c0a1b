/**
 * Row filters for scans. A literal may be given as people write it: `'2025-07-01'` for a date, an ISO 8601 text or a Date
 * for a timestamp, a text for a decimal; it is converted to the column's type when the filter is bound to a schema.
 */
export type Literal = boolean | number | bigint | string | Uint8Array | Date

export type ComparisonOperator = 'eq' | 'not-eq' | 'lt' | 'lt-eq' | 'gt' | 'gt-eq'
export type SetOperator = 'in' | 'not-in'
export type UnaryOperator = 'is-null' | 'not-null' | 'is-nan' | 'not-nan'
export type PrefixOperator = 'starts-with' | 'not-starts-with'

export type Expression =
  | { op: 'true' }
  | { op: 'false' }
  | { op: 'and' | 'or'; operands: readonly Expression[] }
  | { op: 'not'; operand: Expression }
  | { op: ComparisonOperator; column: string; value: Literal }
  | { op: SetOperator; column: string; values: readonly Literal[] }
  | { op: PrefixOperator; column: string; value: string }
  | { op: UnaryOperator; column: string }

const compare =
  (op: ComparisonOperator) =>
  (column: string, value: Literal): Expression => ({ op, column, value })
const unary =
  (op: UnaryOperator) =>
  (column: string): Expression => ({ op, column })

export const alwaysTrue: Expression = { op: 'true' }
export const and = (...operands: Expression[]): Expression => ({ op: 'and', operands })
export const or = (...operands: Expression[]): Expression => ({ op: 'or', operands })
export const not = (operand: Expression): Expression => ({ op: 'not', operand })
export const eq = compare('eq')
export const notEq = compare('not-eq')
export const lt = compare('lt')
export const ltEq = compare('lt-eq')
export const gt = compare('gt')
export const gtEq = compare('gt-eq')
export const isIn = (column: string, values: readonly Literal[]): Expression => ({ op: 'in', column, values })
export const notIn = (column: string, values: readonly Literal[]): Expression => ({
  op: 'not-in',
  column,
  values,
})
export const startsWith = (column: string, value: string): Expression => ({
  op: 'starts-with',
  column,
  value,
})
export const isNull = unary('is-null')
export const notNull = unary('not-null')
export const isNan = unary('is-nan')
export const notNan = unary('not-nan')
