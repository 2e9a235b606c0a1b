import type { Actor } from '#lib/auth/actor.ts'
import { AppError } from '#lib/errors.ts'
import type { Table, TableIdentifier } from '#lib/iceberg/catalog/catalog.ts'
import { commitChange, type MakeChange } from '#lib/iceberg/commit/commit-change.ts'
import { type CommitOutcome, commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import type { CommitTarget, TableAction } from '#lib/iceberg/commit/table-action.ts'
import { changeCatalog } from './change-catalog.ts'
import type { TableReference } from './table-reference.ts'

const identifierOf = ({ namespace, table }: TableReference): TableIdentifier => ({ namespace, name: table })

/**
 * Commits a change of metadata to a table of any catalog.
 * @throws AppError `not-found`, `forbidden` (grants), `conflict`, `commit-state-unknown`; whatever `make` throws
 */
export const changeTable = (reference: TableReference, actor: Actor, make: MakeChange): Promise<Table> =>
  changeCatalog(reference.catalog, actor, (catalog) => commitChange(catalog, identifierOf(reference), make))

/** Commits an action that makes a snapshot. @throws AppError as `changeTable` */
export const commitToTable = (
  reference: TableReference,
  actor: Actor,
  action: TableAction,
  target: CommitTarget,
): Promise<CommitOutcome> =>
  changeCatalog(reference.catalog, actor, (catalog) =>
    commitWithRetry(catalog, identifierOf(reference), action, { target }),
  )

/**
 * Refuses what was decided by looking at an older state: the branch or tag has to be at the expected snapshot (null: not
 * there yet). To be called in every try.
 * @throws AppError `conflict`
 */
export function expectReference({ metadata }: Table, name: string, expected: string | null): void {
  const reference = Object.hasOwn(metadata.refs, name) ? metadata.refs[name] : undefined
  const found = reference?.snapshotId.toString() ?? null
  if (found === expected) return
  throw new AppError(
    'conflict',
    `"${name}" is at ${found ?? 'no snapshot'} by now, not at ${expected ?? 'none'} as when it was looked at.`,
    {
      userMessage: `"${name}" has moved since you looked: it was at snapshot ${expected ?? 'none'}, and is at ${found ?? 'none'} now. Look again, then decide.`,
      context: { reference: name, expected, found },
    },
  )
}
