import { z } from 'zod'

const hour = 3_600_000

const ms = z.number().int().nonnegative()

/** What planning goes by: how long things are kept. Every field has a default; milliseconds. */
export const MaintenancePolicySchema = z.object({
  /** False: nothing of the table is deleted (Iceberg's `gc.enabled`). */
  gcEnabled: z.boolean().default(true),
  /** A plan waits until somebody approves it. */
  requiresApproval: z.boolean().default(false),
  /** How long files stay in quarantine. */
  holdMs: ms.default(72 * hour),
  compaction: z
    .object({
      /** Files of every size are written again, not only small ones. */
      allFiles: z.boolean().default(false),
    })
    .prefault({}),
  expiry: z
    .object({
      enabled: z.boolean().default(true),
      maxSnapshotAgeMs: ms.default(120 * hour),
      minSnapshotsToKeep: z.number().int().min(1).default(20),
      /** null: no limit. */
      maxSnapshotsToKeep: z.number().int().min(1).nullable().default(null),
      /** null: references are kept for ever. */
      maxRefAgeMs: ms.nullable().default(null),
    })
    .prefault({}),
  /** Tags of calendar periods that are kept; null: none are made, and those that are there stay. */
  tags: z
    .object({
      daily: z.number().int().min(1).nullable().default(null),
      weekly: z.number().int().min(1).nullable().default(null),
      monthly: z.number().int().min(1).nullable().default(null),
      timeZone: z.string().default('Asia/Seoul'),
    })
    .prefault({}),
  /** How long rows are kept, by a column that says when their event happened; null: for ever. */
  retention: z
    .object({
      column: z.string().nullable().default(null),
      maxAgeMs: ms.nullable().default(null),
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
