import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PartitionPreview, SchemaPreview } from '#lib/api/evolution.ts'
import type { RouteHandler } from '#lib/http/route.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { currentSchema, defaultSpec } from '#lib/iceberg/spec/table-metadata.ts'
import { visitsFile, visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'
import { type Call, callRoute, signInAs } from '../../../../../../../../../../e2e/harness/call-route.ts'
import {
  createRestWorkspace,
  type RestWorkspace,
} from '../../../../../../../../../../e2e/harness/rest-workspace.ts'
import * as grants from '../../../../../grants/route.ts'
import * as specPreview from '../partition-spec/preview/route.ts'
import * as spec from '../partition-spec/route.ts'
import * as orderPreview from '../sort-order/preview/route.ts'
import * as order from '../sort-order/route.ts'
import * as compare from './compare/route.ts'
import * as preview from './preview/route.ts'
import * as schema from './route.ts'

let test: RestWorkspace
let catalog: BuiltInCatalog
let cookie: string
let userId: string
let adminCookie: string
let table = 0

const identifier = () => ({ namespace: ['lab'], name: `t${table}` })
const call = (handler: RouteHandler, rest: Call = {}) =>
  callRoute(handler, { cookie, params: { catalog: 'firn', namespace: 'lab', table: `t${table}` }, ...rest })
const metadata = async () => (await catalog.loadTable(identifier())).metadata
const previewOf = (handler: RouteHandler, changes: unknown) =>
  call(handler, { query: { changes: JSON.stringify(changes) } })
const post = (handler: RouteHandler, body: unknown) => call(handler, { body })

beforeAll(async () => {
  test = await createRestWorkspace()
  ;({ cookie, userId } = await signInAs('engineer'))
  ;({ cookie: adminCookie } = await signInAs('admin'))
  catalog = await openCatalog()
  await catalog.createNamespace(['lab'])
})
afterAll(() => test.close())
beforeEach(async () => {
  table += 1
  await catalog.createTable(identifier(), visitsRequest)
})

const steps = [
  { change: 'add-column', name: 'country', type: 'string', doc: 'ISO code', position: { after: 'id' } },
  { change: 'rename-column', column: 'page', name: 'url' },
  { change: 'set-required', column: 'id', required: false },
]

describe('evolving a schema', () => {
  it('shows first what it would make, then makes it in one commit, and compares the two', async () => {
    const shown = await previewOf(preview.GET, steps)
    expect(shown).toMatchObject({ status: 200, body: { schemaId: 0, formatVersion: 2 } })
    const { differences, fields } = shown.body as SchemaPreview
    expect(differences.map(({ fieldId, change, kinds }) => [fieldId, change, kinds])).toEqual([
      [1, 'changed', ['optional']],
      [5, 'added', []],
      [2, 'changed', ['renamed']],
    ])
    expect(fields.map(({ name }) => name)).toEqual(['id', 'country', 'url', 'day', 'score'])
    expect((await metadata()).schemas).toHaveLength(1)

    const done = await post(schema.POST, { expectedSchemaId: 0, changes: steps })
    expect(done).toMatchObject({ status: 200, body: { previousSchemaId: 0, schemaId: 1, differences } })
    expect(currentSchema(await metadata()).fields[1]).toMatchObject({
      id: 5,
      name: 'country',
      doc: 'ISO code',
    })
    const back = await call(compare.GET, { query: { from: '1', to: '0' } })
    expect(back).toMatchObject({ status: 200, body: { from: 1, to: 0 } })
    expect((back.body as SchemaPreview).differences[0]).toMatchObject({ fieldId: 5, change: 'dropped' })

    const audit = await test.db.auditEvent.findFirst({ where: { action: 'table.evolve-schema' } })
    expect(audit).toMatchObject({ details: { previousSchemaId: 0, schemaId: 1, changes: steps } })
  })

  it('answers 409 when the schema has moved, and changes nothing', async () => {
    await post(schema.POST, { expectedSchemaId: 0, changes: steps })
    const late = await post(schema.POST, {
      expectedSchemaId: 0,
      changes: [{ change: 'drop-column', column: 'score' }],
    })
    expect(late).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/version 1 by now, not 0/) },
    })
    expect((await metadata()).currentSchemaId).toBe(1)
  })

  it.each([
    [[{ change: 'widen-column', column: 'id', type: 'int' }], /cannot become int from long/],
    [[{ change: 'set-required', column: 'page', required: true }], /cannot become required/],
    [[{ change: 'drop-column', column: 'day' }], /partitions \(day\)/],
    [[{ change: 'add-column', name: 'page', type: 'string' }], /already/],
    [[{ change: 'add-column', name: 'n', type: 'int', default: '0' }], /format version 3/],
    [[{ change: 'add-column', name: 'n', type: 'int', default: 'zero' }], /default of "n" does not fit/],
    [[{ change: 'rename-column', column: 'nope', name: 'x' }], /no column "nope"/],
    [[{ change: 'add-column', name: 'n', type: 'strang' }], /strang/],
    [[{ change: 'explode' }], /cannot be read/],
  ])('refuses %j with the reason, in the preview and in the change', async (changes, reason) => {
    expect(await previewOf(preview.GET, changes)).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(reason) },
    })
    expect(await post(schema.POST, { expectedSchemaId: 0, changes })).toMatchObject({ status: 400 })
    expect((await metadata()).schemas).toHaveLength(1)
  })

  it('gives columns defaults in format version 3, also those that the steps before made', async () => {
    await catalog.createTable(
      { namespace: ['lab'], name: `v${table}` },
      { ...visitsRequest, properties: { 'format-version': '3' } },
    )
    const body = {
      expectedSchemaId: 0,
      changes: [
        { change: 'add-column', name: 'visits', type: 'long', required: true, default: '9007199254740993' },
        { change: 'rename-column', column: 'visits', name: 'total' },
        { change: 'set-default', column: 'total', value: '-1' },
      ],
    }
    const params = { catalog: 'firn', namespace: 'lab', table: `v${table}` }
    expect(await callRoute(schema.POST, { cookie, params, body })).toMatchObject({
      status: 200,
      body: { differences: [{ change: 'added', after: { name: 'total', default: '-1' } }] },
    })
    const { metadata: evolved } = await catalog.loadTable({ namespace: ['lab'], name: `v${table}` })
    expect(currentSchema(evolved).fields.at(-1)).toMatchObject({
      initialDefault: 9007199254740993n,
      writeDefault: -1n,
    })
  })

  it('is for engineers, with the grant to change the table', async () => {
    const { cookie: viewer } = await signInAs('viewer')
    const body = { expectedSchemaId: 0, changes: steps }
    expect(await call(schema.POST, { cookie: viewer, body })).toMatchObject({ status: 403 })
    const grant = {
      subject: { type: 'user', id: userId },
      namespace: 'lab',
      table: `t${table}`,
      privilege: 'read',
    }
    const granted = await callRoute(grants.POST, {
      cookie: adminCookie,
      params: { catalog: 'firn' },
      body: grant,
    })
    expect(granted.status).toBeLessThan(300)
    expect(await post(schema.POST, body)).toMatchObject({ status: 403 })
    expect(await previewOf(preview.GET, steps)).toMatchObject({ status: 200 })
  })
})

describe('evolving partitions and order', () => {
  it('shows the spec to come, makes it, and uses an old one again', async () => {
    await commitWithRetry(
      catalog,
      identifier(),
      appendFiles({ files: [visitsFile({ day: 1, ids: [1n, 2n], path: 'a' })] }),
    )
    const changes = [
      { change: 'add-field', column: 'id', transform: 'bucket[8]' },
      { change: 'drop-field', name: 'day' },
    ]
    const { specId, after, knownSpecId } = (await previewOf(specPreview.GET, changes))
      .body as PartitionPreview
    expect([specId, knownSpecId]).toEqual([0, null])
    expect(after).toMatchObject([
      { name: 'id_bucket_8', transform: 'bucket[8]', sourceName: 'id', fieldId: 1001 },
    ])
    const done = await post(spec.POST, { expectedSpecId: 0, changes })
    expect(done).toMatchObject({ status: 200, body: { previousSpecId: 0, specId: 1, fields: after } })
    expect(defaultSpec(await metadata()).fields).toHaveLength(1)
    const audit = await test.db.auditEvent.findFirst({ where: { action: 'table.evolve-partitions' } })
    expect(audit).toMatchObject({ details: { previousSpecId: 0, specId: 1, changes } })

    const back = [
      { change: 'drop-field', name: 'id_bucket_8' },
      { change: 'add-field', column: 'day' },
    ]
    expect((await previewOf(specPreview.GET, back)).body).toMatchObject({ specId: 1, knownSpecId: 0 })
    expect(await post(spec.POST, { expectedSpecId: 0, changes: back })).toMatchObject({ status: 409 })
    expect(await post(spec.POST, { expectedSpecId: 1, changes: back })).toMatchObject({ body: { specId: 0 } })
  })

  it.each([
    [[{ change: 'add-field', column: 'page', transform: 'day' }], /does not take a column of type string/],
    [[{ change: 'add-field', column: 'nope' }], /no column "nope"/],
    [[{ change: 'drop-field', name: 'nope' }], /no partition field "nope"/],
    [[{ change: 'rename-field', name: 'day', newName: 'id' }], /id/],
  ])('refuses %j with the reason', async (changes, reason) => {
    expect(await previewOf(specPreview.GET, changes)).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(reason) },
    })
    expect(await post(spec.POST, { expectedSpecId: 0, changes })).toMatchObject({ status: 400 })
  })

  it('replaces the sort order', async () => {
    const columns = [
      { column: 'id', direction: 'desc' },
      { column: 'page', transform: 'truncate[4]' },
    ]
    expect(await post(order.POST, { expectedOrderId: 0, columns })).toMatchObject({
      status: 200,
      body: {
        previousOrderId: 0,
        orderId: 1,
        fields: [
          { sourceName: 'id', direction: 'desc', nullOrder: 'nulls-last' },
          { sourceName: 'page', transform: 'truncate[4]', nullOrder: 'nulls-first' },
        ],
      },
    })
    expect(await post(order.POST, { expectedOrderId: 0, columns: [] })).toMatchObject({ status: 409 })
    expect(await post(order.POST, { expectedOrderId: 1, columns: [] })).toMatchObject({
      body: { orderId: 0 },
    })
    expect(await post(order.POST, { expectedOrderId: 0, columns: [{ column: 'nope' }] })).toMatchObject({
      status: 400,
    })
  })

  it('shows what a change of the sort order would do, and takes up an order it had before', async () => {
    const steps = [
      { change: 'add-field', column: 'id', direction: 'desc' },
      { change: 'add-field', column: 'page', transform: 'truncate[4]' },
      { change: 'drop-field', column: 'id' },
    ]
    const preview = await previewOf(orderPreview.GET, steps)
    expect(preview).toMatchObject({
      status: 200,
      body: {
        orderId: 0,
        after: [{ sourceName: 'page', transform: 'truncate[4]', direction: 'asc' }],
        knownOrderId: null,
      },
    })
    expect(await previewOf(orderPreview.GET, [])).toMatchObject({ body: { orderId: 0, after: [] } })
    const columns = [{ column: 'page', transform: 'truncate[4]' }]
    expect(await post(order.POST, { expectedOrderId: 0, columns })).toMatchObject({ body: { orderId: 1 } })
    const drop = [{ change: 'drop-field', column: 'page', transform: 'truncate[4]' }]
    expect(await previewOf(orderPreview.GET, drop)).toMatchObject({
      body: { orderId: 1, after: [], knownOrderId: 0 },
    })
    for (const [changes, reason] of [
      [[{ change: 'add-field', column: 'nope' }], /no column "nope"/],
      [[{ change: 'add-field', column: 'page', transform: 'truncate[4]' }], /already/],
      [[{ change: 'drop-field', column: 'id' }], /has no id/],
      [[{ change: 'add-field', column: 'page', transform: 'day' }], /not valid/],
    ] as const) {
      expect(await previewOf(orderPreview.GET, changes)).toMatchObject({
        status: 400,
        body: { detail: expect.stringMatching(reason) },
      })
    }
  })
})
