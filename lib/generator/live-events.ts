import { eventLine } from './event-line.ts'
import { eventNames, fullEventCounts, fullEventTotal } from './event-names.ts'
import { createRandom } from './random.ts'
import { createVisits } from './visits.ts'

export interface LiveEventsOptions {
  seed: number
  /** Start of the first second; later lots follow one second apart. */
  startAt: Date
  /** Events in each one-second lot on average. Default 50. */
  eventsPerSecond?: number
}

export interface LiveLot {
  /** Start of the second the events belong to. */
  second: Date
  /** Bronze lines in time order, without line breaks. */
  lines: string[]
  /** The people of the lines, at the same indexes: a Kafka message key that keeps a person's events in order. */
  keys: string[]
}

const names = eventNames.flatMap((name) =>
  new Array<typeof name>(Math.ceil((fullEventCounts[name] * 2000) / fullEventTotal)).fill(name),
)
const seoulOffsetMs = 9 * 3_600_000

/**
 * Endless one-second lots of the same kind of events as the July set, dated from `startAt` on in Asia/Seoul. It does not
 * wait: the caller takes a lot each second. The sequence depends on seed and start, so a restarted feed never repeats ids.
 */
export function* liveEvents({
  seed,
  startAt,
  eventsPerSecond = 50,
}: LiveEventsOptions): Generator<LiveLot, never, undefined> {
  const random = createRandom(seed, Math.floor(startAt.getTime() / 1000))
  const nextVisit = createVisits(random)
  for (let second = startAt.getTime(); ; second += 1000) {
    const size = Math.max(1, Math.round(eventsPerSecond * (0.8 + random.unit() * 0.4)))
    const offsets = Array.from({ length: size }, () => random.below(1000)).sort((left, right) => left - right)
    const lines: string[] = []
    const keys: string[] = []
    for (const offset of offsets) {
      const local = new Date(second + offset + seoulOffsetMs).toISOString()
      const visit = nextVisit()
      const name = names[random.below(names.length)] as (typeof names)[number]
      lines.push(eventLine(random, name, visit, local.slice(0, 10), local.slice(11, 23)))
      keys.push(visit.anonymousId)
    }
    yield { second: new Date(second), lines, keys }
  }
}
