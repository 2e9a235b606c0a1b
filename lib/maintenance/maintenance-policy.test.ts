import { describe, expect, it } from 'vitest'
import { MaintenancePolicySchema, maintenancePolicy } from './maintenance-policy.ts'

const hour = 3_600_000
const defaults = {
  snapshotMaxAgeMs: 120 * hour,
  snapshotMinToKeep: 20,
  orphanMinAgeMs: 72 * hour,
  holdMs: 72 * hour,
  requiresApproval: false,
}

describe('maintenancePolicy', () => {
  it('is the defaults for a table that says nothing', () => {
    expect(maintenancePolicy({}, defaults)).toEqual(MaintenancePolicySchema.parse({}))
  })

  it('follows the properties of Iceberg, and takes its largest number for ever', () => {
    const policy = maintenancePolicy(
      {
        'gc.enabled': 'false',
        'history.expire.max-snapshot-age-ms': '3600000',
        'history.expire.min-snapshots-to-keep': '3',
        'history.expire.max-ref-age-ms': '9223372036854775807',
        'firn.quarantine.hold-ms': '7200000',
      },
      defaults,
    )
    expect(policy).toMatchObject({
      gcEnabled: false,
      holdMs: 2 * hour,
      expiry: { maxSnapshotAgeMs: hour, minSnapshotsToKeep: 3, maxRefAgeMs: null },
    })
    const age = { 'history.expire.max-snapshot-age-ms': '9223372036854775807' }
    expect(maintenancePolicy(age, defaults).expiry.maxSnapshotAgeMs).toBeGreaterThan(1e15)
  })

  it.each([
    ['firn.orphans.min-age-ms', '3600000', /at least 86400000/],
    ['history.expire.min-snapshots-to-keep', '0', /at least 1/],
    ['gc.enabled', 'no', /true or false/],
    ['history.expire.max-snapshot-age-ms', 'five days', /milliseconds/],
  ])('refuses %s = %s and names it', (name, value, message) => {
    expect(() => maintenancePolicy({ [name]: value }, defaults)).toThrow(message)
    expect(() => maintenancePolicy({ [name]: value }, defaults)).toThrow(name)
  })
})
