import { AppError } from '../../errors.ts'
import { formatIdentifier, type Table } from '../catalog/catalog.ts'
import type { ActionContext, ActionResult, TableAction } from '../commit/table-action.ts'
import { filesAddedBy } from '../scan/incremental.ts'
import { forEachManifest, readManifestList } from '../scan/manifest-files.ts'
import type { DataFile } from '../spec/data-file.ts'
import { partitionKey } from '../spec/partition-type.ts'
import { publishedWapIdKey, type Snapshot, sourceSnapshotIdKey, wapIdKey } from '../spec/snapshot.ts'
import { ancestorsOf } from '../spec/snapshot-history.ts'
import { findSnapshot, specById } from '../spec/table-metadata.ts'
import { appendFiles } from './append-files.ts'
import { FileChangeWriter } from './file-changes.ts'
import { parentSnapshot, targetBranch } from './parent-snapshot.ts'
import { snapshotSummary } from './snapshot-summary.ts'
import { validateAllFound, validateNoNewDeletes, validateNoNewFilesIn } from './validate-conflicts.ts'

const what = 'cherry-pick'

const refuse = (table: Table, message: string): AppError =>
  new AppError('bad-input', `${message} (table ${formatIdentifier(table.identifier)})`)

/**
 * Does on a branch what a snapshot did elsewhere: a staged one, or one of another branch. Where the branch is right
 * before the snapshot, it is moved onto it and nothing is written.
 * @throws AppError `bad-input` for a snapshot that is in the branch already, was picked or published before, or neither
 *   appended files nor overwrote partitions; `conflict` where an overwritten partition has changed since; `not-found`
 */
export function cherryPick(snapshotId: bigint): TableAction {
  return picking((table) => {
    const picked = findSnapshot(table.metadata, snapshotId)
    if (picked) return picked
    throw new AppError(
      'not-found',
      `The table ${formatIdentifier(table.identifier)} has no snapshot ${snapshotId}. It may have been expired.`,
    )
  })
}

/**
 * Publishes the snapshot that was staged under an id (write, audit, publish).
 * @throws AppError `not-found` when nothing is staged under it; else as `cherryPick`
 */
export function publishStaged(wapId: string): TableAction {
  return picking((table) => {
    const staged = table.metadata.snapshots.findLast((snapshot) => snapshot.summary[wapIdKey] === wapId)
    if (staged) return staged
    throw new AppError(
      'not-found',
      `Nothing is staged under "${wapId}" in the table ${formatIdentifier(table.identifier)}.`,
    )
  })
}

function picking(find: (table: Table) => Snapshot): TableAction {
  // Made once, so that another try uses the manifests of the first.
  let change: TableAction | undefined
  return async (table, context) => {
    const picked = find(table)
    const parent = parentSnapshot(table, context)
    validateNotThere(table, picked, parent)
    if (picked.parentSnapshotId === parent?.snapshotId) return moveTo(table, context, picked)
    change ??= await changeOf(table, picked)
    return change(table, context)
  }
}

/** The same change must not be made twice. */
function validateNotThere(table: Table, picked: Snapshot, parent: Snapshot | undefined): void {
  const wapId = picked.summary[wapIdKey]
  for (const snapshot of ancestorsOf(table.metadata, parent?.snapshotId)) {
    const { snapshotId, summary } = snapshot
    if (snapshotId === picked.snapshotId) {
      throw refuse(table, `Snapshot ${picked.snapshotId} is in the history of the branch already.`)
    }
    if (summary[sourceSnapshotIdKey] === picked.snapshotId.toString()) {
      throw refuse(table, `Snapshot ${picked.snapshotId} was picked before, as ${snapshotId}.`)
    }
    if (wapId !== undefined && (summary[wapIdKey] === wapId || summary[publishedWapIdKey] === wapId)) {
      throw refuse(table, `"${wapId}" was published before, as snapshot ${snapshotId}.`)
    }
  }
}

function moveTo({ metadata }: Table, context: ActionContext, picked: Snapshot): ActionResult {
  const branch = targetBranch(context)
  const reference = Object.hasOwn(metadata.refs, branch) ? metadata.refs[branch] : undefined
  return {
    requirements: [
      { type: 'assert-table-uuid', uuid: metadata.tableUuid },
      { type: 'assert-ref-snapshot-id', ref: branch, snapshotId: reference?.snapshotId ?? null },
    ],
    updates: [
      {
        action: 'set-snapshot-ref',
        refName: branch,
        ...reference,
        snapshotId: picked.snapshotId,
        type: 'branch',
      },
    ],
    snapshot: picked,
    written: [],
    unused: [],
  }
}

async function changeOf(table: Table, picked: Snapshot): Promise<TableAction> {
  const wapId = picked.summary[wapIdKey]
  const summary: Record<string, string> = { [sourceSnapshotIdKey]: picked.snapshotId.toString() }
  if (wapId !== undefined) summary[publishedWapIdKey] = wapId
  const { operation } = picked.summary
  const overwrote = operation === 'overwrite' && picked.summary['replace-partitions'] === 'true'
  if (operation !== 'append' && !overwrote) {
    throw refuse(
      table,
      `Snapshot ${picked.snapshotId} (${operation}) cannot be picked: only appends and overwrites of whole partitions can be done again elsewhere. Fast-forward the branch instead.`,
    )
  }
  // Row ids are given where the files are published.
  const add = (await filesAddedBy(table, picked.snapshotId, 'all')).map(
    ({ file: { firstRowId: _, ...file } }) => file,
  )
  if (operation === 'append') return appendFiles({ files: add, summary })
  return overwritePartitionsAgain(picked, add, await filesRemovedBy(table, picked), summary)
}

interface RemovedFiles {
  removeData: DataFile[]
  removeDeletes: DataFile[]
}

async function filesRemovedBy(table: Table, snapshot: Snapshot): Promise<RemovedFiles> {
  const removed: RemovedFiles = { removeData: [], removeDeletes: [] }
  const manifests = (await readManifestList(table, snapshot)).filter(
    (manifest) => manifest.addedSnapshotId === snapshot.snapshotId,
  )
  await forEachManifest(table, manifests, 'identity', (entries) => {
    for (const { status, snapshotId, file } of entries) {
      if (status !== 'deleted' || snapshotId !== snapshot.snapshotId) continue
      removed[file.content === 'data' ? 'removeData' : 'removeDeletes'].push(file)
    }
  })
  return removed
}

/** The partitions have to be as they were when the snapshot replaced them: it may have been made from their rows. */
function overwritePartitionsAgain(
  picked: Snapshot,
  add: readonly DataFile[],
  removed: RemovedFiles,
  summary: Record<string, string>,
): TableAction {
  const writer = new FileChangeWriter()
  return async (table, context) => {
    const { metadata } = table
    const parent = parentSnapshot(table, context)
    const history = ancestorsOf(metadata, parent?.snapshotId)
    const start = history.find((snapshot) => snapshot.snapshotId === picked.parentSnapshotId)
    if (picked.parentSnapshotId !== undefined && !start) {
      throw refuse(
        table,
        `Snapshot ${picked.snapshotId} cannot be picked: it overwrote partitions of a state that the branch was never in.`,
      )
    }
    const since = start?.sequenceNumber ?? 0n
    const manifests = parent ? await readManifestList(table, parent) : []
    const partitions = new Set(
      [...add, ...removed.removeData].map((file) =>
        partitionKey(specById(metadata, file.specId), file.partition),
      ),
    )
    await validateNoNewFilesIn(table, what, manifests, since, partitions)
    await validateNoNewDeletes(table, what, manifests, since, removed.removeData)
    const applied = await writer.apply(table, context, manifests, { ...removed, addData: add })
    validateAllFound(table, what, removed.removeData, applied.removed)
    return writer.snapshots.finish(
      table,
      context,
      applied.manifests,
      snapshotSummary(metadata, parent, {
        operation: 'overwrite',
        added: add,
        removed: applied.removed,
        properties: { 'replace-partitions': 'true', ...summary },
      }),
    )
  }
}
