import { z } from 'zod'
import { BooleanText, readProperty } from './table-property.ts'

const hour = 3_600_000

/** Files younger than this may belong to a commit that is still being made; only a person may go below it, for one plan. */
export const leastOrphanAgeMs = 24 * hour

const ms = z.number().int().nonnegative()

/** What planning goes by: how long things are kept. Every field has a default; milliseconds. */
export const MaintenancePolicySchema = z.object({
  /** False: nothing of the table is deleted (Iceberg's `gc.enabled`). */
  gcEnabled: z.boolean().default(true),
  /** A plan waits until somebody approves it. */
  requiresApproval: z.boolean().default(false),
  /** How long files stay in quarantine. */
  holdMs: ms.default(72 * hour),
  expiry: z
    .object({
      enabled: z.boolean().default(true),
      maxSnapshotAgeMs: ms.default(120 * hour),
      minSnapshotsToKeep: z.number().int().min(1).default(20),
      /** null: references are kept for ever. */
      maxRefAgeMs: ms.nullable().default(null),
    })
    .prefault({}),
  orphans: z
    .object({
      enabled: z.boolean().default(true),
      minAgeMs: ms.default(72 * hour),
      everyMs: ms.default(7 * 24 * hour),
    })
    .prefault({}),
  manifests: z
    .object({
      enabled: z.boolean().default(true),
      /** Size that manifests are written towards, bytes. */
      targetBytes: z
        .number()
        .int()
        .min(1)
        .default(8 * 1024 * 1024),
      /** Manifests from which a rewrite starts by itself. */
      minCount: z.number().int().min(2).default(100),
    })
    .prefault({}),
})
export type MaintenancePolicy = z.infer<typeof MaintenancePolicySchema>

/** Table properties that replace the defaults: Iceberg's own where it has one. */
export const maintenanceProperties = {
  gcEnabled: 'gc.enabled',
  requiresApproval: 'firn.maintenance.requires-approval',
  holdMs: 'firn.quarantine.hold-ms',
  expiryEnabled: 'firn.expiry.enabled',
  maxSnapshotAgeMs: 'history.expire.max-snapshot-age-ms',
  minSnapshotsToKeep: 'history.expire.min-snapshots-to-keep',
  maxRefAgeMs: 'history.expire.max-ref-age-ms',
  orphansEnabled: 'firn.orphans.enabled',
  orphanMinAgeMs: 'firn.orphans.min-age-ms',
  manifestsEnabled: 'firn.manifests.enabled',
  manifestTargetBytes: 'commit.manifest.target-size-bytes',
  manifestMinCount: 'firn.manifests.min-count',
} as const

export interface MaintenanceDefaults {
  snapshotMaxAgeMs: number
  snapshotMinToKeep: number
  orphanMinAgeMs: number
  holdMs: number
  requiresApproval: boolean
}

/** "For ever" of other writers is the largest 64-bit integer. */
const forEver = 9_000_000_000_000_000

const whole = (least: number) => z.number().int().min(least)

/**
 * A table's policy: its own properties before the defaults.
 * @throws AppError `bad-input` naming the property that can't be used
 */
export function maintenancePolicy(
  properties: Readonly<Record<string, string>>,
  defaults: MaintenanceDefaults,
): MaintenancePolicy {
  const flag = (name: string, fallback: boolean) =>
    readProperty(properties, name, { schema: BooleanText, expected: 'true or false', fallback })
  const number = (name: string, least: number, what: string, fallback: number) =>
    readProperty(properties, name, {
      schema: z.coerce
        .number()
        .transform((value) => Math.min(value, forEver))
        .pipe(whole(least)),
      expected: `${what} of at least ${least}`,
      fallback,
    })
  const names = maintenanceProperties
  const maxRefAgeMs = number(names.maxRefAgeMs, 1, 'milliseconds', forEver)
  return MaintenancePolicySchema.parse({
    gcEnabled: flag(names.gcEnabled, true),
    requiresApproval: flag(names.requiresApproval, defaults.requiresApproval),
    holdMs: number(names.holdMs, hour, 'milliseconds', defaults.holdMs),
    expiry: {
      enabled: flag(names.expiryEnabled, true),
      maxSnapshotAgeMs: number(names.maxSnapshotAgeMs, 0, 'milliseconds', defaults.snapshotMaxAgeMs),
      minSnapshotsToKeep: number(names.minSnapshotsToKeep, 1, 'a number', defaults.snapshotMinToKeep),
      maxRefAgeMs: maxRefAgeMs >= forEver ? null : maxRefAgeMs,
    },
    orphans: {
      enabled: flag(names.orphansEnabled, true),
      minAgeMs: number(names.orphanMinAgeMs, leastOrphanAgeMs, 'milliseconds', defaults.orphanMinAgeMs),
    },
    manifests: {
      enabled: flag(names.manifestsEnabled, true),
      targetBytes: number(names.manifestTargetBytes, 1, 'bytes', 8 * 1024 * 1024),
      minCount: number(names.manifestMinCount, 2, 'a number', 100),
    },
  })
}
