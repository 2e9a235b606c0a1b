import { DateTime } from 'luxon'
import type { SnapshotReference } from '#lib/iceberg/spec/snapshot.ts'
import type { TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'

/** How many tags of each calendar period are kept; null: none are made, and those that are there stay. */
export interface TagRules {
  daily: number | null
  weekly: number | null
  monthly: number | null
  /** In which days, weeks (from Monday on) and months end. */
  timeZone: string
}

export interface CalendarTag {
  name: string
  snapshotId: bigint
}

const periods = [
  { rule: 'daily', unit: 'day', format: 'yyyy-MM-dd' },
  { rule: 'weekly', unit: 'week', format: "kkkk-'W'WW" },
  { rule: 'monthly', unit: 'month', format: 'yyyy-MM' },
] as const
type Period = (typeof periods)[number]

/** Begins the name of every tag that is made by itself. */
export const tagPrefix = 'firn-'

const prefixOf = ({ rule }: Period): string => `${tagPrefix}${rule}-`

const startOf = ({ unit }: Period, at: number, timeZone: string): DateTime =>
  DateTime.fromMillis(at, { zone: timeZone }).startOf(unit)

const endOf = (period: Period, at: number, timeZone: string): number =>
  startOf(period, at, timeZone)
    .plus({ [period.unit]: 1 })
    .toMillis()

/**
 * The tags that a table is to have: of each kind the newest of the periods that are over and in which main moved, each at
 * the snapshot that was current at the period's end. A period without a commit needs none, so a table that is idle keeps
 * those it has. Pure.
 * @param now milliseconds since the epoch
 */
export function calendarTags(metadata: TableMetadata, rules: TagRules, now: number): CalendarTag[] {
  const there = new Set(metadata.snapshots.map(({ snapshotId }) => snapshotId))
  const tags: CalendarTag[] = []
  for (const period of periods) {
    const count = rules[period.rule] ?? 0
    let begun = Number.POSITIVE_INFINITY
    let made = 0
    for (let index = metadata.snapshotLog.length - 1; index >= 0 && made < count; index -= 1) {
      const entry = metadata.snapshotLog[index]
      if (!entry || entry.timestampMs >= begun) continue
      const start = startOf(period, entry.timestampMs, rules.timeZone)
      begun = start.toMillis()
      if (endOf(period, begun, rules.timeZone) > now || !there.has(entry.snapshotId)) continue
      tags.push({
        name: `${prefixOf(period)}${start.toFormat(period.format)}`,
        snapshotId: entry.snapshotId,
      })
      made += 1
    }
  }
  return tags
}

/** Those of `calendarTags` that are not there yet. A name that is taken, by whomever, is left as it is. */
export const missingTags = (metadata: TableMetadata, rules: TagRules, now: number): CalendarTag[] =>
  calendarTags(metadata, rules, now).filter(({ name }) => !Object.hasOwn(metadata.refs, name))

/** When the first period with a commit in it ends, milliseconds; null: no commit waits for a tag. */
export function nextTagAt(metadata: TableMetadata, rules: TagRules, now: number): number | null {
  const newest = metadata.snapshotLog.at(-1)
  if (!newest) return null
  const ends = periods
    .filter(({ rule }) => rules[rule] !== null)
    .map((period) => endOf(period, newest.timestampMs, rules.timeZone))
    .filter((end) => end > now)
  return ends.length > 0 ? Math.min(...ends) : null
}

/**
 * Tags beyond the number that is kept, oldest periods first to go. Only those count and go that were made by itself and are
 * still where they were put. Pure.
 * @param own tags made by itself, with their snapshots
 */
export function surplusTags(
  metadata: TableMetadata,
  rules: TagRules,
  own: readonly CalendarTag[],
): { name: string; reference: SnapshotReference }[] {
  const madeAt = new Map(own.map(({ name, snapshotId }) => [name, snapshotId]))
  const ownThere = Object.entries(metadata.refs)
    .filter(([name, { type, snapshotId }]) => type === 'tag' && madeAt.get(name) === snapshotId)
    .map(([name, reference]) => ({ name, reference }))
  return periods.flatMap((period) => {
    const count = rules[period.rule]
    if (count === null) return []
    return ownThere
      .filter(({ name }) => name.startsWith(prefixOf(period)))
      .sort((a, b) => (a.name < b.name ? 1 : -1))
      .slice(count)
  })
}
