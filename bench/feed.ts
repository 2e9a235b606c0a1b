import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { startKafka } from '../scripts/servers/kafka.ts'
import { migrate } from '../scripts/servers/migrate.ts'
import { startPostgres } from '../scripts/servers/postgres.ts'
import { benchEvents, benchFolder, benchRepeats } from './bench-folder.ts'
import { measureLatency } from './feed-latency.ts'
import { measureProcess, median, rounded } from './measured-process.ts'

/**
 * Kafka records to committed snapshots. As fast as it goes: a topic that is full is read to its end by the real workers,
 * with batches of a second, beside the floor, which consumes the same topic with kafkajs and does nothing else; in
 * turns. Then a steady 1,000
 * events a second, and how long each record takes to be part of a committed snapshot: with the default batches of ten
 * seconds, and with batches of one second. The last line is the medians as JSON.
 */

const partitions = 4
const steady = { eventsPerSecond: 1_000, seconds: 60 }
const recordsAtOnce = 5_000

const postgres = await startPostgres({ directory: path.join(benchFolder, 'feed-postgres') })
const kafka = await startKafka({ directory: path.join(benchFolder, 'feed-kafka') })
const folder = await mkdtemp(path.join(benchFolder, 'feed-'))
try {
  await migrate(postgres.url)
  Object.assign(process.env, {
    DATABASE_URL: postgres.url,
    KAFKA_BROKERS: kafka.brokers,
    FIRN_DATA_DIR: folder,
    FIRN_ENV: 'development',
    LOG_LEVEL: 'error',
  })
  const [{ database }, { fileIO }, { openDefaultCatalog }, { createPipeline }, { kafkaClientFromEnv }, live] =
    await Promise.all([
      import('../lib/db.ts'),
      import('../lib/storage/default-file-io.ts'),
      import('../lib/ingest/default-catalog.ts'),
      import('../lib/ingest/create-pipeline.ts'),
      import('../lib/ingest/kafka/kafka-client-from-env.ts'),
      import('../lib/generator/live-events.ts'),
    ])
  const db = database()
  const client = kafkaClientFromEnv()
  const catalog = await openDefaultCatalog(db, fileIO())
  const run = `feed-${Date.now()}`
  // An earlier run's source must not be read along.
  await db.source.updateMany({ data: { state: 'paused' } })
  let made = 0
  /** A source over a topic, with a table of its own, not yet read. */
  const addSource = async (topic: string): Promise<string> => {
    made += 1
    const name = `${run}-${made}`
    const table = `bench.t_${name.replaceAll('-', '_')}`
    const pipeline = await createPipeline({ db, catalog }, { name, mapping: 'recipe-events', table })
    const config = { kind: 'kafka', topic, archive: true, start: 'earliest' }
    const source = await db.source.create({
      data: { name, kind: 'kafka', config, state: 'paused', pipelineId: pipeline.id, createdBy: 'bench' },
    })
    return source.id
  }

  await client.createTopic(run, { partitions })
  console.log(`sending ${benchEvents.toLocaleString('en')} events to Kafka…`)
  let sent = 0
  let lot: { value: string; partition: number }[] = []
  for (const { lines } of live.liveEvents({
    seed: 1,
    startAt: new Date(Date.now() - 3_600_000),
    eventsPerSecond: 1_000,
  })) {
    for (const value of lines.slice(0, benchEvents - sent)) {
      lot.push({ value, partition: sent % partitions })
      sent += 1
    }
    if (lot.length >= recordsAtOnce || sent >= benchEvents) {
      await client.produce(run, lot, { compression: 'lz4' })
      lot = []
    }
    if (sent >= benchEvents) break
  }

  const rounds: { ours: number; floor: number; peakMb: number }[] = []
  for (let round = 0; round < benchRepeats; round += 1) {
    const floor = await measureProcess(process.execPath, [
      path.join(import.meta.dirname, 'feed-floor.ts'),
      kafka.brokers,
      run,
      String(benchEvents),
    ])
    const ours = await measureProcess(process.execPath, [
      path.join(import.meta.dirname, 'feed-ours.ts'),
      await addSource(run),
      String(benchEvents),
    ])
    const secondsOf = (line: string) => (JSON.parse(line) as { seconds: number }).seconds
    rounds.push({ ours: secondsOf(ours.lastLine), floor: secondsOf(floor.lastLine), peakMb: ours.peakMb })
    console.log(
      `round ${round + 1}: ours ${rounds.at(-1)?.ours.toFixed(1)} s, kafkajs alone ${rounds.at(-1)?.floor.toFixed(1)} s, ${ours.peakMb.toFixed(0)} MB`,
    )
  }

  const latencyWith = async (name: string, settings: Record<string, string>) => {
    const topic = `${run}-${name}`
    await client.createTopic(topic, { partitions })
    const sourceId = await addSource(topic)
    const latency = await measureLatency({ db, client, sourceId, topic, partitions, ...steady, settings })
    console.log(
      `${steady.eventsPerSecond} events/s, ${name}: record to committed snapshot p50 ${latency.p50.toFixed(1)} s, p95 ${latency.p95.toFixed(1)} s, longest ${latency.max.toFixed(1)} s`,
    )
    return { p50: rounded(latency.p50), p95: rounded(latency.p95), max: rounded(latency.max) }
  }
  const tenSeconds = await latencyWith('batches-of-10-s', {})
  const oneSecond = await latencyWith('batches-of-1-s', {
    INGEST_BATCH_SECONDS: '1',
    COMMIT_INTERVAL_SECONDS: '1',
  })

  const ours = median(rounds.map((round) => round.ours))
  const floor = median(rounds.map((round) => round.floor))
  console.log(
    JSON.stringify({
      bench: 'feed',
      ours: rounded(ours),
      floor: rounded(floor),
      ratio: rounded(ours / floor),
      peakMb: rounded(Math.max(...rounds.map((round) => round.peakMb)), 0),
      unit: 'seconds, topic read to its end',
      events: benchEvents,
      eventsPerSecond: rounded(benchEvents / ours, 0),
      floorEventsPerSecond: rounded(benchEvents / floor, 0),
      secondsToSnapshotAt1000PerSecond: { batchesOf10s: tenSeconds, batchesOf1s: oneSecond },
      repeats: benchRepeats,
    }),
  )
  await client.deleteTopic(run).catch(() => {})
  await client.close()
  await db.$disconnect()
} finally {
  await kafka.stop()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}
