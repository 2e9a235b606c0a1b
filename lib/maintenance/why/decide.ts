import { nextCronTime, parseCron } from '../policy/cron.ts'
import type { EffectivePolicy } from '../policy/effective-policy.ts'
import { problemsOf } from '../policy/planner-policy.ts'
import { type MaintenanceAction, maintenanceActions, type PolicyField } from '../policy/policy-fields.ts'
import { lookAtWindow } from '../policy/time-window.ts'
import { type Condition, condition, type Decision, switchCondition } from './condition.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

/** An action's earlier runs and plans. */
export interface ActionHistory {
  /** What waits or is being done; the action does not start beside it. */
  active: { kind: 'run' | 'plan'; id: string; state: string } | null
  /** When it was last begun, milliseconds; null: never. */
  lastAt: number | null
  /** How that ended; null while it has not. */
  lastEnd: { at: number; failed: boolean } | null
}

/** Everything that decides what starts by itself, as it is at one moment. Milliseconds. */
export interface TableFacts {
  now: number
  /** The evaluation before: a scheduled time since then is due. */
  lookedAt: number
  createdAt: number
  policy: EffectivePolicy
  compaction: {
    /** Columns that the engine cannot write again: then nothing is rewritten. */
    notWritten: string[]
    /** Why rows can't be put in the order that the policy names; null: they can. */
    orderProblem: string | null
    /** Of the partition with the most small files. */
    smallFiles: number
    partition: string | null
    /** Files with so many deletes that they are rewritten whatever their size. */
    burdenedFiles: number
    /** Delete files that apply to no data file. */
    danglingDeletes: number
    /** What a plan made now would rewrite. */
    plannedFiles: number
    /** When the first partition with enough small files has been without news for long enough. */
    sealedAt: number | null
  }
  /** Tags of calendar periods that are over and have none, the newest of them, and when the next one ends. */
  tags: { missing: number; newest: string | null; nextAt: number | null }
  /** Snapshots and references past their retention, without those that somebody brought back. */
  expired: number
  manifests: { count: number; replaced: number; expected: number }
  /** Why the column of data retention can't be used; null: it can, or none is named. */
  retention: { columnProblem: string | null }
  history: Record<MaintenanceAction, ActionHistory>
}

/** Fewer snapshots than this wait until a day has passed since the last time. */
export const worthwhileSnapshots = 20
/** After a failure the next try waits, so that a broken table is not tried with every commit. */
const restAfterFailure: Record<MaintenanceAction, number> = {
  compaction: 5 * minute,
  'tag-snapshots': 10 * minute,
  'expire-snapshots': hour,
  'remove-orphan-files': hour,
  'rewrite-manifests': hour,
  'delete-old-rows': hour,
}
/** Plans are not made more often than this, whatever became of the last one. */
const restAfterPlan = 10 * minute

type FieldsNamed<Name extends string> = Extract<PolicyField, `${string}.${Name}`>

/** The switches that an action has. */
const fieldsOf: Record<
  MaintenanceAction,
  {
    enabled?: FieldsNamed<'enabled'>
    approval?: FieldsNamed<'requiresApproval'>
    schedule?: FieldsNamed<'schedule'>
  }
> = {
  // Tags take nothing away and must not come late: a snapshot of yesterday may be gone tomorrow.
  'tag-snapshots': {},
  compaction: {
    enabled: 'compaction.enabled',
    approval: 'compaction.requiresApproval',
    schedule: 'compaction.schedule',
  },
  'expire-snapshots': {
    enabled: 'expiry.enabled',
    approval: 'expiry.requiresApproval',
    schedule: 'expiry.schedule',
  },
  'remove-orphan-files': {
    enabled: 'orphans.enabled',
    approval: 'orphans.requiresApproval',
    schedule: 'orphans.schedule',
  },
  'rewrite-manifests': {
    enabled: 'manifests.enabled',
    approval: 'manifests.requiresApproval',
    schedule: 'manifests.schedule',
  },
  'delete-old-rows': { approval: 'retention.requiresApproval', schedule: 'retention.schedule' },
}

function usableProperties({ policy }: TableFacts, action: MaintenanceAction): Condition {
  const problems = problemsOf(policy, action)
  return condition(policy, {
    name: 'usable-properties',
    unit: 'count',
    current: problems.length,
    threshold: 0,
    passed: problems.length === 0,
    about: problems[0]?.message ?? null,
  })
}

/** With a schedule an action starts at the first look after one of its times, and at no other. */
function schedule({ policy, now, lookedAt }: TableFacts, action: MaintenanceAction): Condition[] {
  const field = fieldsOf[action].schedule
  const text = field ? policy.fields[field].value : null
  if (!field || text === null) return []
  const zone = policy.fields.window.value?.timeZone ?? 'UTC'
  const cron = parseCron(text)
  const due = nextCronTime(cron, lookedAt, zone)
  return [
    condition(policy, {
      name: 'schedule',
      field,
      unit: 'text',
      current: `${text} (${zone})`,
      passed: due !== null && due <= now,
      nextAt: nextCronTime(cron, now, zone),
    }),
  ]
}

function timeWindow({ policy, now }: TableFacts): Condition[] {
  const window = policy.fields.window.value
  if (window === null) return []
  const { open, opensAt } = lookAtWindow(window, now)
  return [
    condition(policy, {
      name: 'window',
      field: 'window',
      unit: 'text',
      current: `${window.from}–${window.to} (${window.timeZone})`,
      passed: open,
      nextAt: opensAt,
    }),
  ]
}

function interval(
  { policy, now, createdAt, history }: TableFacts,
  action: MaintenanceAction,
  wanted: number,
  options: { field?: PolicyField; never?: number } = {},
): Condition {
  const since = history[action].lastAt ?? options.never ?? createdAt
  return condition(policy, {
    name: 'interval',
    field: options.field ?? null,
    unit: 'milliseconds',
    // It was never done, and nothing else counts as the time before.
    current: since === 0 ? null : now - since,
    threshold: wanted,
    passed: now - since >= wanted,
    nextAt: since + wanted,
  })
}

function compactionWork({ policy, compaction }: TableFacts): Condition[] {
  const { notWritten, smallFiles, partition, burdenedFiles, plannedFiles, sealedAt, orderProblem } =
    compaction
  const { danglingDeletes } = compaction
  if (notWritten.length > 0) {
    // Its files stay as they are, however small.
    return [
      condition(policy, {
        name: 'writable-columns',
        unit: 'count',
        current: notWritten.length,
        threshold: 0,
        passed: false,
        about: notWritten.join(', '),
      }),
    ]
  }
  const field = 'compaction.minInputFiles'
  const threshold = policy.fields[field].value
  const burdened = burdenedFiles > 0
  const droppedFrom = policy.fields['compaction.danglingDeleteFiles'].value
  const dangling = droppedFrom !== null && danglingDeletes >= droppedFrom
  const enough = smallFiles >= threshold || burdened
  const strategy = policy.fields['compaction.strategy'].value
  const conditions = [
    ...(orderProblem === null
      ? []
      : [
          condition(policy, {
            name: 'usable-columns',
            field: strategy === 'z-order' ? 'compaction.zOrderColumns' : 'compaction.sortColumns',
            unit: 'text',
            current: strategy,
            passed: false,
            about: orderProblem,
          }),
        ]),
    condition(policy, {
      name: 'small-files',
      field,
      unit: 'count',
      current: smallFiles,
      threshold,
      passed: enough || dangling,
      about: partition,
    }),
  ]
  if (burdened) {
    conditions.push(
      condition(policy, {
        name: 'burdened-files',
        field: 'compaction.deleteFileThreshold',
        unit: 'count',
        current: burdenedFiles,
        threshold: 1,
        passed: true,
      }),
    )
  }
  if (dangling) {
    conditions.push(
      condition(policy, {
        name: 'dangling-deletes',
        field: 'compaction.danglingDeleteFiles',
        unit: 'count',
        current: danglingDeletes,
        threshold: droppedFrom,
        passed: true,
      }),
    )
  }
  if (enough && !dangling) {
    conditions.push(
      condition(policy, {
        name: 'worth-merging',
        unit: 'count',
        current: plannedFiles,
        threshold: 1,
        passed: plannedFiles > 0,
        nextAt: sealedAt,
        about: partition,
      }),
    )
  }
  return conditions
}

function tagWork({ policy, tags }: TableFacts): Condition[] {
  const kept = (['tags.daily', 'tags.weekly', 'tags.monthly'] as const).map((field) => ({
    field,
    count: policy.fields[field].value ?? 0,
  }))
  const current = kept.reduce((sum, { count }) => sum + count, 0)
  const wanted = condition(policy, {
    name: 'tags-kept',
    field: kept.find(({ count }) => count > 0)?.field ?? 'tags.daily',
    unit: 'count',
    current,
    threshold: 1,
    passed: current > 0,
  })
  if (current === 0) return [wanted]
  const due = condition(policy, {
    name: 'tags-due',
    field: 'tags.timeZone',
    unit: 'count',
    current: tags.missing,
    threshold: 1,
    passed: tags.missing > 0,
    nextAt: tags.nextAt,
    about: tags.newest,
  })
  return [wanted, due]
}

function expiryWork(facts: TableFacts): Condition[] {
  const { policy, expired } = facts
  const work = condition(policy, {
    name: 'expired-snapshots',
    field: 'expiry.maxSnapshotAgeMs',
    unit: 'count',
    current: expired,
    threshold: 1,
    passed: expired > 0,
  })
  return expired >= worthwhileSnapshots ? [work] : [work, interval(facts, 'expire-snapshots', day)]
}

function manifestWork(facts: TableFacts): Condition[] {
  const { policy, manifests } = facts
  const { count, replaced, expected } = manifests
  const field = 'manifests.minCount'
  const threshold = policy.fields[field].value
  return [
    condition(policy, {
      name: 'manifests',
      field,
      unit: 'count',
      current: count,
      threshold,
      passed: count >= threshold,
    }),
    // Half of those that are replaced has to go at least, or it is not worth a commit.
    condition(policy, {
      name: 'fewer-manifests',
      field: 'manifests.targetBytes',
      unit: 'count',
      current: count - replaced + expected,
      threshold: count - Math.ceil(replaced / 2),
      passed: replaced > 0 && expected * 2 <= replaced,
    }),
    interval(facts, 'rewrite-manifests', day, { never: 0 }),
  ]
}

/** Once a day: which files are old is worked out by the plan, which reads all manifests. */
function retentionWork(facts: TableFacts): Condition[] {
  const { policy, retention } = facts
  const [column, age] = ['retention.column', 'retention.maxAgeMs'] as const
  const maxAgeMs = policy.fields[age].value
  const isNamed = policy.fields[column].value !== null
  const set = condition(policy, {
    name: 'retention-set',
    field: isNamed ? age : column,
    unit: 'milliseconds',
    current: maxAgeMs,
    passed: isNamed && maxAgeMs !== null,
    about: policy.fields[column].value,
  })
  if (!set.passed) return [set]
  const usable = condition(policy, {
    name: 'usable-time-column',
    field: column,
    unit: 'text',
    current: policy.fields[column].value,
    passed: retention.columnProblem === null,
    about: retention.columnProblem,
  })
  return [set, usable, interval(facts, 'delete-old-rows', day, { never: 0 })]
}

function nothingInTheWay({ policy, history }: TableFacts, action: MaintenanceAction): Condition {
  const { active } = history[action]
  return condition(policy, {
    name: 'nothing-in-the-way',
    unit: 'text',
    current: active?.state ?? null,
    passed: active === null,
    blocker: active,
  })
}

function rest({ policy, now, history }: TableFacts, action: MaintenanceAction): Condition[] {
  const { lastEnd, lastAt } = history[action]
  const failed = lastEnd?.failed === true
  const wanted = failed ? restAfterFailure[action] : action === 'compaction' ? 0 : restAfterPlan
  const since = failed ? lastEnd.at : lastAt
  if (wanted === 0 || since === null) return []
  return [
    condition(policy, {
      name: 'rest',
      unit: 'milliseconds',
      current: now - since,
      threshold: wanted,
      passed: now - since >= wanted,
      nextAt: since + wanted,
      about: failed ? 'failed' : null,
    }),
  ]
}

function workOf(facts: TableFacts, action: MaintenanceAction): Condition[] {
  switch (action) {
    case 'compaction':
      return compactionWork(facts)
    case 'tag-snapshots':
      return tagWork(facts)
    case 'expire-snapshots':
      return expiryWork(facts)
    case 'remove-orphan-files': {
      const field = 'orphans.everyMs'
      return [interval(facts, action, facts.policy.fields[field].value, { field })]
    }
    case 'rewrite-manifests':
      return manifestWork(facts)
    case 'delete-old-rows':
      return retentionWork(facts)
  }
}

const deletesFiles: ReadonlySet<MaintenanceAction> = new Set([
  'expire-snapshots',
  'remove-orphan-files',
  'delete-old-rows',
])

/** Decides an action. What starts work and what explains it are this one function. Pure. */
export function decide(facts: TableFacts, action: MaintenanceAction): Decision {
  const { policy } = facts
  const { enabled, approval } = fieldsOf[action]
  const conditions = [
    ...(enabled ? [switchCondition(policy, 'enabled', enabled, true)] : []),
    ...(deletesFiles.has(action) ? [switchCondition(policy, 'may-delete', 'gc.enabled', true)] : []),
    usableProperties(facts, action),
    // A compaction has no plan that could wait for a word: a person starts it.
    ...(action === 'compaction' && approval
      ? [switchCondition(policy, 'started-by-people', approval, false)]
      : []),
    ...schedule(facts, action),
    ...(action === 'tag-snapshots' ? [] : timeWindow(facts)),
    ...workOf(facts, action),
    nothingInTheWay(facts, action),
    ...rest(facts, action),
  ]
  const failed = conditions.filter(({ passed }) => !passed)
  const times = failed.flatMap(({ nextAt }) => (nextAt === null ? [] : [nextAt]))
  return {
    action,
    due: failed.length === 0,
    conditions,
    nextAt: times.length === failed.length ? (times.sort().at(-1) ?? null) : null,
    needsApproval: action !== 'compaction' && approval !== undefined && policy.fields[approval].value,
  }
}

export const decideAll = (facts: TableFacts): Decision[] =>
  maintenanceActions.map((action) => decide(facts, action))

/** When a table has to be looked at again: as soon as time alone makes something due, within a day at least, since snapshots grow old without a commit. */
export function wakeAt(decisions: readonly Decision[], now: number): number {
  const times = decisions.flatMap(({ nextAt }) => (nextAt === null ? [] : [Date.parse(nextAt)]))
  return Math.min(now + day, ...times.map((time) => Math.max(time, now + minute)))
}
