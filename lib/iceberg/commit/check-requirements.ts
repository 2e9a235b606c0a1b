import { AppError } from '../../errors.ts'
import type { TableMetadata } from '../spec/table-metadata.ts'
import type { Requirement } from './requirement.ts'

/**
 * Checks what a commit requires of the table; `metadata` null: the table does not exist.
 * @throws AppError `conflict`, retryable unless the table is another one altogether
 */
export function checkRequirements(
  metadata: TableMetadata | null,
  requirements: readonly Requirement[],
): void {
  for (const requirement of requirements) check(metadata, requirement)
}

function check(metadata: TableMetadata | null, requirement: Requirement): void {
  const expect = (what: string, expected: unknown, found: unknown, retryable = true): void => {
    if (expected === found) return
    throw new AppError(
      'conflict',
      `The table changed meanwhile: ${what} was expected to be ${expected ?? 'absent'}, found ${found ?? 'none'}.`,
      {
        context: { requirement: requirement.type, expected: String(expected), found: String(found) },
        retryable,
      },
    )
  }
  if (requirement.type === 'assert-create') {
    if (metadata !== null) {
      throw new AppError(
        'already-exists',
        `The table was expected not to exist; it is at ${metadata.location}.`,
      )
    }
    return
  }
  if (metadata === null) throw new AppError('not-found', 'The table to be changed does not exist.')
  switch (requirement.type) {
    case 'assert-table-uuid':
      expect('the table UUID', requirement.uuid, metadata.tableUuid, false)
      return
    case 'assert-ref-snapshot-id':
      expect(
        `snapshot of ${requirement.ref}`,
        requirement.snapshotId,
        metadata.refs[requirement.ref]?.snapshotId ?? null,
      )
      return
    case 'assert-last-assigned-field-id':
      expect('the last column id', requirement.lastAssignedFieldId, metadata.lastColumnId)
      return
    case 'assert-current-schema-id':
      expect('the current schema id', requirement.currentSchemaId, metadata.currentSchemaId)
      return
    case 'assert-last-assigned-partition-id':
      expect('the last partition field id', requirement.lastAssignedPartitionId, metadata.lastPartitionId)
      return
    case 'assert-default-spec-id':
      expect('the default partition spec', requirement.defaultSpecId, metadata.defaultSpecId)
      return
    case 'assert-default-sort-order-id':
      expect('the default sort order', requirement.defaultSortOrderId, metadata.defaultSortOrderId)
      return
  }
}
