import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { deliverAlerts } from '#lib/alerts/deliver-alerts.ts'
import { findAlerts } from '#lib/alerts/find-alerts.ts'
import { logger } from '#lib/log.ts'
import { callRoute, signInAs } from '../../../../e2e/harness/call-route.ts'
import { createTestDatabase, type TestDatabase } from '../../../../e2e/harness/database.ts'
import * as alerts from '../alerts/route.ts'
import * as channel from './[id]/route.ts'
import * as channels from './route.ts'
import * as trial from './test/route.ts'

interface Heard {
  path: string
  body: Record<string, unknown>
}

let test: TestDatabase
let receiver: Server
let mailServer: SMTPServer
let base = ''
let answer: { status: number; text: string } = { status: 200, text: 'ok' }
const heard: Heard[] = []
const mails: string[] = []
const cookies = { viewer: '', engineer: '', admin: '' }

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port

beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  receiver = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    heard.push({ path: request.url ?? '', body: JSON.parse(text) })
    response.writeHead(answer.status).end(answer.text)
  }).listen(0, '127.0.0.1')
  mailServer = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      let mail = ''
      stream.on('data', (chunk: Buffer) => {
        mail += chunk.toString('utf8')
      })
      stream.on('end', () => {
        mails.push(mail)
        done()
      })
    },
  })
  mailServer.listen(0, '127.0.0.1')
  await Promise.all([once(receiver, 'listening'), once(mailServer.server, 'listening')])
  base = `http://127.0.0.1:${portOf(receiver)}`
  process.env.SMTP_URL = `smtp://127.0.0.1:${portOf(mailServer.server)}`
  test = await createTestDatabase()
  for (const role of ['viewer', 'engineer', 'admin'] as const) cookies[role] = (await signInAs(role)).cookie
})
beforeEach(async () => {
  heard.length = 0
  mails.length = 0
  answer = { status: 200, text: 'ok' }
  await test.db.alert.deleteMany()
  await test.db.alertChannel.deleteMany()
  await test.db.run.deleteMany()
})
afterAll(async () => {
  receiver?.close()
  mailServer?.close()
  await test?.drop()
})

const asAdmin = (handler: Parameters<typeof callRoute>[0], call: Parameters<typeof callRoute>[1] = {}) =>
  callRoute(handler, { cookie: cookies.admin, ...call })

async function add(body: object): Promise<string> {
  const made = await asAdmin(channels.POST, {
    body: { name: `channel ${randomUUID()}`, events: ['run-failed'], language: 'en', ...body },
  })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return z.object({ id: z.uuid() }).parse(made.body).id
}

const failRunNow = (title = 'shop.orders') =>
  test.db.run.create({
    data: {
      kind: 'compaction',
      state: 'failed',
      title,
      trigger: 'commit',
      requestedBy: 'firn',
      finishedAt: new Date(),
      problem: {
        code: 'unavailable',
        message: 'The store gave no answer.',
        since: new Date().toISOString(),
        retrying: false,
        context: {},
      },
    },
  })

const sweep = async () => {
  await findAlerts(test.db)
  await deliverAlerts(test.db, logger())
}
const makeDue = () => test.db.alertDelivery.updateMany({ data: { nextAt: new Date(0) } })

describe('a failure', () => {
  it('reaches every channel that wants it, in its shape and language, once', async () => {
    await add({ target: { kind: 'slack', address: `${base}/slack` } })
    await add({ target: { kind: 'dooray', address: `${base}/dooray` }, language: 'ko' })
    await add({ target: { kind: 'webhook', address: `${base}/any` } })
    await add({ target: { kind: 'email', receivers: ['a@example.test', 'b@example.test'] } })
    await add({ target: { kind: 'webhook', address: `${base}/other` }, events: ['source-stopped'] })
    await add({ target: { kind: 'webhook', address: `${base}/off` }, enabled: false })
    const run = await failRunNow()
    await Promise.all([sweep(), sweep(), sweep()])
    await sweep()
    const title = 'compaction shop.orders failed'
    const link = expect.stringMatching(new RegExp(`^http.*/runs/${run.id}$`))
    const text = 'The store gave no answer.'
    expect(new Map(heard.map(({ path, body }) => [path, body]))).toEqual(
      new Map<string, unknown>([
        [
          '/slack',
          {
            text: title,
            attachments: [expect.objectContaining({ title, title_link: link, text, footer: 'Firn' })],
          },
        ],
        [
          '/dooray',
          {
            botName: 'Firn',
            text: 'compaction shop.orders 실행이 실패했습니다',
            attachments: [expect.objectContaining({ titleLink: link, text })],
          },
        ],
        ['/any', expect.objectContaining({ event: 'run-failed', title, text, url: link })],
      ]),
    )
    expect(heard).toHaveLength(3)
    expect(mails).toHaveLength(1)
    expect(mails[0]).toContain(`Subject: [Firn] ${title}`)
    expect(mails[0]).toContain('b@example.test')
    const listed = await callRoute(alerts.GET, { cookie: cookies.engineer })
    expect(listed.body).toMatchObject({
      items: [{ event: 'run-failed', subject: 'compaction shop.orders', href: `/runs/${run.id}` }],
      nextCursor: null,
    })
    expect(JSON.stringify(listed.body).match(/"sent"/g)).toHaveLength(4)
  })

  it('of before a channel was there is not sent to it', async () => {
    await failRunNow()
    await add({ target: { kind: 'webhook', address: `${base}/late` } })
    await sweep()
    expect(heard).toEqual([])
    expect(await test.db.alert.count()).toBe(1)
  })

  it('is tried again while the receiver refuses, and the channel says why', async () => {
    const id = await add({ target: { kind: 'slack', address: `${base}/secret-path` } })
    await failRunNow()
    answer = { status: 404, text: 'no_service' }
    await sweep()
    await sweep()
    expect(heard).toHaveLength(1)
    const failing = await asAdmin(channels.GET)
    expect(failing.body).toMatchObject({
      items: [{ id, lastSentAt: null, lastProblem: expect.stringContaining('HTTP 404: no_service') }],
    })
    expect(JSON.stringify(failing.body)).not.toContain('secret-path')
    answer = { status: 200, text: 'ok' }
    await makeDue()
    await sweep()
    expect(heard).toHaveLength(2)
    expect((await asAdmin(channels.GET)).body).toMatchObject({
      items: [{ lastSentAt: expect.any(String), lastProblem: null }],
    })
  })

  it('is given up after seven tries', async () => {
    await add({ target: { kind: 'webhook', address: `${base}/gone` } })
    await failRunNow()
    answer = { status: 500, text: '' }
    await sweep()
    for (let round = 0; round < 9; round += 1) {
      await makeDue()
      await deliverAlerts(test.db, logger())
    }
    expect(heard).toHaveLength(7)
    expect(await test.db.alertDelivery.findFirst()).toMatchObject({ state: 'failed', attempts: 7 })
  })
})

describe('what is looked for', () => {
  it('are stopped sources, crashed workers and tables of poor health, each once', async () => {
    await add({
      target: { kind: 'webhook', address: `${base}/all` },
      events: ['source-stopped', 'worker-crashed', 'table-unhealthy'],
    })
    const { db } = test
    const catalog = await db.catalog.create({ data: { name: 'ice', warehouse: 'file:///w' } })
    const namespace = await db.namespace.create({
      data: { catalogId: catalog.id, levels: ['a', 'b'] } as never,
    })
    const table = await db.icebergTable.create({
      data: {
        namespaceId: namespace.id,
        name: 'small',
        tableUuid: randomUUID(),
        location: 'file:///w/t',
        metadataLocation: 'file:///w/t/m.json',
        formatVersion: 2,
        health: { score: 12.4, files: 900, averageFileBytes: 1200, evaluatedAt: new Date().toISOString() },
      },
    })
    const pipeline = await db.pipeline.create({
      data: { name: 'p', mapping: 'recipe-events', tableId: table.id, errorTableId: table.id } as never,
    })
    await db.source.create({
      data: {
        name: 'clicks',
        kind: 'kafka',
        config: {},
        pipelineId: pipeline.id,
        state: 'stopped',
        createdBy: 'x',
      },
    })
    await db.workerProcess.create({
      data: { kind: 'ingest', host: 'h', pid: 7, version: '1', state: 'crashed', stoppedAt: new Date() },
    })
    await sweep()
    await sweep()
    expect(heard.map(({ body }) => body.title).sort()).toEqual([
      'Source clicks stopped',
      'Table a.b.small is unhealthy',
      'Worker ingest (h, pid 7) crashed',
    ])
    expect(heard.find(({ body }) => body.event === 'table-unhealthy')?.body).toMatchObject({
      text: 'Health 12 of 100: 900 files of 1200 bytes on average.',
      url: expect.stringMatching(/\/catalogs\/ice\/a\.b\/small$/),
    })
  })
})

describe('a channel', () => {
  const body = () => ({
    name: 'team',
    events: ['run-failed'],
    target: { kind: 'slack', address: `${base}/hidden` },
  })

  it('is an administrator’s business; engineers read what was alerted', async () => {
    for (const cookie of [cookies.viewer, cookies.engineer]) {
      expect((await callRoute(channels.GET, { cookie })).status).toBe(403)
      expect((await callRoute(channels.POST, { cookie, body: body() })).status).toBe(403)
    }
    expect((await callRoute(alerts.GET, { cookie: cookies.viewer })).status).toBe(403)
  })

  it('keeps its address sealed, and keeps it when it is changed without one', async () => {
    const id = await add(body())
    const row = await test.db.alertChannel.findUniqueOrThrow({ where: { id } })
    expect(row).toMatchObject({ target: new URL(base).host, secret: expect.stringMatching(/^v1\./) })
    const renamed = await asAdmin(channel.PUT, {
      params: { id },
      body: { ...body(), name: 'crew', target: { kind: 'slack' } },
    })
    expect(renamed).toMatchObject({ status: 200, body: { name: 'crew' } })
    expect((await asAdmin(trial.POST, { body: { id, target: { kind: 'slack' } } })).status).toBe(200)
    expect(heard).toMatchObject([{ path: '/hidden' }])
    // Of another kind is another webhook.
    const moved = await asAdmin(channel.PUT, {
      params: { id },
      body: { ...body(), target: { kind: 'dooray' } },
    })
    expect(moved).toMatchObject({ status: 400, body: { errors: [{ path: 'body.target.address' }] } })
    const audit = await test.db.auditEvent.findMany({ where: { action: { startsWith: 'alert-channel.' } } })
    expect(JSON.stringify([renamed, audit])).not.toContain('/hidden')
    expect((await asAdmin(channel.DELETE, { params: { id } })).status).toBe(204)
  })

  it('says at the test what is wrong', async () => {
    const trialOf = (target: object) => asAdmin(trial.POST, { body: { target } })
    const away = 'http://127.0.0.1:1/x'
    expect(await trialOf({ kind: 'webhook', address: away })).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('127.0.0.1:1 gave no answer') },
    })
    answer = { status: 200, text: '{"header":{"isSuccessful":false,"resultMessage":"no hook"}}' }
    expect(await trialOf({ kind: 'dooray', address: `${base}/d` })).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('no hook') },
    })
    expect((await trialOf({ kind: 'webhook', address: 'ftp://x' })).status).toBe(400)
    expect((await trialOf({ kind: 'email', receivers: ['nobody'] })).status).toBe(400)
    expect((await trialOf({ kind: 'slack' })).status).toBe(400)
  })

  it('needs a free name', async () => {
    await add(body())
    expect((await asAdmin(channels.POST, { body: body() })).status).toBe(409)
  })
})
