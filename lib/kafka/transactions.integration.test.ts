import { randomBytes } from 'node:crypto'
import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { useKafka } from '../../e2e/harness/kafka.ts'
import { createKafkaClient } from './create-kafka-client.ts'

test('of transactions only what was committed is read, and the ranges leave no offset out', async () => {
  const { brokers } = await useKafka()
  const client = createKafkaClient({ brokers })
  const topic = `transactions-${randomBytes(4).toString('hex')}`
  await client.createTopic(topic)
  const producer = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).producer({
    transactionalId: topic,
    idempotent: true,
    maxInFlightRequests: 1,
  })
  await producer.connect()
  const send = async (value: string, outcome: 'commit' | 'abort') => {
    const transaction = await producer.transaction()
    await transaction.send({ topic, messages: [{ value: `${value}.0` }, { value: `${value}.1` }] })
    await transaction[outcome]()
  }

  const ranges: [bigint, bigint][] = []
  const values: string[] = []
  const stopping = new AbortController()
  const reading = client.readTopic({
    topic,
    groupId: topic,
    limits: { rows: 1000, bytes: 1e6, milliseconds: 10 },
    startOffsets: async () => new Map(),
    onBatch: async ({ partitions: [one] }) => {
      if (!one) return
      ranges.push([one.from, one.to])
      values.push(...one.records.map(({ value }) => `${value}`))
    },
    signal: stopping.signal,
  })
  // Each outcome alone, so that fetches with nothing but markers or aborted records come about.
  for (const [index, outcome] of (['commit', 'abort', 'abort', 'commit', 'commit'] as const).entries()) {
    await send(`t${index}`, outcome)
    await expect.poll(() => values.length, { timeout: 20_000 }).toBe([2, 2, 2, 4, 6][index])
  }
  expect(values).toEqual(['t0.0', 't0.1', 't3.0', 't3.1', 't4.0', 't4.1'])
  expect(ranges[0]?.[0]).toBe(0n)
  for (const [index, [from]] of ranges.entries()) {
    if (index > 0) expect(from).toBe(ranges[index - 1]?.[1])
  }
  stopping.abort()
  await reading
  await producer.disconnect()
  await client.close()
})
