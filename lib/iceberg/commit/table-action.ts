import type { Table } from '../catalog/catalog.ts'
import type { Snapshot } from '../spec/snapshot.ts'
import type { Requirement } from './requirement.ts'
import type { TableUpdate } from './table-update.ts'

/** What one try of an action wants committed. */
export interface ActionResult {
  requirements: Requirement[]
  updates: TableUpdate[]
  snapshot: Snapshot
  /** Locations of metadata files (manifests, manifest list) this commit wrote and this try may refer to. */
  written: string[]
  /** Those of `written` that the snapshot does not refer to after all: removed once the commit has landed. */
  unused: string[]
}

/**
 * Where a snapshot goes: to a branch, or to none yet. A staged snapshot is in the table for somebody to look at, and is
 * published later under its id (write, audit, publish).
 */
export type CommitTarget = { branch: string } | { wapId: string }

export interface ActionContext {
  target: CommitTarget
  /** The same over all tries of one commit, so that a commit whose outcome is unknown can be recognised. */
  snapshotId: bigint
  /** Part of the names of files written for this commit. */
  commitUuid: string
  /** 1 for the first try. */
  attempt: number
  /** To be called with each location before it is written, so that a failed try leaves nothing behind. */
  noteWritten: (location: string) => void
  signal?: AbortSignal
}

/**
 * One kind of change of a table. It is called again with the newly loaded table after a lost race, has to validate
 * against that, and may reuse what it wrote before (then it lists it in `written` again).
 */
export type TableAction = (table: Table, context: ActionContext) => Promise<ActionResult>
