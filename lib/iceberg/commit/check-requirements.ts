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
  // The wording is the protocol's own: clients and its compatibility kit look for it.
  const expect = (what: string, expected: unknown, found: unknown, retryable = true): void => {
    if (expected === found) return
    throw new AppError(
      'conflict',
      `Requirement failed: ${what}: expected ${expected ?? 'none'}, found ${found ?? 'none'}.`,
      {
        userMessage: `The table changed meanwhile (${what}: expected ${expected ?? 'none'}, found ${found ?? 'none'}). Load it again and repeat the change.`,
        context: { requirement: requirement.type, expected: String(expected), found: String(found) },
        retryable,
      },
    )
  }
  if (requirement.type === 'assert-create') {
    if (metadata !== null) {
      throw new AppError(
        'already-exists',
        `Requirement failed: table already exists at ${metadata.location}.`,
      )
    }
    return
  }
  if (metadata === null) throw new AppError('not-found', 'The table to be changed does not exist.')
  switch (requirement.type) {
    case 'assert-table-uuid':
      expect('UUID does not match', requirement.uuid.toLowerCase(), metadata.tableUuid.toLowerCase(), false)
      return
    case 'assert-ref-snapshot-id': {
      const { ref, snapshotId } = requirement
      const found = Object.hasOwn(metadata.refs, ref) ? metadata.refs[ref] : undefined
      const what = `${found?.type ?? 'reference'} ${ref}`
      expect(
        snapshotId === null ? `${what} was created concurrently` : `${what} has changed`,
        snapshotId,
        found?.snapshotId ?? null,
      )
      return
    }
    case 'assert-last-assigned-field-id':
      expect('last assigned field id changed', requirement.lastAssignedFieldId, metadata.lastColumnId)
      return
    case 'assert-current-schema-id':
      expect('current schema changed', requirement.currentSchemaId, metadata.currentSchemaId)
      return
    case 'assert-last-assigned-partition-id':
      expect(
        'last assigned partition id changed',
        requirement.lastAssignedPartitionId,
        metadata.lastPartitionId,
      )
      return
    case 'assert-default-spec-id':
      expect('default partition spec changed', requirement.defaultSpecId, metadata.defaultSpecId)
      return
    case 'assert-default-sort-order-id':
      expect('default sort order changed', requirement.defaultSortOrderId, metadata.defaultSortOrderId)
      return
  }
}
