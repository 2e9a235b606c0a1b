import { env } from '#lib/env.ts'
import type { TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { type MaintenancePolicy, maintenancePolicy } from './maintenance-policy.ts'

const hour = 3_600_000

/** The maintenance policy of a table in this environment. @throws AppError `bad-input` for a property that can't be used */
export function policyOfTable({ properties }: Pick<TableMetadata, 'properties'>): MaintenancePolicy {
  const settings = env()
  return maintenancePolicy(properties, {
    snapshotMaxAgeMs: settings.SNAPSHOT_MAX_AGE_HOURS * hour,
    snapshotMinToKeep: settings.SNAPSHOT_MIN_TO_KEEP,
    orphanMinAgeMs: settings.ORPHAN_MIN_AGE_HOURS * hour,
    holdMs: settings.QUARANTINE_HOURS * hour,
    requiresApproval: settings.MAINTENANCE_REQUIRES_APPROVAL ?? false,
  })
}
