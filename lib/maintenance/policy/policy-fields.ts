import { z } from 'zod'
import { isAppError } from '#lib/errors.ts'
import { parseCron } from './cron.ts'
import { TimeWindowSchema, TimeZoneSchema } from './time-window.ts'

const hour = 3_600_000

/** Files younger than this may belong to a commit that is still being made. */
export const leastOrphanAgeMs = 24 * hour

/** What maintenance does by itself. */
export const maintenanceActions = [
  'compaction',
  'tag-snapshots',
  'expire-snapshots',
  'remove-orphan-files',
  'rewrite-manifests',
  'delete-old-rows',
] as const
export type MaintenanceAction = (typeof maintenanceActions)[number]

const flag = z.boolean()
const bytes = z.int().min(1_000_000).max(1_000_000_000_000)
/** Of tags of one kind that are kept; null: none are made, and those that are there stay. */
const kept = z.int().min(1).max(3_660).nullable()
const milliseconds = (least: number) => z.int().min(least).max(Number.MAX_SAFE_INTEGER)

/** Names of columns; whether a table has them is looked at when the files are written. */
const columns = (least: number, most: number) =>
  z
    .array(z.string().trim().min(1).max(512))
    .min(least)
    .max(most)
    .refine((names) => new Set(names).size === names.length, 'expected each column once')

/** Five fields of cron; null: whenever the other conditions are met. */
const schedule = z
  .string()
  .max(100)
  .superRefine((text, context) => {
    try {
      parseCron(text)
    } catch (error) {
      context.addIssue({ code: 'custom', message: isAppError(error) ? error.message : String(error) })
    }
  })
  .nullable()

/**
 * Every field of a policy. Each is inherited by itself; times and ages are milliseconds, sizes bytes.
 */
export const policyFieldSchemas = {
  'compaction.enabled': flag,
  /** Size that files are merged towards. */
  'compaction.targetBytes': bytes,
  /** Files below this are small; null: three quarters of the target. */
  'compaction.smallFileBytes': bytes.nullable(),
  /** binpack keeps the order in which files are read; sort follows `sortColumns`; z-order goes along a curve through `zOrderColumns`. */
  'compaction.strategy': z.enum(['binpack', 'sort', 'z-order']),
  /** `name` or `name desc`, the first one first; null: the table's sort order. */
  'compaction.sortColumns': columns(1, 8).nullable(),
  'compaction.zOrderColumns': columns(2, 4).nullable(),
  /** Small files of a partition from which merging starts by itself. */
  'compaction.minInputFiles': z.int().min(2).max(100_000),
  /** Commit in parts, so that a lost race or a crash costs one of them. */
  'compaction.partialProgress': flag,
  /** Delete files that apply to one data file from which it is rewritten whatever its size; null: never for that reason. */
  'compaction.deleteFileThreshold': z.int().min(1).max(100_000).nullable(),
  /** Share of a data file's rows that are known to be deleted from which it is rewritten whatever its size; null: never. */
  'compaction.deletedRowShare': z.number().min(0.01).max(1).nullable(),
  /** Delete files that apply to no data file from which they are dropped; null: they stay. */
  'compaction.danglingDeleteFiles': z.int().min(1).max(1_000_000).nullable(),
  'compaction.requiresApproval': flag,
  'compaction.schedule': schedule,

  'expiry.enabled': flag,
  'expiry.maxSnapshotAgeMs': milliseconds(0),
  'expiry.minSnapshotsToKeep': z.int().min(1).max(1_000_000),
  /** Of a branch, however young; null: no limit. The minimum goes before it. */
  'expiry.maxSnapshotsToKeep': z.int().min(1).max(1_000_000).nullable(),
  /** null: references are kept for ever. */
  'expiry.maxRefAgeMs': milliseconds(1).nullable(),
  'expiry.requiresApproval': flag,
  'expiry.schedule': schedule,

  /** Tags of the snapshots that were current at the end of days, weeks and months. */
  'tags.daily': kept,
  'tags.weekly': kept,
  'tags.monthly': kept,
  /** In which these end; null: the time window's, else Asia/Seoul. */
  'tags.timeZone': TimeZoneSchema.nullable(),

  'orphans.enabled': flag,
  'orphans.minAgeMs': milliseconds(0),
  /** Lets `orphans.minAgeMs` go under 24 hours. */
  'orphans.allowUnder24h': flag,
  /** Time between two searches, which list the whole folder. */
  'orphans.everyMs': milliseconds(hour),
  'orphans.requiresApproval': flag,
  'orphans.schedule': schedule,

  'manifests.enabled': flag,
  'manifests.targetBytes': z.int().min(1_000).max(1_000_000_000),
  /** Manifests from which rewriting starts by itself. */
  'manifests.minCount': z.int().min(2).max(1_000_000),
  'manifests.requiresApproval': flag,
  'manifests.schedule': schedule,

  /** Of a date or a timestamp: when the event of a row happened. null: rows are kept for ever. */
  'retention.column': z.string().trim().min(1).max(512).nullable(),
  /** Rows whose event happened longer ago are deleted; null: none are. */
  'retention.maxAgeMs': milliseconds(hour).nullable(),
  'retention.requiresApproval': flag,
  'retention.schedule': schedule,

  /** False: nothing of the table is deleted. */
  'gc.enabled': flag,
  /** How long removed files stay in quarantine. */
  'quarantine.holdMs': milliseconds(hour),
  /** When automatic work may begin; null: at any time. */
  window: TimeWindowSchema.nullable(),
} as const satisfies Record<string, z.ZodType>

export type PolicyField = keyof typeof policyFieldSchemas
export type PolicyValues = { [Field in PolicyField]: z.infer<(typeof policyFieldSchemas)[Field]> }

export const policyFields = Object.keys(policyFieldSchemas) as PolicyField[]
export const PolicyFieldSchema = z.enum(policyFields as [PolicyField, ...PolicyField[]])

/** What one scope says itself: any of the fields. An orphan age under 24 hours has to say so in the same place. */
export const PolicyOverridesSchema = z
  .strictObject(policyFieldSchemas)
  .partial()
  .superRefine((overrides, context) => {
    const age = overrides['orphans.minAgeMs']
    if (age === undefined || age >= leastOrphanAgeMs || overrides['orphans.allowUnder24h'] === true) return
    context.addIssue({
      code: 'custom',
      path: ['orphans.minAgeMs'],
      message: `Files of running commits may be up to a day old: expected at least ${leastOrphanAgeMs} (24 hours), found ${age}. Set orphans.allowUnder24h in the same place to go below it.`,
    })
  })
export type PolicyOverrides = z.infer<typeof PolicyOverridesSchema>

/** The groups of fields that an action goes by. */
export const fieldGroupsOf: Record<MaintenanceAction, readonly string[]> = {
  compaction: ['compaction', 'window'],
  'tag-snapshots': ['tags'],
  'expire-snapshots': ['expiry', 'tags', 'gc', 'quarantine', 'window'],
  'remove-orphan-files': ['orphans', 'gc', 'quarantine', 'window'],
  'rewrite-manifests': ['manifests', 'window'],
  'delete-old-rows': ['retention', 'gc', 'window'],
}
