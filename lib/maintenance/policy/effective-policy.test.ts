import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compactionPolicy } from '../compaction-policy.ts'
import { defaultPolicy } from './default-policy.ts'
import { effectivePolicy, type PolicyLayer, valuesOf } from './effective-policy.ts'
import {
  leastOrphanAgeMs,
  type PolicyField,
  type PolicyOverrides,
  PolicyOverridesSchema,
  policyFields,
} from './policy-fields.ts'
import { policyPresets, presetValues } from './presets.ts'

const hour = 3_600_000
const defaults = defaultPolicy()
const values = (layers: PolicyLayer[], properties?: Record<string, string>) =>
  valuesOf(effectivePolicy(defaults, layers, properties))

/** A few fields of each kind are enough to tell layers apart; orphan ages stay at least 24 hours. */
const overrides: fc.Arbitrary<PolicyOverrides> = fc.record(
  {
    'compaction.enabled': fc.boolean(),
    'compaction.targetBytes': fc.integer({ min: 1_000_000, max: 1_000_000_000 }),
    'compaction.strategy': fc.constantFrom('binpack' as const, 'sort' as const),
    'compaction.schedule': fc.constantFrom(null, '0 3 * * *'),
    'expiry.minSnapshotsToKeep': fc.integer({ min: 1, max: 1_000 }),
    'orphans.minAgeMs': fc.integer({ min: leastOrphanAgeMs, max: 400 * leastOrphanAgeMs }),
    'quarantine.holdMs': fc.integer({ min: hour, max: 1_000 * hour }),
  },
  { requiredKeys: [] },
)
const layer = (place: PolicyLayer['place']): fc.Arbitrary<PolicyLayer> =>
  fc.record({ place: fc.constant(place), preset: fc.constantFrom(null, ...policyPresets), overrides })
const layers = fc.tuple(
  layer({ kind: 'catalog' }),
  layer({ kind: 'namespace', levels: ['a'] }),
  layer({ kind: 'namespace', levels: ['a', 'b'] }),
  layer({ kind: 'table' }),
)

describe('effectivePolicy', () => {
  it('is the defaults where nobody says anything, and everything is on', () => {
    const policy = effectivePolicy(defaults, [])
    expect(valuesOf(policy)).toEqual(defaults)
    expect(new Set(policyFields.map((field) => policy.fields[field].origin.kind))).toEqual(
      new Set(['default']),
    )
    expect(defaults).toMatchObject({
      'compaction.enabled': true,
      'expiry.enabled': true,
      'orphans.enabled': true,
      'manifests.enabled': true,
    })
  })

  it('takes each field from the innermost scope that says it, its own word before its preset', () => {
    fc.assert(
      fc.property(layers, (all) => {
        const { fields } = effectivePolicy(defaults, all)
        for (const field of policyFields) {
          const innermost = all.findLast(
            ({ preset, overrides: own }) =>
              own[field] !== undefined || (preset && presetValues[preset][field] !== undefined),
          )
          if (!innermost) {
            expect(fields[field]).toEqual({ value: defaults[field], origin: { kind: 'default' } })
            continue
          }
          const { place, preset, overrides: own } = innermost
          expect(fields[field]).toEqual(
            own[field] !== undefined
              ? { value: own[field], origin: place }
              : {
                  value: preset && presetValues[preset][field],
                  origin: { kind: 'preset', preset, at: place },
                },
          )
        }
      }),
    )
  })

  it('does not change by a scope that says nothing, nor by one that repeats what counts', () => {
    fc.assert(
      fc.property(layers, fc.nat(4), (all, at) => {
        const before = values(all)
        const silent: PolicyLayer = { place: { kind: 'table' }, preset: null, overrides: {} }
        expect(values(all.toSpliced(at, 0, silent))).toEqual(before)
        expect(values([...all, { ...silent, overrides: before }])).toEqual(before)
      }),
    )
  })

  it('lets a scope further in decide one field without touching the others', () => {
    fc.assert(
      fc.property(layers, fc.integer({ min: 2, max: 99_999 }), (all, files) => {
        const inner: PolicyLayer = {
          place: { kind: 'table' },
          preset: null,
          overrides: { 'compaction.minInputFiles': files },
        }
        expect(values([...all, inner])).toEqual({ ...values(all), 'compaction.minInputFiles': files })
      }),
    )
  })

  it('takes the properties of the table before everything else, and names them', () => {
    const policy = effectivePolicy(
      defaults,
      [{ place: { kind: 'table' }, preset: 'batch', overrides: { 'expiry.maxSnapshotAgeMs': 1 } }],
      {
        'history.expire.max-snapshot-age-ms': '7200000',
        'history.expire.max-ref-age-ms': '9223372036854775807',
        'write.target-file-size-bytes': '512000000',
        'gc.enabled': 'false',
      },
    )
    expect(policy.fields['expiry.maxSnapshotAgeMs']).toEqual({
      value: 2 * hour,
      origin: { kind: 'table-property', property: 'history.expire.max-snapshot-age-ms' },
    })
    // Nothing of that age goes because there are many of them.
    expect(policy.fields['expiry.maxSnapshotsToKeep']).toEqual({
      value: null,
      origin: { kind: 'table-property', property: 'history.expire.max-snapshot-age-ms' },
    })
    expect(valuesOf(policy)).toMatchObject({
      'compaction.targetBytes': 512_000_000,
      'expiry.maxRefAgeMs': null,
      'gc.enabled': false,
    })
  })

  it.each([
    ['firn.compaction.enabled', 'yes', 'compaction.enabled'],
    ['write.target-file-size-bytes', '12', 'compaction.targetBytes'],
    ['firn.compaction.min-input-files', '1', 'compaction.minInputFiles'],
    ['history.expire.min-snapshots-to-keep', '0', 'expiry.minSnapshotsToKeep'],
    ['firn.orphans.min-age-ms', '3600000', 'orphans.minAgeMs'],
    ['gc.enabled', 'no', 'gc.enabled'],
    ['history.expire.max-snapshot-age-ms', 'five days', 'expiry.maxSnapshotAgeMs'],
  ] as [string, string, PolicyField][])(
    'names the property %s when it is %j and goes on without it',
    (property, text, field) => {
      const policy = effectivePolicy(defaults, [], { [property]: text })
      expect(policy.problems).toEqual([{ property, field, message: expect.stringContaining(property) }])
      expect(policy.fields[field]).toEqual({ value: defaults[field], origin: { kind: 'default' } })
    },
  )
})

describe('the age of orphans', () => {
  it('does not go under 24 hours unless the same place says so', () => {
    expect(PolicyOverridesSchema.safeParse({ 'orphans.minAgeMs': hour }).success).toBe(false)
    expect(
      PolicyOverridesSchema.safeParse({ 'orphans.minAgeMs': hour, 'orphans.allowUnder24h': true }).success,
    ).toBe(true)
  })

  it('is 24 hours again where a scope further in takes the permission back', () => {
    const outer: PolicyLayer = {
      place: { kind: 'catalog' },
      preset: null,
      overrides: { 'orphans.minAgeMs': hour, 'orphans.allowUnder24h': true },
    }
    const inner: PolicyLayer = {
      place: { kind: 'table' },
      preset: null,
      overrides: { 'orphans.allowUnder24h': false },
    }
    expect(values([outer])['orphans.minAgeMs']).toBe(hour)
    expect(effectivePolicy(defaults, [outer, inner]).fields['orphans.minAgeMs']).toEqual({
      value: leastOrphanAgeMs,
      origin: { kind: 'table' },
    })
  })
})

describe('PolicyOverridesSchema', () => {
  it.each([
    ['an unknown field', { 'compaction.colour': 'blue' }],
    ['a strategy that the engine does not have', { 'compaction.strategy': 'random' }],
    ['a schedule that is none', { 'compaction.schedule': 'every day' }],
    [
      'a time zone that is none',
      { window: { days: [1], from: '01:00', to: '02:00', timeZone: 'Mars/Base' } },
    ],
  ])('refuses %s', (_, given) => {
    expect(PolicyOverridesSchema.safeParse(given).success).toBe(false)
  })

  it.each(policyPresets)('takes the preset %s', (preset) => {
    expect(PolicyOverridesSchema.parse(presetValues[preset])).toEqual(presetValues[preset])
  })
})

describe('compactionPolicy', () => {
  it('leaves files of 128 to 512 MB alone by the preset batch, and counts three quarters without a threshold', () => {
    const place = { kind: 'catalog' } as const
    const batch = values([{ place, preset: 'batch', overrides: {} }])
    expect(compactionPolicy(batch)).toMatchObject({
      targetBytes: 512 * 1_048_576,
      smallFileBytes: 128 * 1_048_576,
    })
    const streaming = values([{ place, preset: 'streaming', overrides: {} }])
    expect(compactionPolicy(streaming)).toMatchObject({ smallFileBytes: 96 * 1_048_576 })
  })
})
