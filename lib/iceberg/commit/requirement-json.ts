import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { Int64Json } from '../spec/json.ts'
import type { Requirement } from './requirement.ts'

/** Requirements as the REST protocol writes them. */

const RequirementJson = z.discriminatedUnion('type', [
  z.object({ type: z.literal('assert-create') }),
  z.object({ type: z.literal('assert-table-uuid'), uuid: z.string().min(1) }),
  z
    .object({
      type: z.literal('assert-ref-snapshot-id'),
      ref: z.string().min(1),
      'snapshot-id': Int64Json.nullish(),
    })
    .transform(({ type, ref, ...json }) => ({ type, ref, snapshotId: json['snapshot-id'] ?? null })),
  z
    .object({ type: z.literal('assert-last-assigned-field-id'), 'last-assigned-field-id': z.int() })
    .transform(({ type, ...json }) => ({ type, lastAssignedFieldId: json['last-assigned-field-id'] })),
  z
    .object({ type: z.literal('assert-current-schema-id'), 'current-schema-id': z.int() })
    .transform(({ type, ...json }) => ({ type, currentSchemaId: json['current-schema-id'] })),
  z
    .object({ type: z.literal('assert-last-assigned-partition-id'), 'last-assigned-partition-id': z.int() })
    .transform(({ type, ...json }) => ({
      type,
      lastAssignedPartitionId: json['last-assigned-partition-id'],
    })),
  z
    .object({ type: z.literal('assert-default-spec-id'), 'default-spec-id': z.int() })
    .transform(({ type, ...json }) => ({ type, defaultSpecId: json['default-spec-id'] })),
  z
    .object({ type: z.literal('assert-default-sort-order-id'), 'default-sort-order-id': z.int() })
    .transform(({ type, ...json }) => ({ type, defaultSortOrderId: json['default-sort-order-id'] })),
])

/**
 * Reads the requirements of a commit request.
 * @throws AppError `bad-input` that names the requirement and the field
 */
export function parseRequirements(json: unknown): Requirement[] {
  const parsed = z.array(RequirementJson).safeParse(json)
  if (parsed.success) return parsed.data
  throw new AppError('bad-input', `The requirements are not valid: ${z.prettifyError(parsed.error)}`, {
    cause: parsed.error,
  })
}

/** A requirement as the REST protocol writes it, for `stringifyJson`. */
export function requirementToJson(requirement: Requirement): Record<string, unknown> {
  const { type } = requirement
  switch (requirement.type) {
    case 'assert-create':
      return { type }
    case 'assert-table-uuid':
      return { type, uuid: requirement.uuid }
    case 'assert-ref-snapshot-id':
      return { type, ref: requirement.ref, 'snapshot-id': requirement.snapshotId }
    case 'assert-last-assigned-field-id':
      return { type, 'last-assigned-field-id': requirement.lastAssignedFieldId }
    case 'assert-current-schema-id':
      return { type, 'current-schema-id': requirement.currentSchemaId }
    case 'assert-last-assigned-partition-id':
      return { type, 'last-assigned-partition-id': requirement.lastAssignedPartitionId }
    case 'assert-default-spec-id':
      return { type, 'default-spec-id': requirement.defaultSpecId }
    case 'assert-default-sort-order-id':
      return { type, 'default-sort-order-id': requirement.defaultSortOrderId }
  }
}
