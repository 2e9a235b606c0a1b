import { env } from '#lib/env.ts'
import type { PolicyValues } from './policy-fields.ts'

const [hour, day] = [3_600_000, 86_400_000]

/** What counts where nobody says otherwise: everything is on from the first table. */
export function defaultPolicy(): PolicyValues {
  const settings = env()
  const requiresApproval = settings.MAINTENANCE_REQUIRES_APPROVAL ?? false
  return {
    'compaction.enabled': true,
    'compaction.targetBytes': settings.COMPACTION_TARGET_BYTES,
    'compaction.smallFileBytes': null,
    'compaction.strategy': 'sort',
    'compaction.sortColumns': null,
    'compaction.zOrderColumns': null,
    'compaction.minInputFiles': Math.max(2, settings.COMPACTION_MIN_INPUT_FILES),
    'compaction.partialProgress': true,
    'compaction.deleteFileThreshold': 5,
    'compaction.deletedRowShare': 0.3,
    'compaction.danglingDeleteFiles': 10,
    'compaction.requiresApproval': false,
    'compaction.schedule': null,
    'expiry.enabled': true,
    'expiry.maxSnapshotAgeMs': settings.SNAPSHOT_MAX_AGE_HOURS * hour,
    'expiry.minSnapshotsToKeep': settings.SNAPSHOT_MIN_TO_KEEP,
    'expiry.maxSnapshotsToKeep': 2_000,
    'expiry.maxRefAgeMs': null,
    'expiry.requiresApproval': requiresApproval,
    'expiry.schedule': null,
    'tags.daily': null,
    'tags.weekly': null,
    'tags.monthly': null,
    'tags.timeZone': null,
    'orphans.enabled': true,
    'orphans.minAgeMs': settings.ORPHAN_MIN_AGE_HOURS * hour,
    'orphans.allowUnder24h': false,
    'orphans.everyMs': 7 * day,
    'orphans.requiresApproval': requiresApproval,
    'orphans.schedule': null,
    'manifests.enabled': true,
    'manifests.targetBytes': 8 * 1_048_576,
    'manifests.minCount': 100,
    'manifests.requiresApproval': requiresApproval,
    'manifests.schedule': null,
    'retention.column': null,
    'retention.maxAgeMs': null,
    'retention.requiresApproval': requiresApproval,
    'retention.schedule': null,
    'gc.enabled': true,
    'quarantine.holdMs': settings.QUARANTINE_HOURS * hour,
    window: null,
  }
}
