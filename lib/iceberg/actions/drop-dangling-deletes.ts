import type { TableAction } from '../commit/table-action.ts'
import { danglingDeletes } from '../scan/dangling-deletes.ts'
import { readManifestList } from '../scan/manifest-files.ts'
import { planFiles } from '../scan/plan-files.ts'
import { FileChangeWriter } from './file-changes.ts'
import { parentSnapshot } from './parent-snapshot.ts'
import { snapshotSummary } from './snapshot-summary.ts'
import { noLongerApplies } from './validate-conflicts.ts'

/**
 * Removes the delete files that apply to no data file (operation `replace`); the live rows stay as they are. Each try looks at
 * the one snapshot it builds on, so a delete file that came into use meanwhile stays.
 * @throws AppError `conflict`, not retryable, when there are none
 */
export function dropDanglingDeletes({
  summary = {},
}: {
  summary?: Record<string, string>
} = {}): TableAction {
  const writer = new FileChangeWriter()
  return async (table, context) => {
    const parent = parentSnapshot(table, context)
    const tasks = parent ? await planFiles(table, { snapshotId: parent.snapshotId }) : []
    const dangling = parent ? await danglingDeletes(table, parent, tasks) : []
    if (!parent || dangling.length === 0) {
      throw noLongerApplies(table, 'removal of delete files', 'every one of them applies to some data file')
    }
    const manifests = await readManifestList(table, parent)
    const changes = { removeData: [], addData: [], removeDeletes: dangling }
    const applied = await writer.apply(table, context, manifests, changes)
    return writer.snapshots.finish(
      table,
      context,
      applied.manifests,
      snapshotSummary(table.metadata, parent, {
        operation: 'replace',
        added: [],
        removed: applied.removed,
        properties: summary,
      }),
    )
  }
}
