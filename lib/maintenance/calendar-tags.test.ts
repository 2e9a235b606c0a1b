import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import type { TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { calendarTags, missingTags, nextTagAt, surplusTags, type TagRules } from './calendar-tags.ts'

const rules: TagRules = { daily: null, weekly: null, monthly: null, timeZone: 'Asia/Seoul' }
const none = { refs: {}, snapshots: [], snapshotLog: [] }

/** Main's snapshots 1, 2, 3… by the times they became current. */
const tableOf = (times: readonly string[], parts: Partial<TableMetadata> = {}): TableMetadata => {
  const log = times.map((at, index) => ({ snapshotId: BigInt(index + 1), timestampMs: Date.parse(at) }))
  return { ...none, snapshots: log, snapshotLog: log, ...parts } as unknown as TableMetadata
}
const tagsOf = (table: TableMetadata, given: Partial<TagRules>, now: string) =>
  calendarTags(table, { ...rules, ...given }, Date.parse(now)).map(
    ({ name, snapshotId }) => `${name} ${snapshotId}`,
  )
const tag = (snapshotId: number) => ({ type: 'tag' as const, snapshotId: BigInt(snapshotId) })

describe('calendarTags', () => {
  const table = tableOf([
    '2026-03-01T10:00:00+09:00',
    '2026-03-01T23:59:59.999+09:00',
    '2026-03-02T00:00:00+09:00',
    '2026-03-05T12:00:00+09:00',
    '2026-04-01T12:00:00+09:00',
  ])

  it('takes the snapshot that was current when a day, a week or a month ended in the time zone', () => {
    const now = '2026-04-01T13:00:00+09:00'
    expect(tagsOf(table, { daily: 9 }, now)).toEqual([
      'firn-daily-2026-03-05 4',
      'firn-daily-2026-03-02 3',
      'firn-daily-2026-03-01 2',
    ])
    // The first of March 2026 is a Sunday.
    expect(tagsOf(table, { weekly: 9 }, now)).toEqual(['firn-weekly-2026-W10 4', 'firn-weekly-2026-W09 2'])
    expect(tagsOf(table, { monthly: 9 }, now)).toEqual(['firn-monthly-2026-03 4'])
    expect(tagsOf(table, { daily: 9, timeZone: 'UTC' }, now).at(-1)).toBe('firn-daily-2026-03-01 3')
  })

  it('names weeks by their own year', () => {
    const turn = tableOf(['2027-01-01T10:00:00+09:00'])
    expect(tagsOf(turn, { weekly: 1 }, '2027-01-04T00:00:00+09:00')).toEqual(['firn-weekly-2026-W53 1'])
  })

  it('waits for the end of the period, and knows when it comes', () => {
    const early = tableOf(['2026-03-05T12:00:00+09:00'])
    const daily = { ...rules, daily: 3, monthly: 3 }
    const before = Date.parse('2026-03-05T23:59:59.999+09:00')
    expect(calendarTags(early, daily, before)).toEqual([])
    expect(nextTagAt(early, daily, before)).toBe(before + 1)
    expect(calendarTags(early, daily, before + 1)).toMatchObject([{ snapshotId: 1n }])
    expect(nextTagAt(early, daily, before + 1)).toBe(Date.parse('2026-04-01T00:00:00+09:00'))
    expect(nextTagAt(early, rules, before)).toBeNull()
  })

  it('wants no tag for days without a commit: an idle table keeps those it has', () => {
    expect(tagsOf(table, { daily: 2 }, '2029-01-01T00:00:00+09:00')).toEqual([
      'firn-daily-2026-04-01 5',
      'firn-daily-2026-03-05 4',
    ])
  })

  it('passes over snapshots that have expired', () => {
    const snapshots = table.snapshots.filter(({ snapshotId }) => snapshotId !== 4n)
    expect(tagsOf({ ...table, snapshots }, { daily: 2 }, '2026-04-02T00:00:00+09:00')).toEqual([
      'firn-daily-2026-04-01 5',
      'firn-daily-2026-03-02 3',
    ])
  })

  it('is the last entry of the log of each day, whatever the history', () => {
    const start = Date.parse('2026-01-01T00:00:00Z')
    const hours = fc.array(fc.nat(24 * 20), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(hours, fc.integer({ min: 1, max: 8 }), fc.nat(24 * 25), (given, count, later) => {
        const times = given
          .sort((a, b) => a - b)
          .map((hour) => new Date(start + hour * 3_600_000).toISOString())
        const now = start + later * 3_600_000
        const last = new Map<string, number>()
        for (const [index, at] of times.entries()) {
          const day = DateTime.fromISO(at, { zone: 'Asia/Seoul' })
          if (day.endOf('day').toMillis() < now) last.set(`firn-daily-${day.toISODate()}`, index + 1)
        }
        const wanted = [...last].sort().reverse().slice(0, count)
        expect(tagsOf(tableOf(times), { daily: count }, new Date(now).toISOString())).toEqual(
          wanted.map(([name, id]) => `${name} ${id}`),
        )
      }),
    )
  })
})

describe('missingTags', () => {
  it('leaves a name alone that is taken', () => {
    const refs = { 'firn-daily-2026-03-01': tag(7) }
    const table = tableOf(['2026-03-01T10:00:00+09:00', '2026-03-02T10:00:00+09:00'], { refs })
    const now = Date.parse('2026-03-03T00:00:00+09:00')
    expect(missingTags(table, { ...rules, daily: 5 }, now)).toEqual([
      { name: 'firn-daily-2026-03-02', snapshotId: 2n },
    ])
  })
})

describe('surplusTags', () => {
  const refs = {
    main: { type: 'branch' as const, snapshotId: 3n },
    'firn-daily-2026-03-01': tag(1),
    'firn-daily-2026-03-02': tag(2),
    'firn-daily-2026-03-03': tag(3),
    'firn-daily-2026-02-01': tag(1),
    'firn-monthly-2026-02': tag(1),
  }
  const own = [
    { name: 'firn-daily-2026-03-01', snapshotId: 1n },
    { name: 'firn-daily-2026-03-02', snapshotId: 2n },
    { name: 'firn-daily-2026-03-03', snapshotId: 3n },
    { name: 'firn-monthly-2026-02', snapshotId: 1n },
  ]
  const namesOf = (given: Partial<TagRules>, made = own) =>
    surplusTags(tableOf([], { refs }), { ...rules, ...given }, made).map(({ name }) => name)

  it('counts and takes only what was made by itself, oldest first', () => {
    expect(namesOf({ daily: 2, monthly: 1 })).toEqual(['firn-daily-2026-03-01'])
    expect(namesOf({ daily: 3 })).toEqual([])
  })

  it('takes nothing where no number is said, and no tag that somebody has moved', () => {
    expect(namesOf({})).toEqual([])
    const moved = own.map((one) => (one.name === 'firn-daily-2026-03-01' ? { ...one, snapshotId: 9n } : one))
    expect(namesOf({ daily: 1 }, moved)).toEqual(['firn-daily-2026-03-02'])
  })
})
