import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { KnownPropertiesSchema } from '#lib/api/table-properties.ts'
import { createConnection } from '#lib/catalogs/connections/save-connection.ts'
import { createBuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'
import { callRoute, signInAs } from '../../../../../../../../../../e2e/harness/call-route.ts'
import {
  createRestWorkspace,
  type RestWorkspace,
} from '../../../../../../../../../../e2e/harness/rest-workspace.ts'
import * as known from '../../../../../../../table-properties/route.ts'
import * as properties from './route.ts'

let test: RestWorkspace
let cookie: string
const identifier = { namespace: ['shop'], name: 'visits' }

beforeAll(async () => {
  test = await createRestWorkspace()
  cookie = (await signInAs('engineer')).cookie
  const warehouse = `${test.warehouse}/second`
  const second = await createBuiltInCatalog({ db: test.db, io: fileIO(), name: 'second', warehouse })
  const credential = { kind: 'bearer', token: test.tokens.engineer } as const
  await createConnection(test.db, { name: 'other', uri: test.server.url, warehouse: 'second', credential })
  for (const catalog of [await openCatalog(), second]) await catalog.createNamespace(['shop'])
})
beforeEach(async () => {
  for (const name of ['firn', 'second']) {
    const catalog = await openCatalog(name)
    await catalog.dropTable(identifier).catch(() => undefined)
    await catalog.createTable(identifier, {
      ...visitsRequest,
      properties: { owner: 'ann', comment: 'visits' },
    })
  }
})
afterAll(() => test?.close())

const change = (catalog: string, body: object, as = cookie) =>
  callRoute(properties.PATCH, {
    cookie: as,
    params: { catalog, namespace: 'shop', table: 'visits' },
    body,
  })

describe.each(['firn', 'other'])('properties of a table in the catalog %s', (catalog) => {
  it('are set, changed and removed in one commit', async () => {
    const answer = await change(catalog, {
      set: { owner: 'eve', 'write.target-file-size-bytes': '268435456' },
      remove: ['comment'],
      expected: { owner: 'ann', comment: 'visits', 'write.target-file-size-bytes': null },
    })
    expect(answer.status).toBe(200)
    const stored = await (await openCatalog(catalog === 'firn' ? 'firn' : 'second')).loadTable(identifier)
    expect(answer.body).toEqual({ properties: stored.metadata.properties })
    expect(stored.metadata.properties).toMatchObject({
      owner: 'eve',
      'write.target-file-size-bytes': '268435456',
    })
    expect(stored.metadata.properties.comment).toBeUndefined()
    expect(stored.metadata.metadataLog).toHaveLength(1)
    const [row] = await test.db.auditEvent.findMany({
      where: { action: 'table.set-properties', subject: `table:${catalog}.shop.visits` },
      orderBy: { at: 'desc' },
      take: 1,
    })
    expect(row?.details).toEqual({ set: ['owner', 'write.target-file-size-bytes'], removed: ['comment'] })
  })

  it('that changed since somebody looked are left alone', async () => {
    await change(catalog, { set: { owner: 'bob' } })
    const late = await change(catalog, { set: { owner: 'eve', tier: '1' }, expected: { owner: 'ann' } })
    expect(late).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringMatching(/was "ann", and is "bob" now/) },
    })
    expect(await change(catalog, { remove: ['gone'], expected: { gone: 'x' } })).toMatchObject({
      status: 409,
    })
    const { metadata } = await (await openCatalog(catalog === 'firn' ? 'firn' : 'second')).loadTable(
      identifier,
    )
    expect(metadata.properties.tier).toBeUndefined()
  })

  it.each([
    [{ 'write.format.default': 'csv' }, /one of parquet, avro, orc/],
    [{ 'format-version': '3' }, /cannot be set: a format version is upgraded/],
    [{ uuid: 'x' }, /cannot be set: it would repeat/],
    [{ 'firn.compaction.enabled': 'yes' }, /one of true, false/],
    [{ 'firn.compaction.min-input-files': '1' }, /whole number from 2 on/],
    [{ 'write.metadata.metrics.column.nothing': 'full' }, /does not have/],
    [{}, /at least one/],
  ])('refuses %j', async (set, message) => {
    expect(await change(catalog, { set })).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(message) },
    })
  })
})

it('of two who saw the same one wins, the other is told', async () => {
  for (let round = 0; round < 5; round += 1) {
    const key = `round-${round}`
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((value) => change('firn', { set: { [key]: value }, expected: { [key]: null } })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    const won = answers.find(({ status }) => status === 200)?.body as { properties: Record<string, string> }
    const { metadata } = await (await openCatalog()).loadTable(identifier)
    expect(metadata.properties[key]).toBe(won.properties[key])
  }
})

it('what Firn could not compact by is refused for its own tables', async () => {
  const set = { 'write.target-file-size-bytes': '1000' }
  expect(await change('firn', { set })).toMatchObject({
    status: 400,
    body: { detail: expect.stringMatching(/at least 1000000/) },
  })
  expect(await change('other', { set })).toMatchObject({ status: 200 })
})

it('a viewer reads what the properties do, and changes none', async () => {
  const viewer = (await signInAs('viewer')).cookie
  expect(await change('firn', { set: { owner: 'eve' } }, viewer)).toMatchObject({ status: 403 })
  const { items, refused } = KnownPropertiesSchema.parse(
    (await callRoute(known.GET, { cookie: viewer })).body,
  )
  expect(new Set(items.map(({ key }) => key)).size).toBe(items.length)
  expect(items.find(({ key }) => key === 'write.delete.mode')).toMatchObject({
    default: 'copy-on-write',
    rule: { kind: 'choice', values: ['copy-on-write', 'merge-on-read'] },
  })
  expect(refused.map(({ key }) => key)).toContain('format-version')
})
