import { AppError } from '#lib/errors.ts'
import { fieldErrorsKey } from '#lib/http/problem.ts'
import type { Schema } from '#lib/iceberg/spec/schema.ts'
import { findTimeColumn } from '../old-rows.ts'
import { orderProblem } from '../rewrite-order.ts'
import type { PolicyField, PolicyOverrides } from './policy-fields.ts'

/**
 * Refuses columns that a table does not have, or not of a type that will do. What a catalog or a namespace says is held against each table when the table
 * is looked at.
 * @throws AppError `bad-input` naming the field and the column
 */
export function assertColumns(schema: Schema | null, overrides: PolicyOverrides): void {
  if (schema === null) return
  const {
    'compaction.sortColumns': sortColumns = null,
    'compaction.zOrderColumns': zOrderColumns = null,
    'retention.column': column = null,
  } = overrides
  const problems: Partial<Record<PolicyField, string | null>> = {
    'compaction.sortColumns': orderProblem(schema, { strategy: 'sort', sortColumns, zOrderColumns: null }),
    'retention.column': column && findTimeColumn(schema, { name: column }).problem,
    'compaction.zOrderColumns':
      zOrderColumns && orderProblem(schema, { strategy: 'z-order', sortColumns: null, zOrderColumns }),
  }
  for (const [path, message] of Object.entries(problems)) {
    if (message)
      throw new AppError('bad-input', message, { context: { [fieldErrorsKey]: [{ path, message }] } })
  }
}
