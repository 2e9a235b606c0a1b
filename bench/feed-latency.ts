import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../lib/db.ts'
import { liveEvents } from '../lib/generator/live-events.ts'
import type { KafkaClient } from '../lib/kafka/kafka-client.ts'

export interface Latency {
  /** Seconds from a record's acknowledgement by Kafka to the commit of its snapshot. */
  p50: number
  p95: number
  max: number
  records: number
}

/** Ten lots a second come closer to a steady feed than one. */
const lotsPerSecond = 10

/**
 * Sends events at a steady rate while the workers run, then looks up in the ledger when each record's snapshot was
 * committed.
 */
export async function measureLatency(options: {
  db: Database
  client: KafkaClient
  sourceId: string
  topic: string
  partitions: number
  eventsPerSecond: number
  seconds: number
  /** Environment of the workers on top of this process's. */
  settings: Record<string, string>
}): Promise<Latency> {
  const { db, client, sourceId, topic, partitions, eventsPerSecond, seconds } = options
  const workers: ChildProcess[] = ['commit', 'ingest'].map((name) =>
    spawn(process.execPath, [path.resolve(import.meta.dirname, `../workers/${name}.ts`)], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...options.settings },
    }),
  )
  await db.source.update({ where: { id: sourceId }, data: { state: 'active' } })
  const held = () => db.sourcePartition.count({ where: { sourceId, owner: { not: null } } })
  while ((await held()) < partitions) await delay(50)

  const acknowledged = new Map<string, { from: bigint; to: bigint; at: number }[]>()
  let sent = 0
  const startAt = Date.now()
  const lots = liveEvents({ seed: startAt % 2 ** 32, startAt: new Date(startAt), eventsPerSecond })
  for (let second = 0; second < seconds; second += 1) {
    const { lines } = lots.next().value
    for (let part = 0; part < lotsPerSecond; part += 1) {
      const share = lines.filter((_line, index) => index % lotsPerSecond === part)
      const records = share.map((value, index) => ({ value, partition: index % partitions }))
      const first = await client.produce(topic, records)
      const at = Date.now()
      for (const [partition, from] of first) {
        const count = records.filter((record) => record.partition === partition).length
        const list = acknowledged.get(String(partition)) ?? []
        acknowledged.set(String(partition), list)
        list.push({ from, to: from + BigInt(count), at })
      }
      sent += records.length
      await delay(Math.max(0, startAt + second * 1000 + ((part + 1) * 1000) / lotsPerSecond - Date.now()))
    }
  }
  const isCommitted = async () =>
    Number(
      (await db.batch.aggregate({ _sum: { rows: true }, where: { sourceId, committedAt: { not: null } } }))
        ._sum.rows ?? 0n,
    ) >= sent
  while (!(await isCommitted())) await delay(100)
  await db.source.update({ where: { id: sourceId }, data: { state: 'paused' } })
  for (const worker of workers) {
    worker.kill('SIGTERM')
    if (worker.exitCode === null) await once(worker, 'exit')
  }

  const ranges = await db.offsetRange.findMany({
    where: { sourceId },
    select: {
      partitionName: true,
      fromOffset: true,
      toOffset: true,
      batch: { select: { committedAt: true } },
    },
  })
  const waits: number[] = []
  for (const range of ranges) {
    const committedAt = range.batch.committedAt?.getTime() ?? Number.NaN
    for (const lot of acknowledged.get(range.partitionName) ?? []) {
      const from = lot.from > range.fromOffset ? lot.from : range.fromOffset
      const to = lot.to < range.toOffset ? lot.to : range.toOffset
      for (let offset = from; offset < to; offset += 1n) waits.push((committedAt - lot.at) / 1000)
    }
  }
  waits.sort((left, right) => left - right)
  const at = (share: number) =>
    waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), max: at(1), records: waits.length }
}
