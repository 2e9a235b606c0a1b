/** What Firn needs of Kafka, kept apart from the package that does it (`createKafkaClient` of ./create-kafka-client.ts). */

export interface KafkaOptions {
  /** host:port */
  brokers: readonly string[]
  /** Shown in the brokers' logs and quotas. */
  clientId?: string
  ssl?: boolean
  sasl?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string }
}

export interface KafkaRecord {
  offset: bigint
  /** Milliseconds since 1970: the producer's or the broker's time, as the topic is configured. */
  timestamp: number
  key: Buffer | null
  /** Null is a tombstone. */
  value: Buffer | null
}

/** One partition's share of a batch: every record of the half-open range `[from, to)`. */
export interface PartitionRecords {
  partition: number
  from: bigint
  /** The next offset to read. May lie beyond the last record: compaction and transactions leave offsets out. */
  to: bigint
  records: KafkaRecord[]
  /** The offset after the newest record of the partition when this was fetched; `highWatermark - to` is the lag. */
  highWatermark: bigint
}

export interface TopicBatch {
  topic: string
  /** Ordered by partition; each has at least one record. */
  partitions: PartitionRecords[]
  rows: number
  /** Bytes of all values. */
  bytes: number
}

/** Why a batch ended: whichever of these comes first. Only the last record may go over the bytes. */
export interface BatchLimits {
  rows: number
  bytes: number
  /** From the batch's first record on. */
  milliseconds: number
}

export type StartOffset = bigint | 'earliest' | 'latest'

export type ReaderStatus =
  | { state: 'reading'; partitions: number[] }
  /** The brokers are away; the reader goes on trying. `error` is retryable and says so. */
  | { state: 'reconnecting'; error: Error }

export interface ReadTopicOptions {
  topic: string
  /** Shares partitions among the readers of the same name; its offsets are written for monitoring tools only. */
  groupId: string
  /**
   * Asked each time partitions are assigned: where to begin each of them, from the caller's own ledger. A partition
   * left out begins at `earliest`. The batch in hand is finished before it is asked.
   */
  startOffsets(partitions: readonly number[]): Promise<ReadonlyMap<number, StartOffset>>
  limits: BatchLimits
  /**
   * Takes a batch; once it resolves, the batch counts as done. One at a time; meanwhile at most one more is collected.
   * A throw ends the reading with that error.
   */
  onBatch(batch: TopicBatch): Promise<void>
  onStatus?(status: ReaderStatus): void
  /** Aborting ends the reading: the batch in hand is finished, what was only collected is dropped. */
  signal: AbortSignal
}

export interface PartitionMetadata {
  partition: number
  /** The first offset still there. */
  low: bigint
  /** The offset after the newest record. */
  high: bigint
}

export interface TopicMetadata {
  name: string
  partitions: PartitionMetadata[]
}

export interface ProducerRecord {
  key?: Buffer | string | null
  value: Buffer | string | null
  partition?: number
  timestamp?: number
  headers?: Record<string, string | Buffer>
}

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

/**
 * Every method throws AppError: `unavailable` (retryable) when no broker answers, `not-found` for an unknown topic,
 * `forbidden` when the brokers refuse the credentials or the right is missing.
 */
export interface KafkaClient {
  /** Names of all topics but Kafka's own. */
  listTopics(): Promise<string[]>
  describeTopic(name: string): Promise<TopicMetadata>
  /** @throws AppError `already-exists` */
  createTopic(
    name: string,
    options?: { partitions?: number; settings?: Record<string, string> },
  ): Promise<void>
  deleteTopic(name: string): Promise<void>
  /** Deletes every record before the given offset of each partition, as retention does. */
  deleteRecords(topic: string, before: ReadonlyMap<number, bigint>): Promise<void>
  /**
   * Sends records and resolves once all in-sync replicas have them; the offset of the first record by partition. More
   * than 900 KB go in several requests: after an error the first of them may be there.
   */
  produce(
    topic: string,
    records: readonly ProducerRecord[],
    options?: { compression?: Compression },
  ): Promise<Map<number, bigint>>
  /**
   * Reads until `signal` aborts, over broker restarts and rebalances.
   * @throws AppError `gone` when offsets that were to be read are no longer there (context: partition, from, to);
   *   whatever `onBatch` or `startOffsets` throws.
   */
  readTopic(options: ReadTopicOptions): Promise<void>
  /** Ends every connection; readings must have been aborted before. */
  close(): Promise<void>
}
