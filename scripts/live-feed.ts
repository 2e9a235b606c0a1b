/**
 * A live feed of sample events, a lot each second: into landing-zone segments (a new file each minute, flushed before the
 * next lot) or into a Kafka topic. Ends after the lot in hand at SIGINT or SIGTERM.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { isAppError, messageOf } from '../lib/errors.ts'
import { type LiveLot, liveEvents } from '../lib/generator/live-events.ts'
import { closeKafkaClient, kafkaClientFromEnv } from '../lib/ingest/kafka/kafka-client-from-env.ts'
import { fileIO } from '../lib/storage/default-file-io.ts'
import { parseLocation } from '../lib/storage/location.ts'

const usage = `node scripts/live-feed.ts (--location file:///folder | --topic name) [--rate 25]

  --location URI  folder of segments, file:///… or s3://bucket/…
  --topic NAME    a topic of KAFKA_BROKERS instead
  --rate N        events a second on average (default 25)`

interface Sink {
  write(lot: LiveLot): Promise<void>
  close(): Promise<void>
}

/** Segment names never repeat, so a feed that was killed in the middle of a line leaves that line alone. */
const segmentName = (lot: LiveLot): string =>
  `live-${lot.second.toISOString().slice(0, 16).replace(':', '-')}-${randomBytes(3).toString('hex')}.jsonl`

function folderSink(folder: string): Sink {
  let segment: { minute: number; file: FileHandle } | undefined
  return {
    async write(lot) {
      const minute = Math.floor(lot.second.getTime() / 60_000)
      if (segment?.minute !== minute) {
        await segment?.file.close()
        await mkdir(folder, { recursive: true })
        segment = { minute, file: await open(path.join(folder, segmentName(lot)), 'a') }
      }
      await segment.file.appendFile(`${lot.lines.join('\n')}\n`)
      await segment.file.datasync()
    },
    close: async () => segment?.file.close(),
  }
}

/** Objects cannot grow: ten seconds of events become one object. */
function bucketSink(location: string): Sink {
  let waiting: LiveLot[] = []
  const flush = async (): Promise<void> => {
    const [first] = waiting
    if (!first) return
    const text = waiting.map(({ lines }) => `${lines.join('\n')}\n`).join('')
    await fileIO().write(`${location}/${segmentName(first)}`, Buffer.from(text))
    waiting = []
  }
  return {
    async write(lot) {
      waiting.push(lot)
      if (waiting.length >= 10) await flush()
    },
    close: flush,
  }
}

function topicSink(topic: string): Sink {
  const client = kafkaClientFromEnv()
  return {
    async write({ lines, keys }) {
      await client.produce(
        topic,
        lines.map((value, index) => ({ value, key: keys[index] ?? null })),
      )
    },
    close: closeKafkaClient,
  }
}

function sinkOf(values: { location?: string; topic?: string }): Sink {
  if (values.topic !== undefined && values.location === undefined) return topicSink(values.topic)
  if (values.location !== undefined && values.topic === undefined) {
    const place = parseLocation(values.location)
    return place.scheme === 'file' ? folderSink(place.path) : bucketSink(values.location.replace(/\/+$/, ''))
  }
  console.error(`Give either --location or --topic.\n\n${usage}`)
  process.exit(2)
}

const { values } = parseArgs({
  options: {
    location: { type: 'string' },
    topic: { type: 'string' },
    rate: { type: 'string', default: '25' },
    help: { type: 'boolean', short: 'h' },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const rate = Number(values.rate)
if (!Number.isInteger(rate) || rate < 1 || rate > 100_000) {
  console.error(
    `--rate: expected a whole number from 1 to 100000; found ${JSON.stringify(values.rate)}\n\n${usage}`,
  )
  process.exit(2)
}

const ending = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => ending.abort())
}

const sink = sinkOf(values)
const startAt = new Date(Math.ceil(Date.now() / 1000) * 1000)
// Another seed in each run: two feeds started within the same second must not send the same ids.
const seed = randomBytes(4).readUInt32BE()
for (const lot of liveEvents({ seed, startAt, eventsPerSecond: rate })) {
  const wait = lot.second.getTime() + 1000 - Date.now()
  if (wait > 0) await delay(wait, undefined, { signal: ending.signal }).catch(() => {})
  if (ending.signal.aborted) break
  for (let retryMs = 1_000; ; retryMs = Math.min(30_000, retryMs * 2)) {
    try {
      await sink.write(lot)
      break
    } catch (error) {
      if (!isAppError(error) || !error.retryable || ending.signal.aborted) throw error
      console.error(`${messageOf(error)} Trying again in ${retryMs / 1000} s.`)
      await Promise.race([delay(retryMs), once(ending.signal, 'abort')])
      if (ending.signal.aborted) break
    }
  }
  if (ending.signal.aborted) break
}
await sink.close()
