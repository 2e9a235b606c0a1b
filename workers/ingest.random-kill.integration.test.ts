import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { generateEvents } from '#lib/generator/generate-events.ts'
import { createRandom } from '#lib/generator/random.ts'
import { checkLedger } from '#lib/ingest/ledger.ts'
import { createKafkaClient } from '#lib/kafka/create-kafka-client.ts'
import type { KafkaClient } from '#lib/kafka/kafka-client.ts'
import { askServer } from '../e2e/harness/ask-server.ts'
import { createIngestWorkspace, type IngestWorkspace } from '../e2e/harness/ingest-workspace.ts'
import { landEvents } from '../e2e/harness/land-events.ts'

const produced = 12_000
const seed = 20_251_121

let workspace: IngestWorkspace
let client: KafkaClient
let brokers: string

beforeAll(async () => {
  workspace = await createIngestWorkspace()
  brokers = (await askServer('kafka')).brokers
  client = createKafkaClient({ brokers: brokers.split(',') })
})

afterAll(async () => {
  await workspace?.dispose()
  await client?.close()
})

/** Lines of a generated set, in order. */
async function eventLines(count: number, folder: string, generatorSeed: number): Promise<string[]> {
  await generateEvents({ count, directory: folder, seed: generatorSeed })
  return readdirSync(folder)
    .sort()
    .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n'))
    .filter(Boolean)
}

it('workers killed at random during a load and a Kafka feed: every event once', {
  timeout: 300_000,
}, async () => {
  const topic = `random-kill-${process.pid}`
  await client.createTopic(topic, { partitions: 3 })
  const feed = await eventLines(produced, path.join(workspace.directory, 'feed'), 7)
  const folder = workspace.landing('load')
  const landed = await landEvents(folder.path, 12, 4_000)
  const load = await workspace.addSource('load', { kind: 'landing', location: folder.location })
  const kafka = await workspace.addSource('feed', { kind: 'kafka', topic, archive: true, start: 'earliest' })
  const supervisor = workspace.start('main', {
    KAFKA_BROKERS: brokers,
    // Small batches: many chances to be hit in the middle of one.
    INGEST_BATCH_BYTES: '3000000',
    ENGINE_MEMORY_LIMIT: '600MB',
  })

  const producing = (async () => {
    for (let next = 0; next < feed.length; next += 400) {
      await client.produce(
        topic,
        feed.slice(next, next + 400).map((value, index) => ({ value, partition: (next + index) % 3 })),
      )
      await delay(400)
    }
  })()

  const random = createRandom(seed)
  const killed: string[] = []
  const kinds = ['ingest', 'commit', 'ingest', 'commit', 'ingest', 'maintain', 'ingest', 'commit']
  for (const kind of kinds) {
    let victim: { pid: number } | null = null
    await workspace.waitFor(`a ready ${kind} worker`, async () => {
      victim = await workspace.db.workerProcess.findFirst({
        where: { kind, state: 'ready' },
        orderBy: { startedAt: 'desc' },
        select: { pid: true },
      })
      return victim !== null && process.kill(victim.pid, 0)
    })
    await delay(200 + random.below(1500))
    const { pid } = victim as unknown as { pid: number }
    try {
      process.kill(pid, 'SIGKILL')
      killed.push(kind)
    } catch {
      // It had ended already.
    }
  }
  expect(killed.length).toBeGreaterThan(5)
  await producing

  await workspace.waitFor(
    'everything read and committed',
    async () => {
      const rows = await workspace.db.batch.aggregate({
        _sum: { rows: true },
        where: { committedAt: { not: null } },
      })
      return Number(rows._sum.rows ?? 0n) >= landed + produced
    },
    200,
  )
  supervisor.signal('SIGTERM')
  expect(await supervisor.exited).toBe(0)

  const sent = `${workspace.directory}/feed/*.jsonl`
  const [counts] = await workspace.queryTable(`
    WITH sent AS (SELECT event_id FROM read_json(['${folder.path}/*.jsonl', '${sent}'], columns = {event_id: 'VARCHAR'}))
    SELECT count(*)::INTEGER AS rows, count(DISTINCT event_id)::INTEGER AS ids,
      (SELECT count(*)::INTEGER FROM (SELECT event_id FROM sent EXCEPT SELECT event_id FROM $files)) AS missing
    FROM $files`)
  const total = landed + produced
  expect(counts).toEqual({ rows: total, ids: total, missing: 0 })
  for (const id of [load, kafka]) {
    expect(await checkLedger(workspace.db, id)).toMatchObject({ gaps: 0, overlaps: 0 })
  }
})
