import { AppError } from '../../errors.ts'
import { formatIdentifier, type Table } from '../catalog/catalog.ts'
import type { MakeChange, TableChange } from '../commit/commit-change.ts'
import { mainBranch, type SnapshotReference } from '../spec/snapshot.ts'
import { isAncestor } from '../spec/snapshot-history.ts'
import { findSnapshot } from '../spec/table-metadata.ts'

/** Branches and tags. Each change requires that the reference is still where it was. */

/** How long a reference and its snapshots are kept; what is absent follows the table's properties. */
export interface Retention {
  /** Milliseconds. Not for main, which is never dropped by itself. */
  maxRefAgeMs?: number
  /** Branches only. */
  minSnapshotsToKeep?: number
  /** Milliseconds; branches only. */
  maxSnapshotAgeMs?: number
}

export interface CreateReference extends Retention {
  name: string
  type: SnapshotReference['type']
  /** Default: the current snapshot. */
  snapshotId?: bigint
}

const refuse = (message: string): AppError => new AppError('bad-input', message)

function findReference({ metadata }: Table, name: string): SnapshotReference | undefined {
  return Object.hasOwn(metadata.refs, name) ? metadata.refs[name] : undefined
}

function getReference(table: Table, name: string, type?: SnapshotReference['type']): SnapshotReference {
  const reference = findReference(table, name)
  if (!reference) {
    throw new AppError(
      'not-found',
      `The table ${formatIdentifier(table.identifier)} has no ${type ?? 'branch or tag'} "${name}".`,
    )
  }
  if (type && reference.type !== type) throw refuse(`"${name}" is a ${reference.type}, not a ${type}.`)
  return reference
}

function snapshotOf(table: Table, snapshotId: bigint | undefined): bigint {
  const id = snapshotId ?? table.metadata.currentSnapshotId
  if (id === undefined) {
    throw refuse(`The table ${formatIdentifier(table.identifier)} has no snapshot yet to point to.`)
  }
  if (findSnapshot(table.metadata, id)) return id
  throw new AppError(
    'not-found',
    `The table ${formatIdentifier(table.identifier)} has no snapshot ${id}. It may have been expired.`,
  )
}

function setReference(table: Table, name: string, reference: SnapshotReference): TableChange {
  const before = findReference(table, name)
  const same =
    before &&
    before.snapshotId === reference.snapshotId &&
    before.type === reference.type &&
    before.maxRefAgeMs === reference.maxRefAgeMs &&
    before.minSnapshotsToKeep === reference.minSnapshotsToKeep &&
    before.maxSnapshotAgeMs === reference.maxSnapshotAgeMs
  if (same) return { requirements: [], updates: [] }
  return {
    requirements: [
      { type: 'assert-table-uuid', uuid: table.metadata.tableUuid },
      { type: 'assert-ref-snapshot-id', ref: name, snapshotId: before?.snapshotId ?? null },
    ],
    updates: [{ action: 'set-snapshot-ref', refName: name, ...reference }],
  }
}

function withRetention(reference: SnapshotReference, retention: Retention): SnapshotReference {
  const { maxRefAgeMs, minSnapshotsToKeep, maxSnapshotAgeMs } = retention
  if (reference.type === 'tag' && (minSnapshotsToKeep ?? maxSnapshotAgeMs) !== undefined) {
    throw refuse('A tag keeps one snapshot: only branches say how many or how old snapshots they keep.')
  }
  const kept: SnapshotReference = { snapshotId: reference.snapshotId, type: reference.type }
  for (const [key, value] of Object.entries({ maxRefAgeMs, minSnapshotsToKeep, maxSnapshotAgeMs })) {
    if (value === undefined) continue
    if (!Number.isSafeInteger(value) || value <= 0)
      throw refuse(`${key} has to be a whole number above 0, found ${value}.`)
    Object.assign(kept, { [key]: value })
  }
  return kept
}

/** Makes a branch or a tag. @throws AppError `already-exists`, `not-found` for an unknown snapshot, `bad-input` */
export const createReference =
  ({ name, type, snapshotId, ...retention }: CreateReference): MakeChange =>
  (table) => {
    if (name.trim() === '') throw refuse('A branch or tag needs a name.')
    const before = findReference(table, name)
    if (before) {
      throw new AppError(
        'already-exists',
        `The table ${formatIdentifier(table.identifier)} has a ${before.type} "${name}" already, at snapshot ${before.snapshotId}.`,
      )
    }
    if (name === mainBranch && type !== 'branch') throw refuse('"main" has to be a branch.')
    return setReference(
      table,
      name,
      withRetention({ snapshotId: snapshotOf(table, snapshotId), type }, retention),
    )
  }

/** Points an existing branch or tag at another snapshot; its retention stays. @throws AppError `not-found` */
export const replaceReference =
  (name: string, snapshotId: bigint): MakeChange =>
  (table) =>
    setReference(table, name, { ...getReference(table, name), snapshotId: snapshotOf(table, snapshotId) })

/** Sets how long a branch or tag is kept; what is left out follows the table again. @throws AppError `not-found`, `bad-input` */
export const setRetention =
  (name: string, retention: Retention): MakeChange =>
  (table) =>
    setReference(table, name, withRetention(getReference(table, name), retention))

/**
 * Moves a branch forward to where another branch or tag is; refused where snapshots of the branch would be lost.
 * @throws AppError `not-found`, `bad-input`
 */
export const fastForward =
  (branch: string, to: string): MakeChange =>
  (table) => {
    const target = getReference(table, to)
    const from = findReference(table, branch)
    if (!from) return setReference(table, branch, { snapshotId: target.snapshotId, type: 'branch' })
    getReference(table, branch, 'branch')
    if (!isAncestor(table.metadata, from.snapshotId, target.snapshotId)) {
      throw refuse(
        `"${branch}" cannot be moved forward to "${to}": it has snapshots that "${to}" does not have. Cherry-pick what is missing, or replace the branch.`,
      )
    }
    return setReference(table, branch, { ...from, snapshotId: target.snapshotId })
  }

/** Drops a branch or a tag; its snapshots stay until they expire. @throws AppError `not-found`, `bad-input` for main */
export const dropReference =
  (name: string): MakeChange =>
  (table) => {
    if (name === mainBranch) throw refuse('The branch "main" cannot be dropped: it is the table itself.')
    const reference = getReference(table, name)
    return {
      requirements: [
        { type: 'assert-table-uuid', uuid: table.metadata.tableUuid },
        { type: 'assert-ref-snapshot-id', ref: name, snapshotId: reference.snapshotId },
      ],
      updates: [{ action: 'remove-snapshot-ref', refName: name }],
    }
  }
