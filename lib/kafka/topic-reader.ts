import { setTimeout as delay } from 'node:timers/promises'
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import { AppError } from '#lib/errors.ts'
import { BatchCollector } from './batch-collector.ts'
import type {
  KafkaRecord,
  PartitionMetadata,
  ReadTopicOptions,
  TopicBatch,
  TopicMetadata,
} from './kafka-client.ts'

const sessionTimeoutMs = 15_000
const heartbeatMs = 2_000
/** How often the brokers are asked how they are: kafkajs alone notices a dead one after half a minute. */
const watchMs = 3_000

interface Position {
  /** The next offset to take. */
  expected: bigint
  /** The end of what was collected so far: less than `expected` after offsets without records. */
  covered: bigint
  /** `expected` when we last asked for exactly that offset after finding ourselves elsewhere. */
  soughtAt?: bigint
}

/**
 * One membership in the consumer group, from joining to leaving: collects records, hands batches out, watches that no
 * offset is skipped. kafkajs resets an offset that is out of range by itself and without a word, so every fetch is
 * compared with the position we expect.
 */
export class TopicReader {
  private readonly options: ReadTopicOptions
  private readonly describe: () => Promise<TopicMetadata>
  private readonly consumer: Consumer
  private readonly collector: BatchCollector
  private positions = new Map<number, Position>()
  /** Settles once the positions of the present assignment are known. */
  private assigned: Promise<void> = new Promise(() => {})
  private generation = 0
  private inFlight: Promise<void> | undefined
  private timer: NodeJS.Timeout | undefined
  private roomMade = Promise.withResolvers<void>()
  private readonly ended = Promise.withResolvers<void>()
  private stopping = false
  private readonly stopWatching = new AbortController()
  /** Fetches that are being taken. */
  private taking = 0

  constructor(kafka: Kafka, describe: () => Promise<TopicMetadata>, options: ReadTopicOptions) {
    this.options = options
    this.describe = describe
    this.collector = new BatchCollector(options.topic, options.limits)
    this.consumer = kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: heartbeatMs,
      maxWaitTimeInMs: 500,
      allowAutoTopicCreation: false,
      readUncommitted: false,
      // Our caller decides about trying again, and says so on a page.
      retry: { retries: 3, initialRetryTime: 200, restartOnFailure: async () => false },
    })
  }

  /** Runs until the signal aborts (resolves) or something fails (rejects, with kafkajs's error where it is Kafka's). */
  async run(): Promise<void> {
    const { signal, topic } = this.options
    const stop = () => this.end()
    signal.addEventListener('abort', stop, { once: true })
    try {
      if (signal.aborted) return
      this.consumer.on(this.consumer.events.GROUP_JOIN, ({ payload }) =>
        this.onAssignment(payload.memberAssignment[topic] ?? []),
      )
      this.consumer.on(this.consumer.events.CRASH, ({ payload }) => this.end(payload.error))
      await this.consumer.connect()
      await this.consumer.subscribe({ topics: [topic], fromBeginning: true })
      await this.consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: (payload) => this.take(payload),
      })
      this.watch().catch((error) => this.end(error))
      await this.ended.promise
    } finally {
      this.end()
      signal.removeEventListener('abort', stop)
      // The batch in hand is finished while we are still a member, so that its partitions go to nobody else before.
      await this.inFlight
      await this.consumer.disconnect().catch(() => {})
      await this.ended.promise.catch(() => {})
    }
  }

  private end(error?: unknown): void {
    this.stopping = true
    this.stopWatching.abort()
    clearTimeout(this.timer)
    this.roomMade.resolve()
    if (error === undefined) this.ended.resolve()
    else this.ended.reject(error)
    // The one who waits may not have come yet.
    this.ended.promise.catch(() => {})
  }

  private onAssignment(partitions: number[]): void {
    const generation = ++this.generation
    this.positions.clear()
    this.dropCollected()
    this.assigned = this.align(partitions, generation).catch((error) => this.end(error))
  }

  /** Finds out where to begin and seeks there. */
  private async align(partitions: number[], generation: number): Promise<void> {
    const { startOffsets, onStatus, topic } = this.options
    await this.inFlight
    const [starts, { partitions: known }] = await Promise.all([startOffsets(partitions), this.describe()])
    if (generation !== this.generation || this.stopping) return
    for (const partition of partitions) {
      const range = known.find((one) => one.partition === partition)
      // A broker that has not heard of a new partition yet: passed over, it would wait for the group's next change.
      if (!range) {
        throw new AppError(
          'unavailable',
          `Partition ${partition} of topic ${topic} is assigned, but the brokers do not tell its offsets yet.`,
          { retryable: true, context: { topic, partition } },
        )
      }
      const start = starts.get(partition) ?? 'earliest'
      const expected = start === 'earliest' ? range.low : start === 'latest' ? range.high : start
      refuseGap(topic, expected, range)
      this.positions.set(partition, { expected, covered: expected })
      this.consumer.seek({ topic, partition, offset: String(expected) })
    }
    onStatus?.({ state: 'reading', partitions: partitions.toSorted((a, b) => a - b) })
  }

  /** What was only collected is read again by whoever gets the partitions. */
  private dropCollected(): void {
    clearTimeout(this.timer)
    this.collector.clear()
    this.roomMade.resolve()
    this.roomMade = Promise.withResolvers()
  }

  /**
   * Ends the reading when no broker answers, and when an offset went while nothing was fetched from it (then kafkajs
   * waits at another offset, and no fetch tells). Only what is seen twice counts: a fetch may be under way.
   */
  private async watch(): Promise<void> {
    const { topic } = this.options
    let before = new Map<number, bigint>()
    while (!this.stopping) {
      await delay(watchMs, undefined, { signal: this.stopWatching.signal }).catch(() => {})
      if (this.stopping) return
      const { partitions } = await this.describe()
      const now = new Map<number, bigint>()
      for (const range of partitions) {
        const expected = this.positions.get(range.partition)?.expected
        if (expected === undefined || this.taking > 0) continue
        if (before.get(range.partition) === expected) refuseGap(topic, expected, range)
        now.set(range.partition, expected)
      }
      before = now
    }
  }

  private async take(payload: EachBatchPayload): Promise<void> {
    this.taking++
    try {
      await this.collect(payload)
    } finally {
      this.taking--
    }
  }

  private async collect({ batch, heartbeat, resolveOffset, isStale }: EachBatchPayload): Promise<void> {
    await beatWhile(this.assigned, heartbeat)
    const generation = this.generation
    const obsolete = () => this.stopping || generation !== this.generation
    const position = this.positions.get(batch.partition)
    if (!position || obsolete() || isStale()) return
    const fetchedAt = 'fetchedOffset' in batch ? BigInt(String(batch.fetchedOffset)) : undefined
    if (fetchedAt !== position.expected && !(await this.mayContinueAt(batch.partition, position, fetchedAt)))
      return
    const highWatermark = BigInt(batch.highWatermark)
    for (const message of batch.messages) {
      while (this.collector.isFull && !obsolete()) await beatWhile(this.roomMade.promise, heartbeat)
      if (obsolete()) return
      const record: KafkaRecord = {
        offset: BigInt(message.offset),
        timestamp: Number(message.timestamp),
        key: message.key,
        value: message.value,
      }
      this.collector.add(batch.partition, position.covered, record, highWatermark, Date.now())
      position.expected = record.offset + 1n
      position.covered = position.expected
      if (this.collector.isFull) this.handOutWhenDue()
    }
    const last = BigInt(batch.lastOffset())
    if (position.expected <= last) {
      position.expected = last + 1n
      if (this.collector.extend(batch.partition, position.expected)) position.covered = position.expected
    }
    resolveOffset(String(last))
    this.handOutWhenDue()
  }

  /**
   * The fetch was for another offset than the expected one. That is so right after a seek; when the expected offset is
   * gone (then kafkajs jumped: an error here); or when offsets without records (transaction markers) were passed over.
   */
  private async mayContinueAt(
    partition: number,
    position: Position,
    fetchedAt: bigint | undefined,
  ): Promise<boolean> {
    const { topic } = this.options
    const range = (await this.describe()).partitions.find((one) => one.partition === partition)
    if (range) {
      try {
        refuseGap(topic, position.expected, range)
      } catch (error) {
        this.end(error)
        return false
      }
    }
    const passedOver = fetchedAt !== undefined && fetchedAt > position.expected
    if (passedOver && position.soughtAt === position.expected) return true
    position.soughtAt = position.expected
    this.consumer.seek({ topic, partition, offset: String(position.expected) })
    return false
  }

  private handOutWhenDue(): void {
    clearTimeout(this.timer)
    if (this.stopping || this.inFlight || this.collector.isEmpty) return
    const remaining = this.collector.remainingMs(Date.now())
    if (remaining > 0) {
      this.timer = setTimeout(() => this.handOutWhenDue(), remaining)
      return
    }
    const batch = this.collector.take()
    this.roomMade.resolve()
    this.roomMade = Promise.withResolvers()
    this.inFlight = this.handOut(batch).finally(() => {
      this.inFlight = undefined
      this.handOutWhenDue()
    })
  }

  private async handOut(batch: TopicBatch): Promise<void> {
    try {
      await this.options.onBatch(batch)
    } catch (error) {
      this.end(error)
      return
    }
    // For monitoring tools only; where we resume is the caller's ledger.
    this.consumer
      .commitOffsets(
        batch.partitions.map(({ partition, to }) => ({ topic: batch.topic, partition, offset: String(to) })),
      )
      .catch(() => {})
  }
}

/**
 * @throws AppError `gone` when `expected` is before the first offset that is left, or beyond the end (context.recreated: true):
 *   then the topic was probably made anew
 */
function refuseGap(topic: string, expected: bigint, { partition, low, high }: PartitionMetadata): void {
  if (expected < low) {
    throw new AppError(
      'gone',
      `Topic ${topic}, partition ${partition}: offsets ${expected} to ${low - 1n} were deleted from Kafka before they were read (its retention is too short, or the source stood still too long). Nothing was skipped: decide to continue at ${low}, or bring the records from an archive.`,
      { context: { topic, partition, from: expected, to: low } },
    )
  }
  if (expected > high) {
    throw new AppError(
      'gone',
      `Topic ${topic}, partition ${partition}: the next offset to read is ${expected}, yet the topic ends at ${high}. It was probably deleted and created again. Nothing was skipped: decide where to continue.`,
      { context: { topic, partition, from: high, to: expected, recreated: true } },
    )
  }
}

/** Waits while telling the group that we are alive; throws when the group rebalances. */
async function beatWhile(wait: Promise<unknown>, heartbeat: () => Promise<void>): Promise<void> {
  let done = false
  const finished = wait.finally(() => {
    done = true
  })
  while (!done) {
    const pause = new AbortController()
    await Promise.race([finished, delay(heartbeatMs, undefined, { signal: pause.signal }).catch(() => {})])
    pause.abort()
    if (!done) await heartbeat()
  }
}
