import type { PolicyOverrides } from './policy-fields.ts'

const [hour, day] = [3_600_000, 86_400_000]
const mebibyte = 1_048_576

export const policyPresets = ['streaming', 'batch', 'audit'] as const
export type PolicyPreset = (typeof policyPresets)[number]

/** Sets of values that fit together. What a scope says itself, and what is nearer to the table, goes before its preset. */
export const presetValues: Record<PolicyPreset, PolicyOverrides> = {
  /** Commits every few seconds: small targets, so that merging keeps up and reads fresh data soon. */
  streaming: {
    'compaction.targetBytes': 128 * mebibyte,
    'compaction.smallFileBytes': null,
    'compaction.minInputFiles': 5,
    'compaction.partialProgress': true,
    'compaction.deleteFileThreshold': 3,
    'expiry.maxSnapshotAgeMs': 3 * day,
    'expiry.minSnapshotsToKeep': 100,
    'expiry.maxSnapshotsToKeep': 2_000,
    'tags.daily': 7,
  },
  /** A few large commits a day: files from 128 to 512 MB are left as they are. */
  batch: {
    'compaction.targetBytes': 512 * mebibyte,
    'compaction.smallFileBytes': 128 * mebibyte,
    'compaction.minInputFiles': 5,
    'expiry.maxSnapshotAgeMs': 7 * day,
    'expiry.minSnapshotsToKeep': 20,
  },
  /** History is evidence: it is kept for a year, and a second person agrees before anything is deleted. */
  audit: {
    'expiry.maxSnapshotAgeMs': 365 * day,
    'expiry.minSnapshotsToKeep': 1_000,
    'expiry.maxSnapshotsToKeep': null,
    'expiry.maxRefAgeMs': null,
    'expiry.requiresApproval': true,
    'tags.monthly': 36,
    'retention.requiresApproval': true,
    'orphans.minAgeMs': 7 * day,
    'orphans.requiresApproval': true,
    'quarantine.holdMs': 30 * 24 * hour,
  },
}
