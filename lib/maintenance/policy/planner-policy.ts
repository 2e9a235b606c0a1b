import { AppError } from '#lib/errors.ts'
import type { TagRules } from '../calendar-tags.ts'
import { type MaintenancePolicy, MaintenancePolicySchema } from '../maintenance-policy.ts'
import type { PlanAction } from '../plans/plan-types.ts'
import { type EffectivePolicy, type PropertyProblem, valuesOf } from './effective-policy.ts'
import { fieldGroupsOf, type MaintenanceAction, type PolicyValues } from './policy-fields.ts'

/** The table properties that can't be used and concern an action. */
export function problemsOf({ problems }: EffectivePolicy, action: MaintenanceAction): PropertyProblem[] {
  const groups = fieldGroupsOf[action]
  return problems.filter(({ field }) =>
    groups.some((group) => field === group || field.startsWith(`${group}.`)),
  )
}

/** Where neither the tags nor the time window say when a day ends. */
const defaultTimeZone = 'Asia/Seoul'

/** The tags of calendar periods that a policy keeps. */
export const tagRules = (values: PolicyValues): TagRules => ({
  daily: values['tags.daily'],
  weekly: values['tags.weekly'],
  monthly: values['tags.monthly'],
  timeZone: values['tags.timeZone'] ?? values.window?.timeZone ?? defaultTimeZone,
})

/**
 * What planning an action goes by, out of a table's policy. The files of a dropped table are deleted by the rules of
 * orphans.
 * @throws AppError `bad-input` naming a table property that can't be used
 */
export function plannerPolicy(policy: EffectivePolicy, action: PlanAction): MaintenancePolicy {
  const rules: MaintenanceAction = action === 'purge-dropped-table' ? 'remove-orphan-files' : action
  const [problem] = problemsOf(policy, rules)
  if (problem) throw new AppError('bad-input', problem.message, { context: { property: problem.property } })
  const values = valuesOf(policy)
  const requiresApproval = {
    // What this says of compaction is that only people start it, which whoever plans does.
    compaction: false,
    'tag-snapshots': false,
    'expire-snapshots': values['expiry.requiresApproval'],
    'remove-orphan-files': values['orphans.requiresApproval'],
    'rewrite-manifests': values['manifests.requiresApproval'],
    'delete-old-rows': values['retention.requiresApproval'],
    'purge-dropped-table': values['orphans.requiresApproval'],
  }[action]
  return MaintenancePolicySchema.parse({
    gcEnabled: values['gc.enabled'],
    requiresApproval,
    holdMs: values['quarantine.holdMs'],
    expiry: {
      enabled: values['expiry.enabled'],
      maxSnapshotAgeMs: values['expiry.maxSnapshotAgeMs'],
      minSnapshotsToKeep: values['expiry.minSnapshotsToKeep'],
      maxSnapshotsToKeep: values['expiry.maxSnapshotsToKeep'],
      maxRefAgeMs: values['expiry.maxRefAgeMs'],
    },
    tags: tagRules(values),
    retention: { column: values['retention.column'], maxAgeMs: values['retention.maxAgeMs'] },
    orphans: {
      enabled: values['orphans.enabled'],
      minAgeMs: values['orphans.minAgeMs'],
      everyMs: values['orphans.everyMs'],
    },
    manifests: {
      enabled: values['manifests.enabled'],
      targetBytes: values['manifests.targetBytes'],
      minCount: values['manifests.minCount'],
    },
  })
}
