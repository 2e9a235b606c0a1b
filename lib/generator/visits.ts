import type { Random } from './random.ts'
import { abGroups, abScenarios, cookingStyles, userSegments } from './vocabulary.ts'

/** Someone's visit in progress; events are drawn from a pool of concurrent visits. */
export interface Visit {
  userId: string
  anonymousId: string
  sessionId: string
  signedIn: boolean
  /** The end of the context's JSON text after `page`, escaped once as it stands inside the line. */
  contextTail: string
}

export const populationSize = 50_000
/** Events of one visit on average; the pool's size only sets how many visits overlap. */
const eventsPerVisit = 8
const concurrentVisits = 96

const hexByte = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'))

/** Eight hexadecimal digits of a 32-bit number. */
export const hex32 = (value: number): string => `${hexByte[value >>> 16]}${hexByte[value & 0xffff]}`

/** Mixes a user's number into 32 bits that never change, for traits that stay with a person. */
function mix(value: number): number {
  let state = Math.imul(value ^ 0x9e3779b9, 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
  return (state ^ (state >>> 16)) >>> 0
}

const escaped = (value: unknown): string => JSON.stringify(JSON.stringify(value)).slice(1, -1)

const contextTails = new Map<number, string>()

function contextTail(traits: number): string {
  const segment = traits % userSegments.length
  const style = (traits >>> 5) % cookingStyles.length
  const scenario = (traits >>> 11) % abScenarios.length
  const group = (traits >>> 17) % abGroups.length
  const key = ((segment * 8 + style) * 4 + scenario) * 3 + group
  let tail = contextTails.get(key)
  if (tail === undefined) {
    const fields = {
      user_segment: userSegments[segment],
      cooking_style: cookingStyles[style],
      ab_test: { scenario: abScenarios[scenario], group: abGroups[group] },
    }
    tail = `,${escaped(fields).slice(1)}`
    contextTails.set(key, tail)
  }
  return tail
}

/** People return with a heavy tail: a few come daily, most once or twice a month; a third only ever browse. */
function startVisit(random: Random): Visit {
  const user = Math.floor(populationSize * random.unit() ** 2.2)
  const traits = mix(user)
  return {
    userId: `u${String(100_000 + user)}`,
    anonymousId: `${hex32(traits)}${hex32(mix(user + 7_000_003))}`,
    sessionId: `s${hex32(random.uint32())}${hex32(random.uint32())}`,
    signedIn: traits % 3 !== 0 && random.unit() < 0.8,
    contextTail: contextTail(traits),
  }
}

/** A pool of overlapping visits: each call gives the visit the next event belongs to. */
export function createVisits(random: Random): () => Visit {
  const pool = Array.from({ length: concurrentVisits }, () => startVisit(random))
  return () => {
    const slot = random.below(concurrentVisits)
    if (random.below(eventsPerVisit) === 0) pool[slot] = startVisit(random)
    return pool[slot] as Visit
  }
}
