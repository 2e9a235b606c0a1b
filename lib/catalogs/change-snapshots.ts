import type { ReferenceItem, SnapshotChange } from '#lib/api/snapshots.ts'
import type { Actor } from '#lib/auth/actor.ts'
import { database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { cherryPick } from '#lib/iceberg/actions/cherry-pick.ts'
import {
  createReference as createLibraryReference,
  dropReference,
  fastForward,
  type Retention,
  replaceReference,
  setRetention as setLibraryRetention,
} from '#lib/iceberg/actions/manage-references.ts'
import { rollbackToSnapshot, setCurrentSnapshot } from '#lib/iceberg/actions/rollback.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import type { MakeChange } from '#lib/iceberg/commit/commit-change.ts'
import { mainBranch, type SnapshotReference } from '#lib/iceberg/spec/snapshot.ts'
import { logger } from '#lib/log.ts'
import { announceCommit } from '#lib/maintenance/announce-commit.ts'
import { changeTable, commitToTable, expectReference } from './change-table.ts'
import { loadTable } from './load-table.ts'
import { referenceItems } from './reference-item.ts'
import type { TableReference } from './table-reference.ts'

/** Changes of snapshots and references that somebody decided by looking at a table; what they saw has to be so still. */

/** Retention as the API has it: null follows the table. */
interface RetentionAnswer {
  maxRefAgeMs?: number | null | undefined
  minSnapshotsToKeep?: number | null | undefined
  maxSnapshotAgeMs?: number | null | undefined
}

function retentionOf({ maxRefAgeMs, minSnapshotsToKeep, maxSnapshotAgeMs }: RetentionAnswer): Retention {
  const retention: Retention = {}
  if (maxRefAgeMs) retention.maxRefAgeMs = maxRefAgeMs
  if (minSnapshotsToKeep) retention.minSnapshotsToKeep = minSnapshotsToKeep
  if (maxSnapshotAgeMs) retention.maxSnapshotAgeMs = maxSnapshotAgeMs
  return retention
}

function itemNamed({ metadata }: Table, name: string): ReferenceItem {
  const item = referenceItems(metadata).find((one) => one.name === name)
  if (item) return item
  throw new AppError('conflict', `"${name}" was changed, and has been dropped by somebody else since.`)
}

/** A compaction that came at once would move main on, and nobody could undo what they have just done. */
const secondsToUndo = 60

/** Health and marts follow what main is now, as they do after a commit. Another server's tables have neither. */
async function announceMain(reference: TableReference, actor: Actor, branch: string): Promise<void> {
  if (branch !== mainBranch) return
  const { row, table } = await loadTable(reference, actor)
  const { currentSnapshotId } = table.metadata
  if (row && currentSnapshotId !== undefined) {
    await announceCommit({ db: database(), log: logger() }, row.id, { evaluateAfterSeconds: secondsToUndo })
  }
}

/** What is wanted of a branch or tag, and where it was when somebody decided so. */
interface WantedReference extends RetentionAnswer {
  name: string
  type: SnapshotReference['type']
  snapshotId: string
  /** null: the name was free */
  expectedSnapshotId: string | null
}

/** Makes a branch or tag, or moves the one that is where it is expected. */
export async function createReference(
  reference: TableReference,
  actor: Actor,
  wanted: WantedReference,
): Promise<ReferenceItem> {
  const make = wanted.expectedSnapshotId === null ? newReference(wanted) : movedReference(wanted)
  return itemNamed(await changeTable(reference, actor, make), wanted.name)
}

const newReference = ({ name, type, snapshotId, ...retention }: WantedReference): MakeChange =>
  createLibraryReference({ name, type, snapshotId: BigInt(snapshotId), ...retentionOf(retention) })

const movedReference =
  ({ name, type, snapshotId, expectedSnapshotId }: WantedReference): MakeChange =>
  (table) => {
    expectReference(table, name, expectedSnapshotId)
    if (name === mainBranch) {
      throw new AppError('bad-input', 'main is the table itself: roll back, or set the current snapshot.')
    }
    const found = table.metadata.refs[name]?.type
    if (found !== type) throw new AppError('bad-input', `"${name}" is a ${found}, not a ${type}.`)
    return replaceReference(name, BigInt(snapshotId))(table)
  }

export async function setRetention(
  reference: TableReference,
  actor: Actor,
  name: string,
  { expectedSnapshotId, ...retention }: RetentionAnswer & { expectedSnapshotId: string },
): Promise<ReferenceItem> {
  const set = setLibraryRetention(name, retentionOf(retention))
  const changed = await changeTable(reference, actor, (table) => {
    const change = set(table)
    expectReference(table, name, expectedSnapshotId)
    return change
  })
  return itemNamed(changed, name)
}

export async function dropReferenceAt(
  reference: TableReference,
  actor: Actor,
  name: string,
  expected: string,
): Promise<void> {
  await changeTable(reference, actor, (table) => {
    const change = dropReference(name)(table)
    expectReference(table, name, expected)
    return change
  })
}

export async function fastForwardFrom(
  reference: TableReference,
  actor: Actor,
  name: string,
  { to, expectedSnapshotId }: { to: string; expectedSnapshotId: string | null },
): Promise<ReferenceItem> {
  const changed = await changeTable(reference, actor, (table) => {
    expectReference(table, name, expectedSnapshotId)
    return fastForward(name, to)(table)
  })
  await announceMain(reference, actor, name)
  return itemNamed(changed, name)
}

/** Sets main to a snapshot: of its history, or with `anywhere` to any the table has. */
export async function setMainFrom(
  reference: TableReference,
  actor: Actor,
  snapshotId: string,
  { expectedSnapshotId, anywhere }: { expectedSnapshotId: string | null; anywhere: boolean },
): Promise<SnapshotChange> {
  const make = anywhere ? setCurrentSnapshot : rollbackToSnapshot
  await changeTable(reference, actor, (table) => {
    expectReference(table, mainBranch, expectedSnapshotId)
    return make(BigInt(snapshotId))(table)
  })
  await announceMain(reference, actor, mainBranch)
  return { branch: mainBranch, previousSnapshotId: expectedSnapshotId, snapshotId }
}

export async function cherryPickOnto(
  reference: TableReference,
  actor: Actor,
  snapshotId: string,
  { branch, expectedSnapshotId }: { branch: string; expectedSnapshotId: string | null },
): Promise<SnapshotChange> {
  const pick = cherryPick(BigInt(snapshotId))
  const { snapshot } = await commitToTable(
    reference,
    actor,
    async (table, context) => {
      expectReference(table, branch, expectedSnapshotId)
      return pick(table, context)
    },
    { branch },
  )
  await announceMain(reference, actor, branch)
  return { branch, previousSnapshotId: expectedSnapshotId, snapshotId: snapshot.snapshotId.toString() }
}
