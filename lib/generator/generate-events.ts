import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../errors.ts'
import { eventLine } from './event-line.ts'
import { eventCounts, eventNames, fullEventTotal } from './event-names.ts'
import { planDays, planHourCounts } from './hour-plan.ts'
import { createRandom, type Random } from './random.ts'
import { createVisits } from './visits.ts'

export interface GenerateEventsOptions {
  /** Events in all; 1,000,001 is the size of mission [003] and gives its exact counts by event and hour. */
  count?: number
  seed?: number
  directory: string
  onProgress?: (progress: { events: number; total: number; bytes: number; file: string }) => void
}

export interface GeneratedFile {
  path: string
  events: number
  bytes: number
}

export const defaultEventCount = fullEventTotal
export const defaultSeed = 20_250_701

const two = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))
const three = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'))
const flushCharacters = 1 << 20

/** Every event's name in random order, as indexes into eventNames, with exact counts. */
function shuffledNames(total: number, random: Random): Uint8Array {
  const names = new Uint8Array(total)
  let next = 0
  for (const [index, times] of eventCounts(total).entries()) {
    names.fill(index, next, next + times)
    next += times
  }
  for (let last = total - 1; last > 0; last -= 1) {
    const other = random.below(last + 1)
    const held = names[last] as number
    names[last] = names[other] as number
    names[other] = held
  }
  return names
}

/** `count` moments of one hour in order, in milliseconds since the hour began. */
function moments(count: number, random: Random): Uint32Array {
  const sorted = new Uint32Array(count)
  for (let index = 0; index < count; index += 1) sorted[index] = random.below(3_600_000)
  return sorted.sort()
}

const clock = (hour: number, milliseconds: number): string => {
  const seconds = Math.floor(milliseconds / 1000)
  return `${two[hour]}:${two[Math.floor(seconds / 60)]}:${two[seconds % 60]}.${three[milliseconds % 1000]}`
}

/**
 * Writes the events of July 2025 (Asia/Seoul) as daily JSON Lines files `events-2025-07-01.jsonl`…, in time order; days
 * without events have no file. The same count and seed give the same bytes. A file appears under its name when complete.
 * @throws AppError `bad-input` for a count that is not a positive whole number.
 */
export async function generateEvents(options: GenerateEventsOptions): Promise<GeneratedFile[]> {
  const { count = defaultEventCount, seed = defaultSeed, directory, onProgress } = options
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new AppError(
      'bad-input',
      `The number of events must be a whole number of 1 or more; found ${count}.`,
    )
  }
  await mkdir(directory, { recursive: true })
  const random = createRandom(seed)
  const hours = planHourCounts(count, seed)
  const names = shuffledNames(count, random)
  const nextVisit = createVisits(random)
  const files: GeneratedFile[] = []
  let done = 0
  for (let day = 0; day < planDays; day += 1) {
    const date = `2025-07-${two[day + 1]}`
    const dayHours = hours.slice(day * 24, day * 24 + 24)
    const events = dayHours.reduce((left, right) => left + right, 0)
    if (events === 0) continue
    const name = `events-${date}.jsonl`
    const target = path.join(directory, name)
    const stream = createWriteStream(`${target}.partial`)
    let bytes = 0
    let pending = ''
    const flush = async () => {
      const chunk = Buffer.from(pending)
      pending = ''
      bytes += chunk.byteLength
      if (!stream.write(chunk)) await once(stream, 'drain')
    }
    for (const [hour, rows] of dayHours.entries()) {
      for (const moment of moments(rows, random)) {
        const eventName = eventNames[names[done] as number] as (typeof eventNames)[number]
        pending += `${eventLine(random, eventName, nextVisit(), date, clock(hour, moment))}\n`
        done += 1
        if (pending.length >= flushCharacters) await flush()
      }
    }
    await flush()
    stream.end()
    await once(stream, 'close')
    await rename(`${target}.partial`, target)
    files.push({ path: target, events, bytes })
    onProgress?.({ events: done, total: count, bytes, file: name })
  }
  return files
}
