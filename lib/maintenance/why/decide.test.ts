import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultPolicy } from '../policy/default-policy.ts'
import { effectivePolicy, type PolicyLayer } from '../policy/effective-policy.ts'
import type { maintenanceActions, PolicyOverrides } from '../policy/policy-fields.ts'
import { type ActionHistory, decide, decideAll, type TableFacts, wakeAt } from './decide.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
const now = Date.parse('2026-03-02T12:00:00Z')
const never: ActionHistory = { active: null, lastAt: null, lastEnd: null }

const policyOf = (overrides: PolicyOverrides, properties: Record<string, string> = {}) => {
  const layer: PolicyLayer = { place: { kind: 'namespace', levels: ['shop'] }, preset: null, overrides }
  return effectivePolicy(defaultPolicy(), [layer], properties)
}
const factsOf = (facts: Partial<TableFacts> = {}): TableFacts => ({
  now,
  lookedAt: now - minute,
  createdAt: now - 30 * day,
  policy: policyOf({}),
  compaction: {
    notWritten: [],
    orderProblem: null,
    smallFiles: 9,
    partition: 'hour=1',
    burdenedFiles: 0,
    danglingDeletes: 0,
    plannedFiles: 9,
    sealedAt: null,
  },
  tags: { missing: 1, newest: 'firn-daily-2026-03-01', nextAt: null },
  expired: 50,
  retention: { columnProblem: null },
  manifests: { count: 200, replaced: 200, expected: 2 },
  history: {
    compaction: never,
    'tag-snapshots': never,
    'expire-snapshots': never,
    'remove-orphan-files': never,
    'rewrite-manifests': never,
    'delete-old-rows': never,
  },
  ...facts,
})
const kept = { 'retention.column': 'at', 'retention.maxAgeMs': 90 * day } as const
const failedOf = (facts: TableFacts, action: (typeof maintenanceActions)[number]) =>
  decide(facts, action).conditions.filter(({ passed }) => !passed)

describe('decide', () => {
  it('starts everything that is due, and says so by the conditions alone', () => {
    for (const decision of decideAll(factsOf({ policy: policyOf({ 'tags.daily': 7, ...kept }) }))) {
      expect(decision).toMatchObject({ due: true, nextAt: null })
      expect(decision.conditions.every(({ passed }) => passed)).toBe(true)
    }
  })

  it.each([
    ['compaction', { 'compaction.enabled': false }, 'enabled'],
    ['compaction', { 'compaction.requiresApproval': true }, 'started-by-people'],
    ['compaction', { 'compaction.minInputFiles': 10 }, 'small-files'],
    ['tag-snapshots', { 'tags.daily': null }, 'tags-kept'],
    ['delete-old-rows', { 'retention.column': null }, 'retention-set'],
    ['expire-snapshots', { 'gc.enabled': false }, 'may-delete'],
    ['remove-orphan-files', { 'orphans.everyMs': 31 * day }, 'interval'],
    ['rewrite-manifests', { 'manifests.minCount': 201 }, 'manifests'],
  ] as const)('%s with %j fails by %s, with the field and where it comes from', (action, overrides, name) => {
    const [condition, ...others] = failedOf(factsOf({ policy: policyOf(overrides) }), action)
    expect(others).toEqual([])
    expect(condition).toMatchObject({
      name,
      field: Object.keys(overrides)[0],
      origin: { kind: 'namespace', levels: ['shop'] },
    })
  })

  it('shows the value now and the threshold', () => {
    const facts = factsOf({
      compaction: {
        notWritten: [],
        orderProblem: null,
        smallFiles: 3,
        partition: 'hour=7',
        burdenedFiles: 0,
        danglingDeletes: 0,
        plannedFiles: 0,
        sealedAt: null,
      },
    })
    expect(failedOf(facts, 'compaction')).toMatchObject([
      { name: 'small-files', current: 3, threshold: 5, about: 'hour=7', nextAt: null },
    ])
  })

  it('leaves a table alone that has columns the engine cannot write, and names them, whatever its small files', () => {
    const compaction = { ...factsOf().compaction, notWritten: ['payload (variant)', 'at.place (geometry)'] }
    const decision = decide(factsOf({ compaction }), 'compaction')
    expect(decision).toMatchObject({ due: false, nextAt: null })
    expect(failedOf(factsOf({ compaction }), 'compaction')).toMatchObject([
      { name: 'writable-columns', current: 2, about: 'payload (variant), at.place (geometry)' },
    ])
    expect(decide(factsOf({ compaction }), 'expire-snapshots').due).toBe(true)
  })

  it('does not start what a property of the table makes doubtful, and the rest all the same', () => {
    const facts = factsOf({ policy: policyOf({}, { 'history.expire.max-snapshot-age-ms': 'soon' }) })
    expect(failedOf(facts, 'expire-snapshots')).toMatchObject([
      { name: 'usable-properties', about: expect.stringContaining('history.expire.max-snapshot-age-ms') },
    ])
    expect(decide(facts, 'compaction').due).toBe(true)
  })

  it('does not start with columns that are not there, and says which', () => {
    const policy = policyOf({ 'compaction.strategy': 'z-order', 'compaction.zOrderColumns': ['a', 'b'] })
    const compaction = { ...factsOf().compaction, orderProblem: 'The table has no column "b".' }
    expect(failedOf(factsOf({ policy, compaction }), 'compaction')).toMatchObject([
      { name: 'usable-columns', field: 'compaction.zOrderColumns', about: 'The table has no column "b".' },
    ])
  })

  it('rewrites files with too many deletes, also where no files are small', () => {
    const compaction = {
      notWritten: [],
      orderProblem: null,
      smallFiles: 0,
      partition: null,
      burdenedFiles: 2,
      danglingDeletes: 0,
      plannedFiles: 2,
      sealedAt: null,
    }
    expect(decide(factsOf({ compaction }), 'compaction').due).toBe(true)
  })

  it('waits for a growing partition, and knows until when', () => {
    const sealedAt = now + 4 * minute
    const compaction = {
      notWritten: [],
      orderProblem: null,
      smallFiles: 9,
      partition: 'hour=1',
      burdenedFiles: 0,
      danglingDeletes: 0,
      plannedFiles: 0,
      sealedAt,
    }
    expect(decide(factsOf({ compaction }), 'compaction')).toMatchObject({
      due: false,
      nextAt: new Date(sealedAt).toISOString(),
    })
  })

  it('starts in the window only, and names the moment it opens', () => {
    const days = [1, 2, 3, 4, 5, 6, 7]
    const window = { days, from: '01:00', to: '05:00', timeZone: 'Asia/Seoul' }
    const facts = (at: number) => factsOf({ now: at, policy: policyOf({ window }) })
    expect(decide(facts(now), 'compaction')).toMatchObject({ due: false, nextAt: '2026-03-02T16:00:00.000Z' })
    expect(decide(facts(Date.parse('2026-03-02T16:00:00Z')), 'compaction').due).toBe(true)
  })

  it('starts once for each time of a schedule: at the first look after it', () => {
    const policy = policyOf({ 'compaction.schedule': '0 12 * * *' })
    const looked = (lookedAt: number, at: number) =>
      decide(factsOf({ now: at, lookedAt, policy }), 'compaction')
    expect(looked(now - minute, now).due).toBe(true)
    expect(looked(now - minute, now + hour).due).toBe(true)
    expect(looked(now, now + minute)).toMatchObject({ due: false, nextAt: '2026-03-03T12:00:00.000Z' })
    expect(decide(factsOf({ policy, lookedAt: now }), 'expire-snapshots').due).toBe(true)
  })

  it('says what is in the way, and rests after a failure', () => {
    const id = '01939a2e-0000-7000-8000-000000000000'
    const at = now - minute
    const history = (compaction: ActionHistory) => factsOf({ history: { ...factsOf().history, compaction } })
    const active = { kind: 'run' as const, id, state: 'running' }
    expect(failedOf(history({ active, lastAt: at, lastEnd: null }), 'compaction')).toMatchObject([
      { name: 'nothing-in-the-way', blocker: active },
    ])
    const broken = decide(history({ active: null, lastAt: at, lastEnd: { at, failed: true } }), 'compaction')
    expect(broken).toMatchObject({ due: false, nextAt: new Date(at + 5 * minute).toISOString() })
    const well = history({ active: null, lastAt: at, lastEnd: { at, failed: false } })
    expect(decide(well, 'compaction').due).toBe(true)
  })

  it('makes tags when their time has come, whatever the window', () => {
    const window = { days: [1], from: '01:00', to: '01:01', timeZone: 'Asia/Seoul' }
    const policy = policyOf({ 'tags.weekly': 4, window })
    expect(decide(factsOf({ policy }), 'tag-snapshots').due).toBe(true)
    const nextAt = now + hour
    const tags = { missing: 0, newest: null, nextAt }
    expect(decide(factsOf({ policy, tags }), 'tag-snapshots')).toMatchObject({
      due: false,
      nextAt: new Date(nextAt).toISOString(),
    })
  })

  it('deletes old rows once a day, where a column and an age are named', () => {
    const policy = policyOf(kept)
    expect(decide(factsOf({ policy }), 'delete-old-rows').due).toBe(true)
    expect(
      failedOf(factsOf({ policy: policyOf({ 'retention.column': 'at' }) }), 'delete-old-rows'),
    ).toMatchObject([{ name: 'retention-set', field: 'retention.maxAgeMs' }])
    const retention = { columnProblem: 'The table has no column "at".' }
    expect(failedOf(factsOf({ policy, retention }), 'delete-old-rows')).toMatchObject([
      { name: 'usable-time-column', about: retention.columnProblem },
    ])
    const lastAt = now - 23 * hour
    const history = { ...factsOf().history, 'delete-old-rows': { active: null, lastAt, lastEnd: null } }
    expect(decide(factsOf({ policy, history }), 'delete-old-rows')).toMatchObject({
      due: false,
      nextAt: new Date(now + hour).toISOString(),
    })
    const closed = policyOf({ ...kept, 'gc.enabled': false })
    expect(failedOf(factsOf({ policy: closed }), 'delete-old-rows')).toMatchObject([{ name: 'may-delete' }])
  })

  it('waits a day with a few expired snapshots, and not with many', () => {
    const lastAt = now - 23 * hour
    const history = {
      ...factsOf().history,
      'expire-snapshots': { active: null, lastAt, lastEnd: { at: lastAt, failed: false } },
    }
    expect(decide(factsOf({ history, expired: 20 }), 'expire-snapshots').due).toBe(true)
    expect(decide(factsOf({ history, expired: 19 }), 'expire-snapshots')).toMatchObject({
      due: false,
      nextAt: new Date(now + hour).toISOString(),
    })
    expect(failedOf(factsOf({ expired: 0 }), 'expire-snapshots')).toMatchObject([
      { name: 'expired-snapshots' },
    ])
  })

  it('names a next moment only where time alone is missing, and is due exactly when nothing failed', () => {
    const overrides = fc.record(
      {
        'compaction.enabled': fc.boolean(),
        'expiry.schedule': fc.constantFrom(null, '0 3 * * *', '0 12 * * *'),
        'orphans.everyMs': fc.integer({ min: hour, max: 60 * day }),
        window: fc.constantFrom(null, { days: [1] as number[], from: '11:00', to: '13:00', timeZone: 'UTC' }),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(overrides, fc.nat(30), fc.nat(7 * 24), (given, expired, hours) => {
        const facts = factsOf({ policy: policyOf(given), expired, now: now + hours * hour, lookedAt: now })
        const decisions = decideAll(facts)
        for (const { due, nextAt, conditions } of decisions) {
          const failed = conditions.filter(({ passed }) => !passed)
          expect(due).toBe(failed.length === 0)
          expect(nextAt !== null).toBe(failed.length > 0 && failed.every((one) => one.nextAt !== null))
          if (nextAt !== null) expect(Date.parse(nextAt)).toBeGreaterThan(facts.now)
        }
        const wake = wakeAt(decisions, facts.now)
        expect(wake).toBeGreaterThan(facts.now)
        expect(wake).toBeLessThanOrEqual(facts.now + day)
      }),
    )
  })
})
