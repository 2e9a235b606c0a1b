import { z } from 'zod'
import { type EffectivePolicy, type PolicyOrigin, PolicyOriginSchema } from '../policy/effective-policy.ts'
import { maintenanceActions, type PolicyField, PolicyFieldSchema } from '../policy/policy-fields.ts'

export const conditionNames = [
  'enabled',
  'may-delete',
  'usable-properties',
  'started-by-people',
  'schedule',
  'window',
  'writable-columns',
  'usable-columns',
  'small-files',
  'burdened-files',
  'dangling-deletes',
  'worth-merging',
  'tags-kept',
  'tags-due',
  'expired-snapshots',
  'manifests',
  'fewer-manifests',
  'retention-set',
  'usable-time-column',
  'interval',
  'nothing-in-the-way',
  'rest',
] as const
export type ConditionName = (typeof conditionNames)[number]

const Value = z.union([z.number(), z.string(), z.boolean(), z.null()])

/** One thing that has to hold before an action starts by itself, with what is and what is asked for. */
export const ConditionSchema = z.object({
  name: z.enum(conditionNames),
  passed: z.boolean(),
  unit: z.enum(['flag', 'count', 'milliseconds', 'text']),
  current: Value,
  /** What `current` is held against. */
  threshold: Value,
  /** The field of the policy that decides it, and where its value comes from; null for rules of Firn's own. */
  field: PolicyFieldSchema.nullable(),
  origin: PolicyOriginSchema.nullable(),
  /** When it holds again by time alone; null: not by time, or it holds. */
  nextAt: z.iso.datetime().nullable(),
  /** What is in the way. */
  blocker: z.object({ kind: z.enum(['run', 'plan']), id: z.uuid(), state: z.string() }).nullable(),
  /** The partition, the property or the columns that it is about. */
  about: z.string().nullable(),
})
export type Condition = z.infer<typeof ConditionSchema>

/** Whether an action starts by itself now, and why. */
export const DecisionSchema = z.object({
  action: z.enum(maintenanceActions),
  /** All conditions hold. */
  due: z.boolean(),
  conditions: z.array(ConditionSchema),
  /** When it may start by time alone; null: something else has to happen first, or it is due. */
  nextAt: z.iso.datetime().nullable(),
  /** Its plan waits for somebody's approval before it is applied. */
  needsApproval: z.boolean(),
})
export type Decision = z.infer<typeof DecisionSchema>

/** What is kept of a decision with each evaluation. */
export const StoredDecisionSchema = z.object({
  action: z.enum(maintenanceActions),
  due: z.boolean(),
  /** The conditions that did not hold. */
  failed: z.array(z.enum(conditionNames)),
  nextAt: z.iso.datetime().nullable(),
  /** What was started: a run, or a plan that is applied as soon as it is made. */
  started: z.object({ kind: z.enum(['run', 'plan']), id: z.uuid() }).nullable(),
})
export type StoredDecision = z.infer<typeof StoredDecisionSchema>

type Parts = Pick<Condition, 'name' | 'passed' | 'unit' | 'current'> & Partial<Omit<Condition, 'nextAt'>>

/** A condition; `nextAt` in milliseconds counts only while it does not hold. */
export function condition(
  policy: EffectivePolicy,
  { nextAt = null, ...parts }: Parts & { nextAt?: number | null },
): Condition {
  const origin: PolicyOrigin | null = parts.field ? policy.fields[parts.field].origin : null
  return {
    threshold: null,
    field: null,
    blocker: null,
    about: null,
    origin,
    ...parts,
    nextAt: parts.passed || nextAt === null ? null : new Date(nextAt).toISOString(),
  }
}

/** A condition that a switch of the policy is on (or off). */
export const switchCondition = (
  policy: EffectivePolicy,
  name: ConditionName,
  field: PolicyField,
  wanted: boolean,
): Condition => {
  const current = policy.fields[field].value === true
  return condition(policy, {
    name,
    field,
    unit: 'flag',
    current,
    threshold: wanted,
    passed: current === wanted,
  })
}
