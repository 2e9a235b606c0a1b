import { z } from 'zod'
import {
  leastOrphanAgeMs,
  type PolicyField,
  type PolicyOverrides,
  policyFieldSchemas,
} from './policy-fields.ts'

/** "For ever" of other writers is the largest 64-bit integer. */
const forEver = 9_000_000_000_000_000

const text = {
  flag: (...fields: PolicyField[]) => ({
    fields,
    schema: z.enum(['true', 'false']).transform((value) => value === 'true'),
    expected: 'true or false',
  }),
  number: (field: PolicyField, expected: string, least = 0) => ({
    fields: [field],
    schema: z
      .string()
      .regex(/^\d+$/)
      .transform((digits) => Math.min(Number(digits), forEver))
      .refine((value) => value >= least && policyFieldSchemas[field].safeParse(value).success),
    expected,
  }),
}

interface PropertyReader {
  /** The fields it sets. */
  fields: PolicyField[]
  schema: z.ZodType
  expected: string
  /** What it says by the way about another field, as long as no other property does. */
  implies?: { field: PolicyField; value: PolicyOverrides[PolicyField] }
}

/** Table properties that go before all policies: Iceberg's own where it has one, which writers of other engines follow too. */
export const policyProperties: Record<string, PropertyReader> = {
  'firn.compaction.enabled': text.flag('compaction.enabled'),
  'write.target-file-size-bytes': text.number(
    'compaction.targetBytes',
    'a size in bytes of at least 1000000',
  ),
  'firn.compaction.min-input-files': text.number(
    'compaction.minInputFiles',
    'a number of files of at least 2',
  ),
  'firn.expiry.enabled': text.flag('expiry.enabled'),
  'history.expire.max-snapshot-age-ms': {
    ...text.number('expiry.maxSnapshotAgeMs', 'milliseconds'),
    // Who asks for an age in Iceberg's own words means all snapshots of that age.
    implies: { field: 'expiry.maxSnapshotsToKeep', value: null },
  },
  'history.expire.min-snapshots-to-keep': text.number(
    'expiry.minSnapshotsToKeep',
    'a number of snapshots of at least 1',
  ),
  'firn.expiry.max-snapshots-to-keep': text.number(
    'expiry.maxSnapshotsToKeep',
    'a number of snapshots of at least 1',
    1,
  ),
  'history.expire.max-ref-age-ms': {
    fields: ['expiry.maxRefAgeMs'],
    schema: z
      .string()
      .regex(/^[1-9]\d*$/)
      .transform((digits) => (Number(digits) >= forEver ? null : Number(digits))),
    expected: 'milliseconds of at least 1',
  },
  'firn.orphans.enabled': text.flag('orphans.enabled'),
  'firn.orphans.min-age-ms': text.number(
    'orphans.minAgeMs',
    `milliseconds of at least ${leastOrphanAgeMs}`,
    leastOrphanAgeMs,
  ),
  'firn.manifests.enabled': text.flag('manifests.enabled'),
  'commit.manifest.target-size-bytes': text.number(
    'manifests.targetBytes',
    'a size in bytes of at least 1000',
  ),
  'firn.manifests.min-count': text.number('manifests.minCount', 'a number of manifests of at least 2'),
  'gc.enabled': text.flag('gc.enabled'),
  'firn.maintenance.requires-approval': text.flag(
    'expiry.requiresApproval',
    'orphans.requiresApproval',
    'manifests.requiresApproval',
  ),
  'firn.quarantine.hold-ms': text.number('quarantine.holdMs', 'milliseconds of at least 3600000'),
}

/** The fields that a table's properties set, and the properties that can't be used. */
export function propertyValues(properties: Readonly<Record<string, string>>) {
  const values: { field: PolicyField; property: string; value: PolicyOverrides[PolicyField] }[] = []
  const problems: { field: PolicyField; property: string; message: string }[] = []
  for (const [property, { fields, schema, expected, implies }] of Object.entries(policyProperties)) {
    const given = properties[property]
    if (given === undefined) continue
    const parsed = schema.safeParse(given)
    const message = `The table property ${property} is ${JSON.stringify(given)}; expected ${expected}. Change or remove it.`
    if (parsed.success && implies) values.push({ ...implies, property })
    for (const field of fields) {
      if (!parsed.success) problems.push({ field, property, message })
      else values.push({ field, property, value: parsed.data as PolicyOverrides[PolicyField] })
    }
  }
  return { values, problems }
}
