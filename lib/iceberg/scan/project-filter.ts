import type { TypedPartitionField } from '../spec/partition-type.ts'
import { isUnknownTransform, keepsOrder, transformFunction, transformParts } from '../spec/transform.ts'
import type { PrimitiveValue } from '../spec/types.ts'
import type { BoundExpression, Predicate } from './bind.ts'

/**
 * Inclusive projection (spec: "Scan Planning"): a filter on partition values that holds for each partition in which
 * some row may fulfil the filter on columns.
 */
export function projectFilter(
  expression: BoundExpression,
  fields: readonly TypedPartitionField[],
): BoundExpression {
  if (expression.op === 'predicate') {
    const operands = fields
      .filter((field) => field.sourceId === expression.predicate.fieldId)
      .map((field) => projectPredicate(expression.predicate, field))
      .filter((predicate) => predicate !== null)
      .map((predicate): BoundExpression => ({ op: 'predicate', predicate }))
    return { op: 'and', operands }
  }
  if (!('operands' in expression)) return expression
  return {
    op: expression.op,
    operands: expression.operands.map((operand) => projectFilter(operand, fields)),
  }
}

/** The predicate on the partition field that follows from one on its source column; null when none follows. */
function projectPredicate(predicate: Predicate, field: TypedPartitionField): Predicate | null {
  const project = (op: Predicate['op'], values: readonly PrimitiveValue[] = []): Predicate => ({
    op,
    fieldId: field.fieldId,
    type: field.type,
    values,
  })
  const { kind, width } = transformParts(field.transform)
  if (kind === 'identity') return project(predicate.op, predicate.values)
  if (kind === 'void' || isUnknownTransform(field.transform)) return null
  const transform = transformFunction(field.transform, field.sourceType)
  const transformed = (): PrimitiveValue[] =>
    predicate.values.map((value) => transform(value)).filter((value) => value !== null)
  switch (predicate.op) {
    case 'is-null':
    case 'not-null':
      return project(predicate.op)
    case 'eq':
    case 'in':
      return project(predicate.op, transformed())
    // The border value's own partition has rows on both sides of it.
    case 'lt':
    case 'lt-eq':
      return keepsOrder(field.transform) ? project('lt-eq', transformed()) : null
    case 'gt':
    case 'gt-eq':
      return keepsOrder(field.transform) ? project('gt-eq', transformed()) : null
    case 'starts-with': {
      if (kind !== 'truncate') return null
      const prefix = String(predicate.values[0])
      return [...prefix].length <= width ? project('starts-with', [prefix]) : project('eq', transformed())
    }
    default:
      return null
  }
}
