import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { openCatalog } from '#lib/rest-catalog/open-catalog.ts'
import { callRoute, signInAs } from '../../../../../e2e/harness/call-route.ts'
import { createRestWorkspace, type RestWorkspace } from '../../../../../e2e/harness/rest-workspace.ts'
import * as effective from './effective/route.ts'
import * as policies from './route.ts'

let test: RestWorkspace
const engineer = { cookie: '' }
const admin = { cookie: '' }
const day = 86_400_000

beforeAll(async () => {
  test = await createRestWorkspace()
  Object.assign(engineer, await signInAs('engineer'))
  Object.assign(admin, await signInAs('admin'))
  const catalog = await openCatalog()
  await catalog.createNamespace(['shop'])
  await catalog.createNamespace(['shop', 'web'])
  await catalog.createNamespace(['shopping'])
  await catalog.createTable({ namespace: ['shop', 'web'], name: 'visits' }, visitsRequest)
  await catalog.createTable(
    { namespace: ['shop', 'web'], name: 'orders' },
    {
      ...visitsRequest,
      properties: { 'history.expire.min-snapshots-to-keep': '7', 'gc.enabled': 'perhaps' },
    },
  )
  await catalog.createTable({ namespace: ['shopping'], name: 'visits' }, visitsRequest)
})
afterEach(() => test.db.scopePolicy.deleteMany())
afterAll(() => test.close())

const catalog = { catalog: 'firn' }
const shop = { ...catalog, namespace: 'shop' }
const web = { ...catalog, namespace: 'shop.web' }
const visits = { ...web, table: 'visits' }
type Query = Record<string, string>
const put = (query: Query, body: unknown, who = admin) => callRoute(policies.PUT, { ...who, query, body })
const remove = (query: Query, who = admin) => callRoute(policies.DELETE, { ...who, query })

async function fieldOf(query: Query, name: string) {
  const { body } = await callRoute(effective.GET, { ...engineer, query })
  return (body as { fields: { field: string }[] }).fields.find(({ field }) => field === name)
}

describe('policies', () => {
  it('are inherited from the catalog through nested namespaces, field by field, with their origin', async () => {
    await put(catalog, { preset: 'batch', overrides: { 'expiry.minSnapshotsToKeep': 50 } })
    await put(shop, { overrides: { 'expiry.maxSnapshotAgeMs': 2 * day } })
    await put(web, { overrides: { 'compaction.minInputFiles': 9 } })
    await put(visits, { preset: 'streaming' })

    const place = { kind: 'namespace', levels: ['shop'] }
    expect(await fieldOf(web, 'expiry.maxSnapshotAgeMs')).toMatchObject({ value: 2 * day, origin: place })
    expect(await fieldOf(web, 'compaction.targetBytes')).toMatchObject({
      value: 512 * 1_048_576,
      origin: { kind: 'preset', preset: 'batch', at: { kind: 'catalog' } },
    })
    expect(await fieldOf(visits, 'compaction.targetBytes')).toMatchObject({
      value: 128 * 1_048_576,
      origin: { kind: 'preset', preset: 'streaming', at: { kind: 'table' } },
      inherited: 512 * 1_048_576,
      inheritedFrom: { kind: 'preset', preset: 'batch' },
    })
    expect(await fieldOf(visits, 'compaction.strategy')).toMatchObject({ origin: { kind: 'default' } })
    // A name that begins alike is another namespace.
    const other = { ...catalog, namespace: 'shopping', table: 'visits' }
    expect(await fieldOf(other, 'expiry.maxSnapshotAgeMs')).toMatchObject({ value: 7 * day })
  })

  it('give way to the properties of a table, and say which can not be used', async () => {
    const orders = { ...web, table: 'orders' }
    await put(orders, { overrides: { 'expiry.minSnapshotsToKeep': 50 } })
    expect(await fieldOf(orders, 'expiry.minSnapshotsToKeep')).toMatchObject({
      value: 7,
      origin: { kind: 'table-property', property: 'history.expire.min-snapshots-to-keep' },
    })
    const { body } = await callRoute(effective.GET, { ...engineer, query: orders })
    expect(body).toMatchObject({ problems: [{ property: 'gc.enabled', field: 'gc.enabled' }] })
  })

  it('are listed as a tree and replaced as a whole, with an audit row', async () => {
    await put(visits, { overrides: { 'compaction.enabled': false } }, engineer)
    await put(visits, { overrides: { 'gc.enabled': false } }, engineer)
    const { body } = await callRoute(policies.GET, engineer)
    const items = (body as { items: { namespace: string; table: string | null; overrides: object }[] }).items
    expect(items.map(({ namespace, table }) => [namespace, table])).toEqual([
      [null, null],
      ['shop', null],
      ['shop.web', null],
      ['shop.web', 'visits'],
      ['shopping', null],
    ])
    expect(items[3]).toMatchObject({ overrides: { 'gc.enabled': false }, updatedBy: 'A engineer' })
    expect(items[3]?.overrides).not.toHaveProperty(['compaction.enabled'])

    expect(await remove(visits, engineer)).toMatchObject({ status: 204 })
    expect(await test.db.scopePolicy.count()).toBe(0)
    const rows = await test.db.auditEvent.findMany({
      where: { subject: 'maintenance-policy:firn.shop.web.visits' },
      orderBy: { at: 'asc' },
    })
    expect(rows.slice(-3).map(({ action }) => action)).toEqual([
      'maintenance-policy.save',
      'maintenance-policy.save',
      'maintenance-policy.delete',
    ])
  })

  it('make the tables they concern due to be looked at, and no others', async () => {
    await test.db.icebergTable.updateMany({ data: { evaluateAfter: null } })
    await put(shop, { preset: 'streaming' })
    const due = await test.db.icebergTable.findMany({
      where: { evaluateAfter: { not: null } },
      select: { name: true, namespace: { select: { levels: true } } },
    })
    expect(due.map(({ name, namespace }) => [...namespace.levels, name].join('.')).sort()).toEqual([
      'shop.web.orders',
      'shop.web.visits',
    ])
  })

  it('refuse what makes no sense', async () => {
    const young = { 'orphans.minAgeMs': 3_600_000 }
    expect(await put(shop, { overrides: young })).toMatchObject({ status: 400 })
    expect(await put(shop, { overrides: { ...young, 'orphans.allowUnder24h': true } })).toMatchObject({
      status: 200,
    })
    expect(await put(shop, { overrides: { 'compaction.strategy': 'random' } })).toMatchObject({
      status: 400,
    })
    for (const columns of [['id'], ['id', 'id'], ['a', 'b', 'c', 'd', 'e']]) {
      expect(await put(shop, { overrides: { 'compaction.zOrderColumns': columns } })).toMatchObject({
        status: 400,
      })
    }
    expect(await put(shop, { overrides: { colour: 'blue' } })).toMatchObject({ status: 400 })
    expect(await put({ ...catalog, table: 'visits' }, {})).toMatchObject({ status: 400 })
    expect(await put({ ...catalog, namespace: 'nowhere' }, {})).toMatchObject({ status: 404 })
  })

  it('refuse columns that a table does not have, and name the field', async () => {
    for (const overrides of [
      { 'compaction.sortColumns': ['day desc', 'nope'] },
      { 'compaction.zOrderColumns': ['nope', 'day'] },
    ]) {
      expect(await put(visits, { overrides })).toMatchObject({
        status: 400,
        body: {
          detail: expect.stringContaining('no column "nope"'),
          errors: [{ path: Object.keys(overrides)[0] }],
        },
      })
      // Tables of a namespace have columns of their own.
      expect(await put(shop, { overrides })).toMatchObject({ status: 200 })
    }
    const usable = {
      'compaction.strategy': 'z-order',
      'compaction.sortColumns': ['day desc'],
      'compaction.zOrderColumns': ['id', 'day'],
    }
    expect(await put(visits, { overrides: usable })).toMatchObject({ status: 200 })
    expect(await fieldOf(visits, 'compaction.zOrderColumns')).toMatchObject({ value: ['id', 'day'] })
  })

  it("keep a catalog's policy for administrators, and closed tables for those who may write them", async () => {
    expect(await put(catalog, { preset: 'audit' }, engineer)).toMatchObject({ status: 403 })
    expect(await remove(catalog, engineer)).toMatchObject({ status: 403 })
    const table = await test.db.icebergTable.findFirstOrThrow({
      where: { name: 'visits', namespace: { levels: { equals: ['shop', 'web'] } } },
    })
    await test.db.catalogGrant.create({
      data: {
        catalogId: (await test.db.catalog.findFirstOrThrow()).id,
        securableId: table.id,
        tableId: table.id,
        subjectType: 'user',
        subjectId: 'somebody else',
        privilege: 'write',
        createdBy: 'test',
      },
    })
    await put(visits, { preset: 'audit' })
    expect(await put(visits, {}, engineer)).toMatchObject({ status: 404 })
    expect(await callRoute(effective.GET, { ...engineer, query: visits })).toMatchObject({ status: 404 })
    const { body } = await callRoute(policies.GET, engineer)
    expect(JSON.stringify(body)).not.toContain('visits')
    await test.db.catalogGrant.deleteMany()
  })
})
