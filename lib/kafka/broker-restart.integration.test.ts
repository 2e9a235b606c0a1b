import path from 'node:path'
import { afterAll, expect, inject, test } from 'vitest'
import { type RunningKafka, startKafka } from '../../scripts/servers/kafka.ts'
import { createKafkaClient } from './create-kafka-client.ts'
import type { ReaderStatus } from './kafka-client.ts'

// A broker of its own below the run's folder: it is killed here, and ended with the run.
const directory = path.join(inject('harness').directory, 'kafka-restarted')
let broker: RunningKafka | undefined
afterAll(() => broker?.stop())

test('a broker that dies is reported, and after its return everything goes on where it was', async () => {
  broker = await startKafka({ directory })
  const client = createKafkaClient({ brokers: [broker.brokers] })
  await client.createTopic('events', { partitions: 2 })
  const produced: string[] = []
  const produce = async () => {
    const partition = produced.length % 2
    const value = `event ${produced.length}`
    await client.produce('events', [{ value, partition }])
    produced.push(value)
  }
  for (let index = 0; index < 20; index++) await produce()

  const ledger = new Map<number, bigint>()
  const seen: string[] = []
  const statuses: ReaderStatus[] = []
  const stopping = new AbortController()
  const reading = client.readTopic({
    topic: 'events',
    groupId: 'restart',
    limits: { rows: 1000, bytes: 1e6, milliseconds: 50 },
    startOffsets: async () => ledger,
    onBatch: async ({ partitions }) => {
      for (const { partition, from, to, records } of partitions) {
        expect(from).toBe(ledger.get(partition) ?? 0n)
        ledger.set(partition, to)
        seen.push(...records.map(({ value }) => `${value}`))
      }
    },
    onStatus: (status) => statuses.push(status),
    signal: stopping.signal,
  })
  await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(20)

  process.kill(broker.pid, 'SIGKILL')
  await expect.poll(() => statuses.at(-1)?.state, { timeout: 30_000 }).toBe('reconnecting')
  const status = statuses.at(-1)
  const reported = status?.state === 'reconnecting' ? status.error : undefined
  expect(reported).toMatchObject({ code: 'unavailable', retryable: true })
  expect(reported?.message).toMatch(/No Kafka broker answers at 127\.0\.0\.1:\d+ .*goes on trying/)
  await expect(client.produce('events', [{ value: 'lost', partition: 0 }])).rejects.toMatchObject({
    code: 'unavailable',
    retryable: true,
  })
  await expect(client.describeTopic('events')).rejects.toMatchObject({ code: 'unavailable', retryable: true })

  broker = await startKafka({ directory })
  expect(broker.adopted).toBe(false)
  for (let index = 0; index < 20; index++) await produce()
  await expect.poll(() => seen.length, { timeout: 60_000 }).toBe(40)
  expect(statuses.at(-1)?.state).toBe('reading')
  expect(seen.toSorted()).toEqual(produced.toSorted())
  stopping.abort()
  await reading
  await client.close()

  const again = await startKafka({ directory })
  expect(again.adopted).toBe(true)
  expect(again.brokers).toBe(broker.brokers)
}, 180_000)
