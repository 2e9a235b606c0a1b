import { randomBytes } from 'node:crypto'
import kafkajs from 'kafkajs'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { useKafka } from '../../e2e/harness/kafka.ts'
import { createKafkaClient } from './create-kafka-client.ts'
import type {
  Compression,
  KafkaClient,
  KafkaRecord,
  ReadTopicOptions,
  StartOffset,
  TopicBatch,
} from './kafka-client.ts'

let client: KafkaClient
let brokers: string[]
beforeAll(async () => {
  brokers = (await useKafka()).brokers
  client = createKafkaClient({ brokers })
})
afterAll(() => client.close())

const newName = (what: string) => `${what}-${randomBytes(4).toString('hex')}`

async function newTopic(partitions = 1, settings: Record<string, string> = {}): Promise<string> {
  const topic = newName('topic')
  await client.createTopic(topic, { partitions, settings })
  return topic
}

const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ value: `${from + index}`, partition: 0 }))

interface Reading {
  batches: TopicBatch[]
  records(partition?: number): KafkaRecord[]
  values(partition?: number): string[]
  /** Resolves when the reading has this many records; rejects when it ended before. */
  until(count: number): Promise<void>
  stop(): Promise<void>
  done: Promise<void>
}

function read(
  topic: string,
  options: Partial<Omit<ReadTopicOptions, 'startOffsets'>> & { start?: Map<number, StartOffset> } = {},
  from = client,
): Reading {
  const batches: TopicBatch[] = []
  const stopping = new AbortController()
  const waiting: { count: number; resolve(): void; reject(error: unknown): void }[] = []
  const records = (partition = 0) =>
    batches.flatMap((batch) =>
      batch.partitions.filter((one) => one.partition === partition).flatMap((one) => one.records),
    )
  const total = () => batches.reduce((sum, batch) => sum + batch.rows, 0)
  const done = from.readTopic({
    topic,
    groupId: newName('group'),
    limits: { rows: 10_000, bytes: 10_000_000, milliseconds: 50 },
    startOffsets: async () => options.start ?? new Map(),
    signal: stopping.signal,
    ...options,
    onBatch: async (batch) => {
      await options.onBatch?.(batch)
      batches.push(batch)
      for (const one of waiting) if (total() >= one.count) one.resolve()
    },
  })
  done.catch((error) => {
    for (const one of waiting) one.reject(error)
  })
  const stop = async () => {
    stopping.abort()
    await done
  }
  onTestFinished(() => stop().catch(() => {}))
  return {
    batches,
    records,
    values: (partition) => records(partition).map(({ value }) => value?.toString() ?? 'null'),
    until: (count) =>
      new Promise((resolve, reject) => {
        waiting.push({ count, resolve, reject })
        if (total() >= count) resolve()
      }),
    stop,
    done,
  }
}

describe('topics', () => {
  test('are created, described, listed and deleted', async () => {
    const topic = await newTopic(3)
    await client.produce(topic, [
      { value: 'a', partition: 1 },
      { value: 'b', partition: 1 },
    ])
    expect(await client.describeTopic(topic)).toEqual({
      name: topic,
      partitions: [
        { partition: 0, low: 0n, high: 0n },
        { partition: 1, low: 0n, high: 2n },
        { partition: 2, low: 0n, high: 0n },
      ],
    })
    expect(await client.listTopics()).toContain(topic)
    await expect(client.createTopic(topic)).rejects.toMatchObject({ code: 'already-exists' })
    await client.deleteTopic(topic)
    // A broker under load goes on answering for a topic for a moment after it was deleted.
    const answer = () => client.describeTopic(topic).catch((error: unknown) => error)
    await expect.poll(answer).toMatchObject({ code: 'not-found' })
  })

  test('an unknown topic is named, for readers and producers alike', async () => {
    const expected = {
      code: 'not-found',
      message: expect.stringContaining('no topic no-such-topic at 127.0.0.1'),
    }
    await expect(client.describeTopic('no-such-topic')).rejects.toMatchObject(expected)
    await expect(client.produce('no-such-topic', [{ value: 'x' }])).rejects.toMatchObject(expected)
    await expect(read('no-such-topic').done).rejects.toMatchObject(expected)
  })
})

describe('reading', () => {
  test('gives keys, values, tombstones and timestamps as they were sent', async () => {
    const topic = await newTopic()
    const bytes = Buffer.from([0, 255, 10, 13])
    const offsets = await client.produce(topic, [
      { key: 'k', value: bytes, timestamp: 1_751_328_000_123 },
      { value: null, key: 'gone' },
    ])
    expect(offsets).toEqual(new Map([[0, 0n]]))
    const reading = read(topic)
    await reading.until(2)
    const [first, second] = reading.records()
    expect(first).toMatchObject({ offset: 0n, timestamp: 1_751_328_000_123 })
    expect(first?.key?.toString()).toBe('k')
    expect(first?.value?.equals(bytes)).toBe(true)
    expect(second?.value).toBeNull()
    expect(reading.batches[0]?.partitions[0]).toMatchObject({
      partition: 0,
      from: 0n,
      to: 2n,
      highWatermark: 2n,
    })
  })

  test.each<Compression>(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
    'understands %s from this client and from Java',
    async (compression) => {
      const values = Array.from({ length: 500 }, (_, index) => ({ value: `${index}`.repeat(300) }))
      const ours = await newTopic()
      await client.produce(ours, values, { compression })
      // With this setting the broker, a Java program, compresses again.
      const javas = await newTopic(1, {
        'compression.type': compression === 'none' ? 'uncompressed' : compression,
      })
      await client.produce(javas, values)
      for (const topic of [ours, javas]) {
        const reading = read(topic)
        await reading.until(500)
        expect(reading.values()).toEqual(values.map(({ value }) => value))
      }
    },
  )

  test('cuts batches at the limit of rows, with ranges that follow one another', async () => {
    const topic = await newTopic()
    await client.produce(topic, numbered(0, 2500))
    const reading = read(topic, { limits: { rows: 1000, bytes: 1e9, milliseconds: 200 } })
    await reading.until(2500)
    expect(reading.batches.map(({ rows }) => rows)).toEqual([1000, 1000, 500])
    const ranges = reading.batches.map(({ partitions: [one] }) => [one?.from, one?.to])
    expect(ranges).toEqual([
      [0n, 1000n],
      [1000n, 2000n],
      [2000n, 2500n],
    ])
    expect(reading.values()).toEqual(numbered(0, 2500).map(({ value }) => value))
  })

  test('sends more at once than a broker takes in one request, and refuses one record that is too large', async () => {
    const topic = await newTopic()
    const values = Array.from({ length: 30 }, (_, index) => ({ value: Buffer.alloc(100_000, index) }))
    expect(await client.produce(topic, values)).toEqual(new Map([[0, 0n]]))
    expect((await client.describeTopic(topic)).partitions[0]?.high).toBe(30n)
    await expect(client.produce(topic, [{ value: randomBytes(2_000_000) }])).rejects.toMatchObject({
      code: 'too-large',
    })
    expect(await client.produce(topic, [])).toEqual(new Map())
  })

  test('cuts batches at the limit of bytes', async () => {
    const topic = await newTopic()
    await client.produce(
      topic,
      Array.from({ length: 30 }, () => ({ value: Buffer.alloc(10_000) })),
    )
    const reading = read(topic, { limits: { rows: 1e6, bytes: 100_000, milliseconds: 60_000 } })
    await reading.until(30)
    expect(reading.batches.map(({ bytes }) => bytes)).toEqual([100_000, 100_000, 100_000])
  })

  test('gathers all partitions into one batch', async () => {
    const topic = await newTopic(4)
    for (let partition = 0; partition < 4; partition++) {
      await client.produce(topic, [
        { value: 'x', partition },
        { value: 'y', partition },
      ])
    }
    const reading = read(topic, { limits: { rows: 8, bytes: 1e9, milliseconds: 30_000 } })
    await reading.until(8)
    expect(reading.batches).toHaveLength(1)
    expect(reading.batches[0]?.partitions.map(({ partition, to }) => [partition, to])).toEqual([
      [0, 2n],
      [1, 2n],
      [2, 2n],
      [3, 2n],
    ])
  })

  test('begins at the offsets of the caller’s ledger, whatever the group has committed', async () => {
    const topic = await newTopic()
    const groupId = newName('group')
    await client.produce(topic, numbered(0, 100))
    const first = read(topic, { groupId })
    await first.until(100)
    await first.stop()
    const again = read(topic, { groupId, start: new Map([[0, 40n]]) })
    await again.until(60)
    expect(again.values()[0]).toBe('40')
    expect(again.batches[0]?.partitions[0]?.from).toBe(40n)
    await again.stop()
    const latest = read(topic, { start: new Map([[0, 'latest']]) })
    await client.produce(topic, numbered(100, 5))
    // The reader may have joined after the five were there: then it rightly sees only what follows.
    const marker = setInterval(() => void client.produce(topic, [{ value: 'tick' }]), 200)
    onTestFinished(() => clearInterval(marker))
    await latest.until(1)
    expect(Number(latest.records()[0]?.offset)).toBeGreaterThanOrEqual(100)
  })

  test('hands out one batch at a time, and a throw ends the reading with that error', async () => {
    const topic = await newTopic()
    await client.produce(topic, numbered(0, 100))
    let running = 0
    let most = 0
    const reading = read(topic, {
      limits: { rows: 10, bytes: 1e9, milliseconds: 10 },
      onBatch: async ({ partitions }) => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setImmediate(resolve))
        running--
        if (partitions[0]?.from === 50n) throw new AppError('conflict', 'another worker has it')
      },
    })
    await expect(reading.done).rejects.toMatchObject({ code: 'conflict' })
    expect(reading.batches).toHaveLength(5)
    expect(most).toBe(1)
  })

  test('finishes the batch in hand when it is stopped', async () => {
    const topic = await newTopic()
    await client.produce(topic, numbered(0, 10))
    const entered = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const reading = read(topic, {
      onBatch: async () => {
        entered.resolve()
        await release.promise
      },
    })
    await entered.promise
    const stopped = reading.stop()
    release.resolve()
    await stopped
    expect(reading.values()).toHaveLength(10)
  })

  test('members of a group share the partitions and hand them over', async () => {
    const topic = await newTopic(2)
    const groupId = newName('group')
    const ledger = new Map<number, bigint>()
    const seen: string[] = []
    const member = () =>
      read(topic, {
        groupId,
        start: ledger,
        onBatch: async ({ partitions }) => {
          for (const { partition, from, to, records } of partitions) {
            expect(from).toBe(ledger.get(partition) ?? 0n)
            ledger.set(partition, to)
            seen.push(...records.map(({ value }) => `${value}`))
          }
        },
      })
    const produce = (from: number) =>
      client.produce(
        topic,
        [0, 1].flatMap((partition) => [{ value: `${partition}:${from}`, partition }]),
      )
    await produce(0)
    const one = member()
    await one.until(2)
    const two = member()
    await produce(1)
    await expect.poll(() => two.batches.length + one.batches.length, { timeout: 30_000 }).toBeGreaterThan(1)
    await expect
      .poll(
        async () => {
          await produce(2)
          return two.batches.length
        },
        { timeout: 30_000, interval: 300 },
      )
      .toBeGreaterThan(0)
    await one.stop()
    await produce(3)
    await expect.poll(() => seen.filter((value) => value.endsWith(':3')).length, { timeout: 30_000 }).toBe(2)
    const ends = await client.describeTopic(topic)
    await expect
      .poll(() => ends.partitions.every(({ partition, high }) => ledger.get(partition) === high), {
        timeout: 20_000,
      })
      .toBe(true)
    expect(BigInt(seen.length)).toBe(ends.partitions.reduce((sum, { high }) => sum + high, 0n))
  })
})

test('partitions that a topic gets later are read from their first record', async () => {
  const topic = await newTopic(1)
  const groupId = newName('group')
  const other = createKafkaClient({ brokers })
  const [one, two] = [read(topic, { groupId }), read(topic, { groupId }, other)]
  const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING })
  const admin = kafka.admin()
  onTestFinished(async () => {
    await Promise.all([one.stop(), two.stop()])
    await Promise.all([admin.disconnect(), other.close()])
  })
  await client.produce(topic, numbered(0, 1))
  await expect.poll(() => one.batches.length + two.batches.length, { timeout: 30_000 }).toBe(1)
  await admin.connect()
  await admin.createPartitions({ topicPartitions: [{ topic, count: 6 }] })
  const late = createKafkaClient({ brokers })
  onTestFinished(() => late.close())
  await expect
    .poll(
      () =>
        late.describeTopic(topic).then(
          ({ partitions }) => partitions.length,
          () => 0,
        ),
      { timeout: 30_000 },
    )
    .toBe(6)
  await late.produce(
    topic,
    Array.from({ length: 6 }, (_, partition) => ({ value: `late ${partition}`, partition })),
  )
  // Another member makes the group share out anew, which it would else do within minutes.
  const three = read(topic, { groupId }, late)
  const seen = () =>
    [one, two, three]
      .flatMap(({ batches }) =>
        batches.flatMap(({ partitions }) => partitions.flatMap(({ records }) => records)),
      )
      .map(({ value }) => String(value))
      .filter((value) => value.startsWith('late'))
  await expect.poll(() => new Set(seen()).size, { timeout: 40_000 }).toBe(6)
})

describe('offsets that are not there', () => {
  test('records deleted before they were read are an error with the range, never a jump', async () => {
    const topic = await newTopic()
    await client.produce(topic, numbered(0, 100))
    await client.deleteRecords(topic, new Map([[0, 60n]]))
    const reading = read(topic, { start: new Map([[0, 25n]]) })
    await expect(reading.done).rejects.toMatchObject({
      code: 'gone',
      retryable: false,
      message: expect.stringContaining('offsets 25 to 59 were deleted'),
      context: { topic, partition: 0, from: 25n, to: 60n },
    })
    expect(reading.batches).toEqual([])
    const earliest = read(topic)
    await earliest.until(40)
    expect(earliest.values()[0]).toBe('60')
  })

  test('records deleted while a reader lags behind are noticed, too', async () => {
    const topic = await newTopic()
    // More than two fetches of 1 MB, so that the rest is not at hand when it goes.
    const body = randomBytes(50_000)
    for (let lot = 0; lot < 10; lot++) {
      await client.produce(
        topic,
        Array.from({ length: 10 }, () => ({ value: body })),
      )
    }
    const entered = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const reading = read(topic, {
      limits: { rows: 10, bytes: 1e9, milliseconds: 10 },
      onBatch: async () => {
        entered.resolve()
        await release.promise
      },
    })
    await entered.promise
    await client.deleteRecords(topic, new Map([[0, 99n]]))
    release.resolve()
    await expect(reading.done).rejects.toMatchObject({ code: 'gone', context: { partition: 0, to: 99n } })
    const values = reading.records().map(({ offset }) => offset)
    expect(values).toEqual(values.map((_, index) => BigInt(index)))
    expect(values).not.toContain(99n)
  })

  test('a ledger beyond the end means the topic was made anew', async () => {
    const topic = await newTopic()
    await client.produce(topic, numbered(0, 3))
    await expect(read(topic, { start: new Map([[0, 10n]]) }).done).rejects.toMatchObject({
      code: 'gone',
      message: expect.stringContaining('the topic ends at 3'),
    })
  })

  test('a topic that is made anew under a waiting reader is noticed', async () => {
    const topic = await newTopic()
    await client.produce(topic, numbered(0, 5))
    const reading = read(topic)
    await reading.until(5)
    await client.deleteTopic(topic)
    await expect
      .poll(() => client.createTopic(topic).then(() => 'made', String), { timeout: 10_000 })
      .toBe('made')
    await expect(reading.done).rejects.toMatchObject({ code: expect.stringMatching(/^(gone|not-found)$/) })
    expect(reading.values()).toHaveLength(5)
  })
})
