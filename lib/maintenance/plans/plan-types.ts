import { z } from 'zod'
import { fileKinds } from '#lib/iceberg/scan/reference-walk.ts'

export const planActions = [
  'compaction',
  'tag-snapshots',
  'expire-snapshots',
  'remove-orphan-files',
  'rewrite-manifests',
  'delete-old-rows',
  'purge-dropped-table',
] as const
export type PlanAction = (typeof planActions)[number]

export const planStates = [
  'planning',
  'draft',
  'awaiting-approval',
  'approved',
  'applying',
  'applied',
  'undone',
  'nothing-to-do',
  'refused',
  'superseded',
  'failed',
] as const
export type PlanState = (typeof planStates)[number]

/** States in which a plan waits for a person. */
export const openPlanStates: readonly PlanState[] = ['draft', 'awaiting-approval', 'approved']

export const itemKinds = [...fileKinds, 'orphan'] as const
export type ItemKind = (typeof itemKinds)[number]

export const quarantineStates = ['quarantined', 'purging', 'purged', 'restored', 'kept'] as const
export type QuarantineState = (typeof quarantineStates)[number]

const count = z.number().nonnegative()
const filesAndBytes = z.object({ files: count, bytes: count })

const SnapshotPointSchema = z.object({ snapshotId: z.string(), committedAt: z.iso.datetime() })

/** What a compaction will do; `files`, `bytes` and `rows` are those of the data files that are merged. */
const PlannedCompactionSchema = z.object({
  groups: count,
  partitions: count,
  files: count,
  filesAfter: count,
  bytes: count,
  rows: count,
  bytesAfter: count.meta({
    description: 'An estimate: the share of the bytes that earlier compactions wrote of those they read.',
  }),
  deletesApplied: count.meta({ description: 'Delete files that apply to the merged files.' }),
  deletesRemoved: count.meta({
    description: 'Delete files that go: they concern merged files alone, or will apply to no data file.',
  }),
  commits: count,
  targetBytes: count,
  smallFileBytes: count,
  strategy: z.string(),
  allFiles: z.boolean().default(false),
})

/** What a plan will do, in numbers. */
export const PlanSummarySchema = z.object({
  files: count.default(0),
  bytes: count.default(0),
  byKind: z.partialRecord(z.enum(itemKinds), filesAndBytes).default({}),
  /** Rows that the table no longer has: none, but where old rows are deleted (those that equality deletes took already are counted). */
  rowsRemoved: count.default(0),
  snapshotsRemoved: count.default(0),
  snapshotsKept: count.default(0),
  refsRemoved: z.array(z.object({ name: z.string(), type: z.string() })).default([]),
  tagsAdded: z.array(SnapshotPointSchema.extend({ name: z.string() })).default([]),
  /** The first and the last of the points in time that can no longer be read. */
  firstLost: SnapshotPointSchema.nullable().default(null),
  lastLost: SnapshotPointSchema.nullable().default(null),
  /** The oldest snapshot that stays. */
  oldestKept: SnapshotPointSchema.nullable().default(null),
  /** Outside of the table's own folders: left where they are. */
  outside: filesAndBytes.default({ files: 0, bytes: 0 }),
  /** Used by other tables, or about to be committed: left where they are. */
  inUse: filesAndBytes.default({ files: 0, bytes: 0 }),
  /** Orphans: what was listed, and what is too young to be sure. */
  listed: filesAndBytes.optional(),
  young: count.optional(),
  manifestsBefore: count.optional(),
  manifestsAfter: count.optional(),
  compaction: PlannedCompactionSchema.optional(),
  /** How long applying will take. */
  estimate: z
    .object({
      ms: count,
      basis: z.enum(['table', 'all', 'default']).meta({
        description: 'It goes by earlier runs of this table, of all tables, or by default rates alone.',
      }),
      runs: count.meta({ description: 'How many runs it goes by.' }),
    })
    .optional(),
  /** Old rows: those left, what they have to be older than, where they are, and files that hold newer rows, too. */
  rowsKept: count.optional(),
  cutOff: z.iso.datetime().optional(),
  partitions: z.array(filesAndBytes.extend({ name: z.string(), rows: count })).optional(),
  partitionsRemoved: count.optional(),
  partly: filesAndBytes.optional(),
  /** Why there is nothing to do. */
  reason: z.string().optional(),
})
export type PlanSummary = z.infer<typeof PlanSummarySchema>

/** What a caller may change for one plan; milliseconds. */
export const PlanOptionsSchema = z
  .object({
    maxSnapshotAgeMs: z.number().int().min(0),
    minSnapshotsToKeep: z.number().int().min(1),
    minAgeMs: z.number().int().min(0).meta({ description: 'Orphans: age below which files are left alone.' }),
    override: z
      .boolean()
      .meta({ description: 'Allows `minAgeMs` under 24 hours: files of running commits may be that young.' }),
    allFiles: z.boolean().meta({
      description:
        "Compaction: files of every size are written again in the policy's order, not only small ones.",
    }),
  })
  .partial()
export type PlanOptions = z.infer<typeof PlanOptionsSchema>
