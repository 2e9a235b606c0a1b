import type { PolicyFieldItem } from '#lib/api/maintenance-policies.ts'

export type PolicyField = PolicyFieldItem['field']
export type PolicyValue = PolicyFieldItem['value']

/** How a field is shown and edited. `orNull`: the word for "none" is a choice, too. */
export type FieldKind =
  | { kind: 'flag' }
  | { kind: 'bytes'; orNull?: boolean }
  | { kind: 'duration'; orNull?: boolean }
  | { kind: 'count'; orNull?: boolean }
  | { kind: 'share'; orNull: true }
  | { kind: 'strategy' }
  | { kind: 'text' }
  | { kind: 'columns' }
  | { kind: 'schedule' }
  | { kind: 'window' }

/** Groups of fields as pages show them. */
export const fieldGroups = [
  'compaction',
  'tags',
  'expiry',
  'orphans',
  'manifests',
  'retention',
  'general',
] as const
export type FieldGroup = (typeof fieldGroups)[number]

export const fieldKinds: Record<PolicyField, FieldKind> = {
  'compaction.enabled': { kind: 'flag' },
  'compaction.targetBytes': { kind: 'bytes' },
  'compaction.smallFileBytes': { kind: 'bytes', orNull: true },
  'compaction.strategy': { kind: 'strategy' },
  'compaction.sortColumns': { kind: 'columns' },
  'compaction.zOrderColumns': { kind: 'columns' },
  'compaction.minInputFiles': { kind: 'count' },
  'compaction.partialProgress': { kind: 'flag' },
  'compaction.deleteFileThreshold': { kind: 'count', orNull: true },
  'compaction.deletedRowShare': { kind: 'share', orNull: true },
  'compaction.danglingDeleteFiles': { kind: 'count', orNull: true },
  'compaction.requiresApproval': { kind: 'flag' },
  'compaction.schedule': { kind: 'schedule' },
  'tags.daily': { kind: 'count', orNull: true },
  'tags.weekly': { kind: 'count', orNull: true },
  'tags.monthly': { kind: 'count', orNull: true },
  'tags.timeZone': { kind: 'text' },
  'expiry.enabled': { kind: 'flag' },
  'expiry.maxSnapshotAgeMs': { kind: 'duration' },
  'expiry.minSnapshotsToKeep': { kind: 'count' },
  'expiry.maxSnapshotsToKeep': { kind: 'count', orNull: true },
  'expiry.maxRefAgeMs': { kind: 'duration', orNull: true },
  'expiry.requiresApproval': { kind: 'flag' },
  'expiry.schedule': { kind: 'schedule' },
  'orphans.enabled': { kind: 'flag' },
  'orphans.minAgeMs': { kind: 'duration' },
  'orphans.allowUnder24h': { kind: 'flag' },
  'orphans.everyMs': { kind: 'duration' },
  'orphans.requiresApproval': { kind: 'flag' },
  'orphans.schedule': { kind: 'schedule' },
  'manifests.enabled': { kind: 'flag' },
  'manifests.targetBytes': { kind: 'bytes' },
  'manifests.minCount': { kind: 'count' },
  'manifests.requiresApproval': { kind: 'flag' },
  'manifests.schedule': { kind: 'schedule' },
  'retention.column': { kind: 'text' },
  'retention.maxAgeMs': { kind: 'duration', orNull: true },
  'retention.requiresApproval': { kind: 'flag' },
  'retention.schedule': { kind: 'schedule' },
  'gc.enabled': { kind: 'flag' },
  'quarantine.holdMs': { kind: 'duration' },
  window: { kind: 'window' },
}

export const groupOf = (field: PolicyField): FieldGroup => {
  const [first] = field.split('.')
  return fieldGroups.find((group) => group === first) ?? 'general'
}
