import type { BatchLimits, KafkaRecord, PartitionRecords, TopicBatch } from './kafka-client.ts'

/** Gathers records of several partitions until a limit is reached. Pure: the caller brings the clock. */
export class BatchCollector {
  private readonly topic: string
  private readonly limits: BatchLimits
  private partitions = new Map<number, PartitionRecords>()
  private rows = 0
  private bytes = 0
  private startedAt = 0

  constructor(topic: string, limits: BatchLimits) {
    this.topic = topic
    this.limits = limits
  }

  get isEmpty(): boolean {
    return this.rows === 0
  }

  /** No more records fit. */
  get isFull(): boolean {
    return this.rows >= this.limits.rows || this.bytes >= this.limits.bytes
  }

  /** Milliseconds from `now` until the batch has to go; 0 when it has to already. */
  remainingMs(now: number): number {
    if (this.isEmpty) return Number.POSITIVE_INFINITY
    return this.isFull ? 0 : Math.max(0, this.startedAt + this.limits.milliseconds - now)
  }

  /**
   * Adds one record that continues its partition at `position` (offsets between that and the record's do not exist).
   */
  add(partition: number, position: bigint, record: KafkaRecord, highWatermark: bigint, now: number): void {
    if (this.isEmpty) this.startedAt = now
    let share = this.partitions.get(partition)
    if (!share) {
      share = { partition, from: position, to: position, records: [], highWatermark }
      this.partitions.set(partition, share)
    }
    share.records.push(record)
    share.to = record.offset + 1n
    share.highWatermark = highWatermark
    this.rows++
    this.bytes += record.value?.length ?? 0
  }

  /**
   * Moves a partition's end over offsets at the end of a fetch that hold no records (transaction markers). False when
   * nothing of that partition is collected: then the next batch begins with them.
   */
  extend(partition: number, to: bigint): boolean {
    const share = this.partitions.get(partition)
    if (!share) return false
    if (share.to < to) share.to = to
    return true
  }

  /** Hands out what was gathered and starts anew. */
  take(): TopicBatch {
    const batch: TopicBatch = {
      topic: this.topic,
      partitions: [...this.partitions.values()].sort((a, b) => a.partition - b.partition),
      rows: this.rows,
      bytes: this.bytes,
    }
    this.clear()
    return batch
  }

  clear(): void {
    this.partitions = new Map()
    this.rows = 0
    this.bytes = 0
  }
}
