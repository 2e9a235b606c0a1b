import { AppError } from '../../errors.ts'
import { formatIdentifier, type Table } from '../catalog/catalog.ts'
import type { ActionContext } from '../commit/table-action.ts'
import { mainBranch, type Snapshot } from '../spec/snapshot.ts'
import { branchSnapshot } from '../spec/snapshot-history.ts'

/** The branch a commit builds on: its target, or main for a staged snapshot. */
export const targetBranch = ({ target }: Pick<ActionContext, 'target'>): string =>
  'branch' in target ? target.branch : mainBranch

/**
 * The snapshot a commit builds on. A branch that does not exist yet is made by the commit and begins at main.
 * @throws AppError `bad-input` when the target is a tag
 */
export function parentSnapshot(table: Table, context: Pick<ActionContext, 'target'>): Snapshot | undefined {
  const { metadata, identifier } = table
  const name = targetBranch(context)
  const reference = Object.hasOwn(metadata.refs, name) ? metadata.refs[name] : undefined
  if (reference?.type === 'tag') {
    throw new AppError(
      'bad-input',
      `"${name}" of the table ${formatIdentifier(identifier)} is a tag, which nothing can be committed to. Choose a branch.`,
    )
  }
  return branchSnapshot(metadata, name)
}
