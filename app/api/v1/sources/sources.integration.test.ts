import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { env } from '#lib/env.ts'
import { createPipeline } from '#lib/ingest/create-pipeline.ts'
import { openDefaultCatalog } from '#lib/ingest/default-catalog.ts'
import { closeKafkaClient, kafkaClientFromEnv } from '#lib/ingest/kafka/kafka-client-from-env.ts'
import { claimPartitions, type HeldPartition } from '#lib/ingest/partition-lease.ts'
import { stageBatch } from '#lib/ingest/stage-batch.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'
import { askServer } from '../../../../e2e/harness/ask-server.ts'
import { callRoute, signInAs } from '../../../../e2e/harness/call-route.ts'
import { createTestDatabase, type TestDatabase } from '../../../../e2e/harness/database.ts'
import * as pipelines from '../pipelines/route.ts'
import * as run from '../runs/[id]/cancel/route.ts'
import * as runs from '../runs/route.ts'
import * as system from '../system/route.ts'
import * as errors from './[id]/errors/route.ts'
import * as ledger from './[id]/ledger/route.ts'
import * as retry from './[id]/partitions/retry/route.ts'
import * as partitions from './[id]/partitions/route.ts'
import * as source from './[id]/route.ts'
import * as sources from './route.ts'

let test: TestDatabase
let cookie: string
let admin: string
let pipelineId: string

beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  test = await createTestDatabase()
  process.env.KAFKA_BROKERS = (await askServer('kafka')).brokers
  cookie = (await signInAs('engineer')).cookie
  admin = (await signInAs('admin')).cookie
  const catalog = await openDefaultCatalog(test.db, fileIO())
  const pipeline = { name: 'recipes', mapping: 'recipe-events', table: 'recipe_analytics.events' }
  pipelineId = (await createPipeline({ db: test.db, catalog }, pipeline)).id
})

afterAll(async () => {
  await closeKafkaClient()
  await test.drop()
})

const landing = (folder: string) => ({ kind: 'landing', location: `${env().LANDING_LOCATION}/${folder}` })
const add = (body: object, as = cookie) => callRoute(sources.POST, { cookie: as, body })

describe('POST /api/v1/sources', () => {
  it('adds a folder of the landing zone, which shows up with an empty flow', async () => {
    const answer = await add({ name: 'files', config: landing('files') })
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({
      name: 'files',
      kind: 'landing',
      state: 'active',
      problem: null,
      pipeline: { id: pipelineId, name: 'recipes' },
      flow: { rows: 0, lagBytes: 0, lagRows: null, partitions: 0 },
    })
    const audit = await test.db.auditEvent.findFirstOrThrow({ where: { action: 'source.create' } })
    expect(audit.subject).toMatch(/^source:/)
  })

  it.each([
    [
      'the same name',
      { name: 'files', config: { kind: 'landing', location: 'OTHER' } },
      409,
      'exists already',
    ],
    ['a folder inside one that is read', { name: 'in', config: 'files/deep' }, 409, 'reads the same place'],
    [
      'a folder outside',
      { name: 'out', config: { kind: 'landing', location: 'file:///etc' } },
      400,
      'LANDING_LOCATION',
    ],
    ['the archive', { name: 'arc', config: 'archive/topic' }, 400, 'twice'],
    [
      'a bucket, by an engineer',
      { name: 's3', config: { kind: 'landing', location: 's3://b/p' } },
      400,
      'administrator',
    ],
    ['no location', { name: 'no', config: { kind: 'landing', location: '/tmp' } }, 400, 'file:///'],
    [
      'an unknown topic',
      { name: 'topic', config: { kind: 'kafka', topic: 'not-there' } },
      400,
      'does not exist',
    ],
    ['a name no topic has', { name: 'topic', config: { kind: 'kafka', topic: 'a b' } }, 400, 'letters'],
    ['an unknown pipeline', { name: 'p', pipelineId: randomUUID(), config: 'p' }, 400, 'no pipeline'],
  ])('refuses %s', async (_what, given, status, words) => {
    const body = JSON.parse(JSON.stringify(given).replace('OTHER', `${env().LANDING_LOCATION}/other`))
    if (typeof body.config === 'string') body.config = landing(body.config)
    const answer = await add(body)
    expect(answer.status).toBe(status)
    expect(JSON.stringify(answer.body)).toContain(words)
  })

  it('lets an administrator add a bucket, a viewer nothing', async () => {
    const body = { name: 'bucket', config: { kind: 'landing', location: 's3://events/raw' } }
    expect((await add(body, admin)).status).toBe(201)
    await test.db.source.deleteMany({ where: { name: 'bucket' } })
    expect((await add({ ...body, name: 'again' }, (await signInAs('viewer')).cookie)).status).toBe(403)
  })

  it('adds a topic that is there', async () => {
    const topic = `api-${process.pid}`
    await kafkaClientFromEnv().createTopic(topic, { partitions: 2 })
    const answer = await add({ name: 'topic', config: { kind: 'kafka', topic } })
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({ config: { topic, archive: true, start: 'earliest' } })
  })

  it('adds another source for a topic that was made anew, and none beside one that stands at a gap', async () => {
    const config = { kind: 'kafka', topic: `api-${process.pid}` }
    const { id } = await test.db.source.findUniqueOrThrow({ where: { name: 'topic' } })
    expect((await add({ name: 'topic again', config })).status).toBe(409)
    const problem = { code: 'gone', message: 'gone', since: '2025-07-01T00:00:00Z', context: {} }
    await test.db.source.update({ where: { id }, data: { state: 'stopped', problem } })
    expect((await add({ name: 'topic again', config })).status).toBe(409)
    const recreated = { ...problem, context: { recreated: true } }
    await test.db.source.update({ where: { id }, data: { problem: recreated } })
    const added = await add({ name: 'topic again', config })
    expect(added.status).toBe(201)
    const resume = () => callRoute(source.PATCH, { cookie, params: { id }, body: { state: 'active' } })
    expect(await resume()).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('"topic again"') },
    })
    await test.db.source.delete({ where: { id: (added.body as { id: string }).id } })
    expect((await resume()).status).toBe(200)
  })
})

describe('a source', () => {
  let id: string
  const params = () => ({ id })

  beforeAll(async () => {
    id = (await test.db.source.findUniqueOrThrow({ where: { name: 'files' } })).id
    await test.db.sourcePartition.createMany({
      data: ['a.jsonl', 'b.jsonl', 'c.jsonl'].map((name) => ({ sourceId: id, name, end: 100n })),
    })
    const [held] = await claimPartitions(test.db, { sourceId: id, owner: 'me', names: ['a.jsonl'] })
    await stageBatch(test.db, {
      id: randomUUID(),
      sourceId: id,
      ranges: [{ partition: held as HeldPartition, from: 0n, to: 60n, rows: 7, release: true }],
      files: [],
      rows: 7,
      bytes: 60,
      errorRows: 1,
      latestEvent: new Date('2025-07-01T00:00:00Z'),
      errors: [{ source: 'a.jsonl', partition: '', position: 3n, error: 'bad', excerpt: '{' }],
    })
    await test.db.sourcePartition.updateMany({
      where: { name: 'b.jsonl' },
      data: {
        state: 'failed',
        problem: { code: 'corrupt', message: 'cut off', since: '2025-07-01T00:00:00Z' },
      },
    })
  })

  it('has flow, ledger check, partitions, ledger and errors', async () => {
    const detail = await callRoute(source.GET, { cookie, params: params() })
    expect(detail.body).toMatchObject({
      flow: {
        rows: 7,
        errorRows: 1,
        lagBytes: 140,
        partitions: 3,
        openPartitions: 2,
        failedPartitions: 1,
        latestEvent: '2025-07-01T00:00:00.000Z',
      },
      ledger: { partitions: 1, ranges: 1, rows: 7, gaps: 0, overlaps: 0 },
      loadRunId: null,
    })
    const first = await callRoute(partitions.GET, { cookie, params: params(), query: { limit: '2' } })
    expect(first.body).toMatchObject({
      items: [{ name: 'a.jsonl', position: '60', end: '100' }, { name: 'b.jsonl' }],
    })
    const { nextCursor } = first.body as { nextCursor: string }
    const second = await callRoute(partitions.GET, {
      cookie,
      params: params(),
      query: { cursor: nextCursor },
    })
    expect(second.body).toMatchObject({ items: [{ name: 'c.jsonl' }], nextCursor: null })
    expect((await callRoute(ledger.GET, { cookie, params: params() })).body).toMatchObject({
      items: [{ partition: 'a.jsonl', from: '0', to: '60', rows: 7, snapshotIds: [] }],
      check: { gaps: 0 },
    })
    expect((await callRoute(errors.GET, { cookie, params: params() })).body).toMatchObject({
      items: [{ source: 'a.jsonl', position: '3', error: 'bad', excerpt: '{' }],
      total: 1,
    })
  })

  it('is paused, resumed and renamed; failed files are retried', async () => {
    const patch = (body: object) => callRoute(source.PATCH, { cookie, params: params(), body })
    expect((await patch({ state: 'paused' })).body).toMatchObject({ state: 'paused' })
    expect((await patch({ state: 'active', name: 'renamed' })).body).toMatchObject({
      state: 'active',
      name: 'renamed',
    })
    expect((await patch({ name: 'topic' })).status).toBe(409)
    expect((await patch({})).status).toBe(400)
    const again = await callRoute(retry.POST, { cookie, params: params(), body: {} })
    expect(again.body).toEqual({ retried: 1 })
  })

  it('that has read something is not deleted; an empty one is', async () => {
    expect((await callRoute(source.DELETE, { cookie, params: params() })).status).toBe(409)
    const empty = (await add({ name: 'empty', config: landing('empty') })).body as { id: string }
    expect((await callRoute(source.DELETE, { cookie, params: { id: empty.id } })).status).toBe(204)
    expect((await callRoute(source.GET, { cookie, params: { id: empty.id } })).status).toBe(404)
  })
})

describe('pipelines, runs and the system', () => {
  it('lists the pipeline with its tables and sources', async () => {
    const { body } = await callRoute(pipelines.GET, { cookie })
    expect(body).toMatchObject({
      items: [{ name: 'recipes', table: { name: 'events' }, errorTable: { name: 'events_errors' } }],
    })
  })

  it('filters runs and cancels a queued one', async () => {
    const made = await test.db.run.create({
      data: { kind: 'load', title: 'files', trigger: 'files', requestedBy: 'firn' },
    })
    await test.db.run.create({
      data: { kind: 'compaction', state: 'succeeded', title: 't', trigger: 'commit', requestedBy: 'firn' },
    })
    const list = await callRoute(runs.GET, { cookie, query: { kind: 'load', state: 'queued,running' } })
    expect(list.body).toMatchObject({ items: [{ id: made.id, state: 'queued' }], nextCursor: null })
    const cancelled = await callRoute(run.POST, { cookie, params: { id: made.id } })
    expect(cancelled).toMatchObject({ status: 202, body: { state: 'cancelled' } })
    expect((await callRoute(run.POST, { cookie, params: { id: made.id } })).status).toBe(409)
    expect((await callRoute(runs.GET, { cookie, query: { state: 'odd' } })).status).toBe(400)
  })

  it('shows workers, queues and versions', async () => {
    await test.db.workerProcess.create({
      data: { kind: 'ingest', host: 'h', pid: 1, version: '0.1.0', state: 'ready', rssBytes: 5n },
    })
    const { body } = await callRoute(system.GET, { cookie })
    expect(body).toMatchObject({
      version: '0.1.0',
      workers: [{ kind: 'ingest', state: 'ready', rssBytes: 5 }],
      queues: expect.arrayContaining([expect.objectContaining({ name: 'table.evaluate', waiting: 0 })]),
    })
  })
})
