import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'
import { pageOf } from '#lib/http/page.ts'
import { TableParams, tablePath } from './catalogs.ts'

/** Branches and tags of a table, and what can be done with its snapshots. */

const tags = ['snapshots']
const count = z.int().min(0)
const time = z.iso.datetime()

const snapshotId = z.string().regex(/^-?\d{1,20}$/, 'expected the id of a snapshot, digits only')
const expectedSnapshotId = snapshotId.nullable().meta({
  description:
    'Where the branch or tag was when this was decided; null where it was not there. If it has moved, the answer is 409.',
})
const referenceName = z.string().min(1).max(256)
const SnapshotParams = TableParams.extend({ snapshot: snapshotId })
const ReferenceParams = TableParams.extend({ reference: referenceName })

/** Milliseconds; null follows the table's properties. */
const age = z.int().positive().nullable()
const RetentionSchema = z.object({
  maxRefAgeMs: age.meta({ description: 'How long the branch or tag is kept, counted from its snapshot.' }),
  minSnapshotsToKeep: z.int().positive().nullable().meta({ description: 'Branches only.' }),
  maxSnapshotAgeMs: age.meta({ description: 'How long snapshots of the branch are kept. Branches only.' }),
})

export const ReferenceSchema = RetentionSchema.extend({
  name: z.string(),
  type: z.enum(['branch', 'tag']),
  snapshotId,
  /** when its snapshot was committed; null where the metadata lacks that snapshot */
  committedAt: time.nullable(),
  /** by its own retention, else the table's; null: never by itself */
  expiresAt: time.nullable(),
  records: count,
  bytes: count,
  /** Snapshots that it has and main has not, and the other way round. */
  ahead: count,
  behind: count,
})
export type ReferenceItem = z.infer<typeof ReferenceSchema>

export const listReferences = contract({
  method: 'GET',
  path: `${tablePath}/refs`,
  role: 'viewer',
  summary: 'Branches and tags of a table, main first',
  tags,
  params: TableParams,
  response: pageOf(ReferenceSchema),
})

export const createReference = contract({
  method: 'POST',
  path: `${tablePath}/refs`,
  role: 'engineer',
  summary: 'Make a branch or a tag at a snapshot, or move one there',
  description:
    'With `expectedSnapshotId` null the name has to be free. With an id the branch or tag that is there, main aside, is moved from that snapshot; its retention stays.',
  tags,
  params: TableParams,
  body: z
    .object({
      name: referenceName,
      type: z.enum(['branch', 'tag']),
      snapshotId,
      expectedSnapshotId,
      ...RetentionSchema.partial().shape,
    })
    .refine(
      ({ expectedSnapshotId, maxRefAgeMs, minSnapshotsToKeep, maxSnapshotAgeMs }) =>
        expectedSnapshotId === null || !(maxRefAgeMs || minSnapshotsToKeep || maxSnapshotAgeMs),
      'A branch or tag that is moved keeps its retention: leave it out, or change it by itself.',
    ),
  response: ReferenceSchema,
  status: 201,
  audit: 'table.create-reference',
})

export const setRetention = contract({
  method: 'PATCH',
  path: `${tablePath}/refs/{reference}`,
  role: 'engineer',
  summary: 'Set how long a branch or tag is kept',
  tags,
  params: ReferenceParams,
  body: RetentionSchema.extend({ expectedSnapshotId: snapshotId }),
  response: ReferenceSchema,
  audit: 'table.set-reference-retention',
})

export const dropReference = contract({
  method: 'DELETE',
  path: `${tablePath}/refs/{reference}`,
  role: 'engineer',
  summary: 'Drop a branch or a tag',
  description: 'Its snapshots stay until they expire; making it again at the same snapshot brings it back.',
  tags,
  params: ReferenceParams,
  query: z.object({ expectedSnapshotId: snapshotId }),
  response: z.undefined(),
  status: 204,
  audit: 'table.drop-reference',
})

export const fastForward = contract({
  method: 'POST',
  path: `${tablePath}/refs/{reference}/fast-forward`,
  role: 'engineer',
  summary: 'Move a branch forward to where another branch or tag is',
  description: 'Refused where the branch has snapshots that the other one has not.',
  tags,
  params: ReferenceParams,
  body: z.object({ to: referenceName, expectedSnapshotId }),
  response: ReferenceSchema,
  audit: 'table.fast-forward',
})

/** Files, rows of data files, and bytes of all. */
export const AmountSchema = z.object({ dataFiles: count, deleteFiles: count, records: count, bytes: count })

export type Amounts = z.infer<typeof AmountSchema>

export const RollbackPlanSchema = z.object({
  snapshotId,
  /** what is current now; send it as `expectedSnapshotId` */
  currentSnapshotId: snapshotId.nullable(),
  /** `current`: nothing to do. `set-current`: not in the table's history, so that it cannot be rolled back to. */
  kind: z.enum(['current', 'rollback', 'set-current']),
  /** Snapshots that leave the table's history. */
  snapshots: count,
  /** Those of them that another branch or tag keeps. */
  kept: count,
  /** when the first and the last of them were committed */
  oldestAt: time.nullable(),
  newestAt: time.nullable(),
  /** What is in the table now and will not be. */
  removed: AmountSchema,
  /** What is not in the table now and will be again. */
  added: AmountSchema,
  /** Rows of the table now and afterwards, by the snapshots' summaries. */
  recordsBefore: count,
  recordsAfter: count,
})
export type RollbackPlan = z.infer<typeof RollbackPlanSchema>

export const getRollbackPlan = contract({
  method: 'GET',
  path: `${tablePath}/snapshots/{snapshot}/rollback`,
  role: 'viewer',
  summary: 'What would disappear if the table were set to a snapshot',
  tags,
  params: SnapshotParams,
  response: RollbackPlanSchema,
})

const ChangedSchema = z.object({
  branch: z.string(),
  previousSnapshotId: snapshotId.nullable(),
  snapshotId,
})
export type SnapshotChange = z.infer<typeof ChangedSchema>

export const rollback = contract({
  method: 'POST',
  path: `${tablePath}/snapshots/{snapshot}/rollback`,
  role: 'engineer',
  summary: 'Set the table back to a snapshot of its history',
  tags,
  params: SnapshotParams,
  body: z.object({ expectedSnapshotId }),
  response: ChangedSchema,
  audit: 'table.rollback',
})

export const setCurrentSnapshot = contract({
  method: 'POST',
  path: `${tablePath}/snapshots/{snapshot}/set-current`,
  role: 'engineer',
  summary: 'Set the table to any of its snapshots, of whatever branch',
  tags,
  params: SnapshotParams,
  body: z.object({ expectedSnapshotId }),
  response: ChangedSchema,
  audit: 'table.set-current-snapshot',
})

export const cherryPick = contract({
  method: 'POST',
  path: `${tablePath}/snapshots/{snapshot}/cherry-pick`,
  role: 'engineer',
  summary: 'Do on a branch what a staged snapshot, or one of another branch, did',
  description:
    'Appends and overwrites of whole partitions, once. Where the branch is right before the snapshot, it is moved onto it.',
  tags,
  params: SnapshotParams,
  body: z.object({ branch: referenceName.default('main'), expectedSnapshotId }),
  response: ChangedSchema,
  audit: 'table.cherry-pick',
})
