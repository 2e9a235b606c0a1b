import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError, isAppError, messageOf } from '#lib/errors.ts'
import type { KafkaClient, TopicBatch } from '#lib/kafka/kafka-client.ts'
import { pause } from '#lib/runs/pause.ts'
import { problemOf } from '#lib/runs/problem-of.ts'
import type { IngestContext, ReaderSource, SourceReader } from '../ingest-context.ts'
import { type HeldPartition, releasePartitions } from '../partition-lease.ts'
import { recordBatch } from '../record-batch.ts'
import type { KafkaConfig } from '../source-config.ts'
import { clearSourceProblem, setSourceProblem } from '../source-problem.ts'
import { writeBatch } from '../write-batch.ts'
import { archiveRecords } from './archive-records.ts'
import { recordsToLines } from './records-to-lines.ts'
import { takePartitions } from './take-partitions.ts'

const longestRetryMs = 30_000
/** Records of a topic are held in memory: one batch in hand, one being collected, and what the client has fetched. */
const bytesInMemory = 64_000_000

type KafkaSource = ReaderSource & { config: KafkaConfig }

/** The consumer group of a source; its committed offsets are for monitoring tools only. */
export const consumerGroup = (sourceId: string): string => `firn-${sourceId}`

/** Follows a topic from the recorded positions on, one recorded batch after the other. */
export function startKafkaReader(
  context: IngestContext,
  source: KafkaSource,
  client: KafkaClient,
): SourceReader {
  const own = new AbortController()
  const stopping = AbortSignal.any([context.stopping, own.signal])
  let ended = false
  const running = follow(context, source, client, stopping).finally(() => {
    ended = true
  })
  return {
    isRunning: () => !ended,
    stop: async () => {
      own.abort()
      await running
    },
  }
}

async function follow(
  context: IngestContext,
  source: KafkaSource,
  client: KafkaClient,
  stopping: AbortSignal,
): Promise<void> {
  const { db, settings } = context
  const log = context.log.child({ source: source.name, sourceId: source.id, topic: source.config.topic })
  const held = new Map<number, HeldPartition>()
  let failures = 0

  const trouble = async (error: unknown): Promise<void> => {
    await setSourceProblem(db, source.id, problemOf(error, { retrying: true })).catch(() => {})
  }
  const backOff = (): number => {
    failures += 1
    return Math.min(longestRetryMs, 1000 * 2 ** Math.min(failures - 1, 5))
  }

  /** Tries a batch until it is recorded; gives up only when fenced or told to stop. */
  const onBatch = async (batch: TopicBatch): Promise<void> => {
    for (;;) {
      try {
        await ingest(batch)
        if (failures > 0) await clearSourceProblem(db, source.id)
        failures = 0
        return
      } catch (error) {
        if (context.signal.aborted || isAppError(error, 'cancelled')) throw error
        if (isAppError(error, 'conflict')) throw error
        const wait = backOff()
        log.error({ error, retryInMs: wait }, 'a batch could not be recorded; it is tried again')
        await trouble(error)
        await pause(wait, stopping)
        if (stopping.aborted) {
          throw new AppError('cancelled', 'Stopped before the batch was recorded; it is read again later.')
        }
      }
    }
  }

  const ingest = async (batch: TopicBatch): Promise<void> => {
    const batchId = randomUUID()
    const input = path.join(settings.stagingDirectory, `${batchId}-in.jsonl`)
    context.reportActivity(source.name, { rows: batch.rows, bytes: batch.bytes })
    try {
      await mkdir(settings.stagingDirectory, { recursive: true })
      const { positions, slices, empty } = await recordsToLines(batch, input)
      const [written] = await Promise.all([
        writeBatch(context, {
          id: batchId,
          source,
          inputs: [{ path: input, source: `kafka:${batch.topic}`, positions }],
          signal: context.signal,
        }),
        source.config.archive
          ? archiveRecords(context.io, settings.landingLocation, batch.topic, input, slices)
          : undefined,
      ])
      const ranges = batch.partitions.map((part) => {
        const partition = held.get(part.partition)
        if (!partition) {
          throw new AppError('conflict', `Partition ${part.partition} is no longer assigned to this worker.`)
        }
        return {
          partition,
          from: part.from,
          to: part.to,
          rows: part.records.length,
          end: part.highWatermark > part.to ? part.highWatermark : part.to,
          release: false,
        }
      })
      await recordBatch(context, {
        id: batchId,
        sourceId: source.id,
        ranges,
        files: written.files,
        rows: written.rows,
        bytes: batch.bytes,
        errorRows: written.errorRows,
        latestEvent: written.latestEvent,
        errors: written.errors,
      })
      const { rows, errorRows } = written
      log.info({ rows, errorRows, tombstones: empty, files: written.files.length }, 'batch recorded')
    } finally {
      await rm(input, { force: true }).catch(() => {})
      context.reportActivity(source.name, null)
    }
  }

  const startOffsets = async (partitions: readonly number[]): Promise<Map<number, bigint>> => {
    const metadata = await client.describeTopic(source.config.topic)
    const recorded = await db.sourcePartition.count({ where: { sourceId: source.id } })
    const begin = new Map<number, bigint>()
    for (const partition of partitions) {
      const known = metadata.partitions.find((one) => one.partition === partition)
      // "latest" is about the moment the source began: a partition added later is read from its first record.
      const latest = source.config.start === 'latest' && recorded === 0
      begin.set(partition, (latest ? known?.high : known?.low) ?? 0n)
    }
    const taken = await takePartitions(db, { sourceId: source.id, owner: context.owner, begin })
    held.clear()
    for (const partition of taken) held.set(Number(partition.name), partition)
    for (const { partition, high } of metadata.partitions) {
      await db.sourcePartition.updateMany({
        where: { sourceId: source.id, name: String(partition) },
        data: { end: high },
      })
    }
    log.info({ partitions: [...held.keys()] }, 'partitions assigned')
    return new Map(taken.map((partition) => [Number(partition.name), partition.position]))
  }

  while (!stopping.aborted) {
    try {
      // Asked first: a topic that is not there would otherwise only be noticed by silence.
      await client.describeTopic(source.config.topic)
      await client.readTopic({
        topic: source.config.topic,
        groupId: consumerGroup(source.id),
        startOffsets,
        limits: {
          rows: settings.batchRows,
          bytes: Math.min(settings.batchBytes, bytesInMemory),
          milliseconds: settings.batchSeconds * 1000,
        },
        onBatch,
        onStatus: (status) => {
          if (status.state === 'reconnecting') void trouble(status.error)
          else void clearSourceProblem(db, source.id).catch(() => {})
        },
        signal: stopping,
      })
    } catch (error) {
      if (stopping.aborted) break
      if (isAppError(error, 'gone')) {
        await stopAtGap(context, source, error)
        break
      }
      if (isAppError(error, 'conflict')) {
        log.info({ reason: messageOf(error) }, 'another worker took over; joining again')
        await pause(1_000, stopping)
        continue
      }
      const wait = backOff()
      log.warn({ error, retryInMs: wait }, 'the topic cannot be read; trying again')
      await trouble(topicProblem(error, source.config.topic))
      await pause(wait, stopping)
    }
  }
  await releasePartitions(db, [...held.values()]).catch(() => {})
  context.reportActivity(source.name, null)
}

/** Records that went away before they were read: reading on silently would hide the loss. */
async function stopAtGap(context: IngestContext, source: KafkaSource, error: AppError): Promise<void> {
  const action = error.context.recreated
    ? 'If the topic was deleted and made anew, add another source for it: this one keeps the ledger of the old topic.'
    : 'If the records are kept elsewhere, put them into a landing-zone source. "Resume" goes on at the first record that is left; the ledger keeps the gap. Raise retention.ms of the topic if this happens again.'
  await setSourceProblem(context.db, source.id, problemOf(error, { action }), { stop: true })
  context.log.error({ sourceId: source.id, error }, 'the source is stopped: records are gone')
}

/** Adds to an error what a person can do about it. */
function topicProblem(error: unknown, topic: string): unknown {
  if (!isAppError(error, 'not-found')) return error
  return new AppError(
    'not-found',
    `The topic ${topic} does not exist. Create it (kafka-topics.sh --create --topic ${topic}) or change the source; reading starts by itself once it is there.`,
    { cause: error, retryable: true },
  )
}
