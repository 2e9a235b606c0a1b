import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateEvents } from '#lib/generator/generate-events.ts'
import { checkLedger } from '#lib/ingest/ledger.ts'
import { updateSource } from '#lib/ingest/update-source.ts'
import { createKafkaClient } from '#lib/kafka/create-kafka-client.ts'
import type { KafkaClient } from '#lib/kafka/kafka-client.ts'
import { parseProblem } from '#lib/runs/problem-of.ts'
import { askServer } from '../e2e/harness/ask-server.ts'
import { createIngestWorkspace, type IngestWorkspace } from '../e2e/harness/ingest-workspace.ts'

let workspace: IngestWorkspace
let client: KafkaClient
let brokers: string
let lines: string[]

beforeAll(async () => {
  workspace = await createIngestWorkspace()
  brokers = (await askServer('kafka')).brokers
  client = createKafkaClient({ brokers: brokers.split(',') })
  const sample = path.join(workspace.directory, 'sample')
  await generateEvents({ count: 1_000, directory: sample })
  lines = readdirSync(sample)
    .sort()
    .flatMap((name) => readFileSync(path.join(sample, name), 'utf8').split('\n'))
    .filter(Boolean)
  workspace.start('commit')
})

afterAll(async () => {
  await workspace?.dispose()
  await client?.close()
})

const source = (id: string) => workspace.db.source.findUniqueOrThrow({ where: { id } })
const problem = async (id: string) => parseProblem((await source(id)).problem)
const committedRows = async (id: string) =>
  Number(
    (
      await workspace.db.batch.aggregate({
        _sum: { rows: true },
        where: { sourceId: id, committedAt: { not: null } },
      })
    )._sum.rows ?? 0n,
  )
const produce = (topic: string, values: string[], partition = 0) =>
  client.produce(
    topic,
    values.map((value) => ({ value, partition })),
  )

describe('Kafka sources', { timeout: 180_000 }, () => {
  it('an unknown topic is a problem that says what to do, and clears itself when the topic is there', async () => {
    const topic = `later-${process.pid}`
    const id = await workspace.addSource('later', { kind: 'kafka', topic, archive: true, start: 'earliest' })
    const ingest = workspace.start('ingest', { KAFKA_BROKERS: brokers })
    await workspace.waitFor('the problem', async () => (await problem(id)) !== null)
    expect(await problem(id)).toMatchObject({ code: 'not-found', retrying: true })
    expect((await problem(id))?.message).toContain(`--create --topic ${topic}`)
    await client.createTopic(topic, { partitions: 2 })
    await produce(topic, lines.slice(0, 100), 0)
    await produce(topic, [...lines.slice(100, 150), '{"broken', '', ...lines.slice(150, 200)], 1)
    await workspace.waitFor('all rows', async () => (await committedRows(id)) === 200)
    expect((await source(id)).problem).toBeNull()

    const errors = await workspace.queryTable(
      'SELECT source, "partition", position::INTEGER AS "offset" FROM $files',
      workspace.pipeline.errorTableId,
    )
    expect(errors).toEqual([{ source: `kafka:${topic}`, partition: '1', offset: 50 }])
    const archive = path.join(workspace.directory, 'landing', 'archive', topic)
    const archived = readdirSync(archive, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.gz'))
      .flatMap((name) =>
        gunzipSync(readFileSync(path.join(archive, name)))
          .toString()
          .split('\n'),
      )
    expect(archived.filter((line) => line.startsWith('{"event_id"') || line === '{"broken')).toHaveLength(201)
    ingest.signal('SIGTERM')
    expect(await ingest.exited).toBe(0)
  })

  it('goes on where the ledger says after a restart, and stops at a gap until a person accepts it', async () => {
    const topic = `gap-${process.pid}`
    await client.createTopic(topic, { partitions: 1 })
    const id = await workspace.addSource('gap', { kind: 'kafka', topic, archive: false, start: 'earliest' })
    await produce(topic, lines.slice(0, 10))
    const first = workspace.start('ingest', { KAFKA_BROKERS: brokers })
    await workspace.waitFor('the first rows', async () => (await committedRows(id)) === 10)
    await first.kill()
    await produce(topic, lines.slice(10, 30))
    await client.deleteRecords(topic, new Map([[0, 20n]]))
    const second = workspace.start('ingest', { KAFKA_BROKERS: brokers })
    await workspace.waitFor('the stop', async () => (await source(id)).state === 'stopped')
    expect(await problem(id)).toMatchObject({ code: 'gone', retrying: false })
    expect((await problem(id))?.message).toMatch(/10 to 19/)
    await updateSource(workspace.db, id, { state: 'active' })
    await workspace.waitFor('the rest', async () => (await committedRows(id)) === 20)
    const check = await checkLedger(workspace.db, id)
    expect(check).toMatchObject({ gaps: 1, overlaps: 0 })
    expect(check.findings).toEqual([{ partition: '0', kind: 'gap', from: 10n, to: 20n }])
    // It would take the next test's source to a broker that is there.
    await second.kill()
  })

  it('no broker: a problem that says so, and the worker goes on', async () => {
    const id = await workspace.addSource('away', {
      kind: 'kafka',
      topic: 'away',
      archive: false,
      start: 'earliest',
    })
    const ingest = workspace.start('ingest', { KAFKA_BROKERS: '127.0.0.1:9' })
    await workspace.waitFor('the problem', async () => (await problem(id))?.code === 'unavailable')
    expect(await problem(id)).toMatchObject({ retrying: true })
    expect((await problem(id))?.message).toContain('127.0.0.1:9')
    expect(ingest.running()).toBe(true)
  })
})
