import { setTimeout as delay } from 'node:timers/promises'
import kafkajs, { type Admin, type Kafka, type Producer } from 'kafkajs'
import { isAppError } from '#lib/errors.ts'
import { registerCodecs } from './codecs.ts'
import type {
  Compression,
  KafkaClient,
  KafkaOptions,
  ProducerRecord,
  ReadTopicOptions,
  TopicMetadata,
} from './kafka-client.ts'
import { kafkaError } from './kafka-error.ts'
import { TopicReader } from './topic-reader.ts'

const compressionTypes: Record<Compression, number> = {
  none: kafkajs.CompressionTypes.None,
  gzip: kafkajs.CompressionTypes.GZIP,
  snappy: kafkajs.CompressionTypes.Snappy,
  lz4: kafkajs.CompressionTypes.LZ4,
  zstd: kafkajs.CompressionTypes.ZSTD,
}

/** A broker takes 1 MB (message.max.bytes) of one partition at once, unless it is set otherwise. */
const lotBytes = 900_000
const recordOverheadBytes = 40

/** How long a new topic may take until its partitions have leaders. */
const leaderWaitMs = 30_000

/** Between two tries to reach the brokers again; doubles up to the second. */
const reconnectMs = { first: 500, longest: 10_000 }

/** A client of one cluster. Nothing is connected before the first call. */
export function createKafkaClient(options: KafkaOptions): KafkaClient {
  registerCodecs()
  return new KafkajsClient(options)
}

interface Connection {
  connect(): Promise<void>
  disconnect(): Promise<void>
}

/**
 * Connections that are made when first needed, one for each topic: kafkajs asks for every topic a connection has seen,
 * and after one of them was deleted that connection fails for all of them.
 */
class Connections<T extends Connection> {
  private readonly make: () => T
  private readonly open = new Map<string, Promise<T>>()

  constructor(make: () => T) {
    this.make = make
  }

  get(topic: string): Promise<T> {
    const known = this.open.get(topic)
    if (known) return known
    const made = this.make()
    const connected = made.connect().then(() => made)
    this.open.set(topic, connected)
    connected.catch(() => {
      if (this.open.get(topic) === connected) this.open.delete(topic)
      made.disconnect().catch(() => {})
    })
    return connected
  }

  async drop(topic: string): Promise<void> {
    const dropped = this.open.get(topic)
    this.open.delete(topic)
    await dropped?.then((one) => one.disconnect()).catch(() => {})
  }

  async dropAll(): Promise<void> {
    await Promise.all([...this.open.keys()].map((topic) => this.drop(topic)))
  }
}

class KafkajsClient implements KafkaClient {
  private readonly brokers: readonly string[]
  private readonly kafka: Kafka
  private readonly admins: Connections<Admin>
  private readonly producers: Connections<Producer>

  constructor({ brokers, clientId = 'firn', ssl = false, sasl }: KafkaOptions) {
    this.brokers = brokers
    this.kafka = new kafkajs.Kafka({
      brokers: [...brokers],
      clientId,
      ssl,
      sasl: saslOf(sasl),
      connectionTimeout: 5_000,
      authenticationTimeout: 10_000,
      requestTimeout: 30_000,
      // What matters reaches the caller as an error or a status.
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 2, initialRetryTime: 200 },
    })
    this.admins = new Connections(() => this.kafka.admin())
    this.producers = new Connections(() =>
      this.kafka.producer({
        allowAutoTopicCreation: false,
        // A record that is sent again after a lost answer is stored once.
        idempotent: true,
        maxInFlightRequests: 1,
        retry: { retries: 4, initialRetryTime: 200 },
      }),
    )
  }

  /** Runs `work` on the topic's connection; a connection that failed is not used again. */
  private async on<T extends Connection, R>(
    connections: Connections<T>,
    topic: string | undefined,
    work: (connection: T) => Promise<R>,
  ): Promise<R> {
    try {
      return await work(await connections.get(topic ?? ''))
    } catch (thrown) {
      const error = kafkaError(thrown, { brokers: this.brokers, topic })
      if (error.code === 'unavailable' || error.code === 'not-found') await connections.drop(topic ?? '')
      throw error
    }
  }

  async listTopics(): Promise<string[]> {
    const names = await this.on(this.admins, undefined, (admin) => admin.listTopics())
    return names.filter((name) => !name.startsWith('__')).sort()
  }

  async describeTopic(name: string): Promise<TopicMetadata> {
    const offsets = await this.on(this.admins, name, (admin) => admin.fetchTopicOffsets(name))
    return {
      name,
      partitions: offsets
        .map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }))
        .sort((a, b) => a.partition - b.partition),
    }
  }

  async createTopic(
    name: string,
    { partitions = 1, settings = {} }: { partitions?: number; settings?: Record<string, string> } = {},
  ): Promise<void> {
    await this.on(this.admins, name, async (admin) => {
      const created = await admin.createTopics({
        waitForLeaders: false,
        topics: [
          {
            topic: name,
            numPartitions: partitions,
            configEntries: Object.entries(settings).map(([key, value]) => ({ name: key, value })),
          },
        ],
      })
      // kafkajs answers false instead of an error for a topic that is there.
      if (!created) throw Object.assign(new Error('exists'), { type: 'TOPIC_ALREADY_EXISTS' })
    })
    await this.untilLed(name)
  }

  /** Waits until a new topic's partitions have leaders: on a busy broker that takes longer than kafkajs tries. */
  private async untilLed(name: string): Promise<void> {
    const deadline = Date.now() + leaderWaitMs
    for (;;) {
      try {
        await this.describeTopic(name)
        return
      } catch (error) {
        const soon = isAppError(error, 'not-found') || (isAppError(error, 'unavailable') && error.retryable)
        if (!soon || Date.now() > deadline) throw error
        await delay(200)
      }
    }
  }

  async deleteTopic(name: string): Promise<void> {
    await this.on(this.admins, name, (admin) => admin.deleteTopics({ topics: [name] }))
  }

  async deleteRecords(topic: string, before: ReadonlyMap<number, bigint>): Promise<void> {
    const partitions = [...before].map(([partition, offset]) => ({ partition, offset: String(offset) }))
    await this.on(this.admins, topic, async (admin) => {
      // kafkajs finds the partitions' leaders only after it has asked for the topic.
      await admin.fetchTopicOffsets(topic)
      await admin.deleteTopicRecords({ topic, partitions })
    })
  }

  async produce(
    topic: string,
    records: readonly ProducerRecord[],
    { compression = 'none' }: { compression?: Compression } = {},
  ): Promise<Map<number, bigint>> {
    const firstOffsets = new Map<number, bigint>()
    for (const lot of lotsOf(records)) {
      const sent = await this.on(this.producers, topic, (producer) =>
        producer.send({
          topic,
          acks: -1,
          compression: compressionTypes[compression],
          messages: lot.map((record) => ({
            ...record,
            timestamp: record.timestamp === undefined ? undefined : String(record.timestamp),
          })),
        }),
      )
      for (const { partition, baseOffset } of sent) {
        if (!firstOffsets.has(partition)) firstOffsets.set(partition, BigInt(baseOffset ?? -1))
      }
    }
    return firstOffsets
  }

  async readTopic(options: ReadTopicOptions): Promise<void> {
    const { topic, signal, onStatus } = options
    let wait = reconnectMs.first
    while (!signal.aborted) {
      try {
        await this.describeTopic(topic)
        const reader = new TopicReader(this.kafka, () => this.describeTopic(topic), {
          ...options,
          onStatus: (status) => {
            wait = reconnectMs.first
            onStatus?.(status)
          },
        })
        await reader.run()
      } catch (thrown) {
        // What the caller's own functions threw goes up as it is; only Kafka's troubles are tried again.
        const error = isKafkas(thrown) ? kafkaError(thrown, { brokers: this.brokers, topic }) : thrown
        if (!isAppError(error) || !error.retryable || error.context.brokers === undefined) throw error
        onStatus?.({ state: 'reconnecting', error })
        await delay(wait, undefined, { signal }).catch(() => {})
        wait = Math.min(wait * 2, reconnectMs.longest)
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.admins.dropAll(), this.producers.dropAll()])
  }
}

/** Cuts records so that each lot stays below what a broker takes at once. */
function* lotsOf(records: readonly ProducerRecord[]): Iterable<ProducerRecord[]> {
  let lot: ProducerRecord[] = []
  let bytes = 0
  for (const record of records) {
    const size =
      recordOverheadBytes + Buffer.byteLength(record.value ?? '') + Buffer.byteLength(record.key ?? '')
    if (lot.length > 0 && bytes + size > lotBytes) {
      yield lot
      lot = []
      bytes = 0
    }
    lot.push(record)
    bytes += size
  }
  if (lot.length > 0) yield lot
}

const isKafkas = (error: unknown): boolean => error instanceof Error && error.name.startsWith('KafkaJS')

function saslOf(sasl: KafkaOptions['sasl']) {
  if (!sasl) return undefined
  const { username, password } = sasl
  switch (sasl.mechanism) {
    case 'plain':
      return { mechanism: 'plain' as const, username, password }
    case 'scram-sha-256':
      return { mechanism: 'scram-sha-256' as const, username, password }
    case 'scram-sha-512':
      return { mechanism: 'scram-sha-512' as const, username, password }
  }
}
