import { randomUUID } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '#lib/auth/roles.ts'
import { roleIncludes } from '#lib/auth/roles.ts'
import type { RouteHandler } from '#lib/http/route.ts'
import { visitsRequest } from '#lib/iceberg/test-support/sample-table.ts'
import { createPipeline } from '#lib/ingest/create-pipeline.ts'
import { callRoute, signInAs } from '../e2e/harness/call-route.ts'
import { createTestLakehouse, type Lakehouse } from '../e2e/harness/lakehouse.ts'
import { loadRouteHandlers } from '../e2e/harness/route-handlers.ts'

/**
 * Every route that reads, called by people who were granted one namespace and not the other. What is closed to them, or
 * names it, carries the word `hidden`: it never appears, and what is asked for by its id answers as if it were not there.
 */

const all = await loadRouteHandlers()
const reads = all.filter(({ contract }) => contract.method === 'GET')

const nowhere = '00000000-0000-7000-8000-000000000000'

let lake: Lakehouse
const cookies = {} as Record<Role, string>
/** Ids of what nobody but an admin sees, by the area of the routes that take them. */
const hidden: Record<string, string> = {}

beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  lake = await createTestLakehouse()
  process.env.WAREHOUSE_LOCATION = `${pathToFileURL(lake.directory).href}/warehouse`
  const { db, catalog } = lake
  for (const role of ['viewer', 'engineer', 'admin'] as const) {
    const { cookie, userId } = await signInAs(role)
    cookies[role] = cookie
    if (role !== 'admin') await grantNamespace(['recipe_analytics'], userId)
  }
  await lake.append([{ at: '2025-07-01T10:00:00+09:00', user: 'a' }])
  const closed = await createPipeline(
    { db, catalog },
    { name: 'hidden pipeline', mapping: 'recipe-events', table: 'hidden_space.hidden_events' },
  )
  await grantNamespace(['hidden_space'], randomUUID())
  await fill(closed, 'hidden')
  // Of this pipeline only the error table is closed: raw lines may say what the table does not.
  const half = await createPipeline(
    { db, catalog },
    { name: 'hidden half', mapping: 'recipe-events', table: 'recipe_analytics.half' },
  )
  await grantTable(half.errorTableId)
  await catalog.renameTable(
    { namespace: ['recipe_analytics'], name: 'half_errors' },
    { namespace: ['recipe_analytics'], name: 'hidden_errors' },
  )
  await fillSource(half, 'hidden half')
  const gone = { namespace: ['hidden_space'], name: 'hidden_gone' }
  await catalog.createTable(gone, visitsRequest)
  await catalog.dropTable(gone)
})
afterAll(() => lake.close())

async function grantNamespace(levels: string[], subjectId: string): Promise<void> {
  const { id, catalogId } = await lake.db.namespace.findFirstOrThrow({
    where: { levels: { equals: levels } },
  })
  await grant({ catalogId, securableId: id, namespaceId: id, subjectId })
}

async function grantTable(tableId: string): Promise<void> {
  const { id: catalogId } = await lake.db.catalog.findFirstOrThrow()
  await grant({ catalogId, securableId: tableId, tableId, subjectId: randomUUID() })
}

const grant = (of: {
  catalogId: string
  securableId: string
  namespaceId?: string
  tableId?: string
  subjectId: string
}) =>
  lake.db.catalogGrant.create({ data: { ...of, subjectType: 'user', privilege: 'write', createdBy: 'test' } })

interface Pipeline {
  id: string
  tableId: string
  errorTableId: string
}
const problem = { code: 'conflict', message: 'hidden problem', since: new Date().toISOString() }
const failed = { state: 'failed', trigger: 'commit', requestedBy: 'firn', finishedAt: new Date(), problem }

/** A source with files, a ledger, errors and runs. */
async function fillSource({ id: pipelineId, tableId }: Pipeline, name: string): Promise<void> {
  const { db } = lake
  const config = { kind: 'landing', location: 'file:///landing/hidden' }
  const source = await db.source.create({
    data: { name, kind: 'landing', config, pipelineId, state: 'stopped', problem, createdBy: 'test' },
  })
  await db.sourcePartition.create({ data: { sourceId: source.id, name: 'hidden.jsonl', problem } })
  const batchId = randomUUID()
  const sample = {
    source: 'hidden',
    partition: 'hidden.jsonl',
    position: '1',
    error: 'no',
    excerpt: 'hidden',
  }
  await db.batch.create({
    data: {
      id: batchId,
      sourceId: source.id,
      rows: 1n,
      bytes: 1n,
      errorRows: 1n,
      errorSample: [sample],
      ranges: {
        create: {
          sourceId: source.id,
          partitionName: 'hidden.jsonl',
          fromOffset: 0n,
          toOffset: 9n,
          rows: 1n,
        },
      },
    },
  })
  const run = await db.run.create({
    data: { kind: 'load', title: name, ...failed, tableId, pipelineId, sourceId: source.id },
  })
  Object.assign(hidden, { sources: source.id, runs: run.id, pipelines: pipelineId })
  const at = new Date()
  await db.alert.createMany({
    data: [
      { event: 'run-failed', key: `run-failed:${run.id}`, subject: name, message: '', href: '/', at },
      {
        event: 'source-stopped',
        key: `source-stopped:${source.id}:x`,
        subject: name,
        message: '',
        href: '/',
        at,
      },
    ],
  })
}

/** All else that Firn knows about a pipeline's table. */
async function fill(pipeline: Pipeline, name: string): Promise<void> {
  const { db } = lake
  const { tableId } = pipeline
  await fillSource(pipeline, name)
  const { columns } = await db.site.findFirstOrThrow()
  await db.site.create({ data: { id: name, name, timeZone: 'Asia/Seoul', tableId, columns: columns ?? {} } })
  const purge = await db.run.create({ data: { kind: 'purge-quarantine', title: 'hidden', ...failed } })
  await db.run.create({ data: { kind: 'compaction', title: name, ...failed, tableId } })
  const file = { kind: 'data', location: `file:///${name}/f.parquet`, bytes: 1n }
  const plan = await db.maintenancePlan.create({
    data: {
      action: 'expire-snapshots',
      tableId,
      state: 'draft',
      trigger: 'manual',
      requestedBy: 'test',
      policy: {},
      items: { create: { ...file, position: 0 } },
    },
  })
  hidden['maintenance/plans'] = plan.id
  const waiting = { runId: purge.id, purgeAfter: new Date(), state: 'kept' }
  await db.quarantinedFile.create({ data: { ...file, ...waiting, tableId } })
  // A file of an open table that a closed one needs.
  await db.quarantinedFile.create({
    data: {
      ...file,
      ...waiting,
      tableId: lake.tableId,
      location: 'file:///f',
      reason: `${name} refers to it`,
    },
  })
  const { catalogId, namespaceId } = await db.icebergTable
    .findUniqueOrThrow({ where: { id: tableId }, include: { namespace: true } })
    .then((row) => ({ catalogId: row.namespace.catalogId, namespaceId: row.namespaceId }))
  const policy = { catalogId, preset: 'audit', overrides: {}, updatedBy: 'test' }
  await db.scopePolicy.create({ data: { ...policy, securableId: tableId, tableId } })
  await db.scopePolicy.create({ data: { ...policy, securableId: namespaceId, namespaceId } })
  await db.workerProcess.create({
    data: { kind: 'commit', host: 'h', pid: 1, version: '1', state: 'ready', activity: { table: name } },
  })
  const about = { subject: name, message: '', href: '/', at: new Date() }
  await db.alert.createMany({
    data: [
      { event: 'table-unhealthy', key: `table-unhealthy:${tableId}:x`, ...about },
      { event: 'run-failed', key: `run-failed:${purge.id}`, ...about },
      { event: 'run-failed', key: `run-failed:${randomUUID()}`, ...about },
    ],
  })
}

const parametersOf = ({ contract }: RouteHandler) =>
  [...contract.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')

/** What some routes need to be asked at all. */
function neededQuery(path: string): Record<string, string> {
  if (path.endsWith('/policies/effective')) return { catalog: 'firn' }
  if (path.endsWith('/schema/compare')) return { from: '0', to: '0' }
  return /\/compare(\/files)?$/.test(path) ? { from: 'ref:main', to: 'ref:main' } : {}
}

type Names = { namespace: string; table: string; id: string; site: string }
const open: Names = {
  namespace: 'recipe_analytics',
  table: 'user_events_silver',
  id: nowhere,
  site: 'recipe',
}
const absent: Names = { namespace: 'nothing_space', table: 'nothing_events', id: nowhere, site: 'nothing' }
const secret: Names = { namespace: 'hidden_space', table: 'hidden_events', id: nowhere, site: 'hidden' }

async function read(handler: RouteHandler, role: Role, names: Names, extra: Record<string, string> = {}) {
  const { path } = handler.contract
  const values: Record<string, string> = {
    catalog: 'firn',
    snapshot: '1',
    reference: 'main',
    grain: 'day',
    ...names,
  }
  const params = Object.fromEntries(parametersOf(handler).map((name) => [name, values[name] ?? '']))
  const query = { limit: '100', ...neededQuery(path), ...extra }
  const { status, body } = await callRoute(handler, { cookie: cookies[role], params, query })
  const text = typeof body === 'string' ? body : JSON.stringify({ ...(body as object), requestId: undefined })
  return { status, text: text.replaceAll(names.site, '<site>').replaceAll(names.id, '<id>') }
}

const areaOf = (path: string) => path.match(/^\/api\/v1\/(.+?)\/\{id\}/)?.[1] ?? ''
const bySite = (path: string) => path.startsWith('/api/v1/analytics/')

describe.each(['viewer', 'engineer'] as const)('a %s without a grant', (role) => {
  const allowed = reads.filter(
    ({ contract }) => contract.role === 'public' || roleIncludes(role, contract.role),
  )

  it.each(allowed.map((handler) => ({ handler, path: handler.contract.path })))(
    'reads nothing hidden in $path',
    async ({ handler, path }) => {
      const plain = await read(handler, role, open)
      expect(plain.status, plain.text).not.toBe(500)
      expect(plain.status, plain.text).not.toBe(400)
      expect(plain.text).not.toContain('hidden')
      expect((await read(handler, role, open, { filter: 'e' })).text).not.toContain('hidden')
      if (!bySite(path)) return
      const asked = await read(handler, role, secret, { site: 'hidden' })
      expect(asked).toEqual(await read(handler, role, absent, { site: 'nothing' }))
    },
  )

  it.each(
    allowed.flatMap((handler) => {
      const { path } = handler.contract
      const named = parametersOf(handler).some((name) => ['namespace', 'table', 'id'].includes(name))
      return named && !path.includes('alert-channels') ? [{ handler, path }] : []
    }),
  )('finds nothing hidden by name or id in $path', async ({ handler, path }) => {
    const id = hidden[areaOf(path)] ?? nowhere
    const found = await read(handler, role, { ...secret, id })
    const missing = await read(handler, role, absent)
    expect(found).toEqual({ ...missing, text: missing.text.replaceAll('nothing', 'hidden') })
  })
})

it('an admin reads it in all of these', async () => {
  const showing: string[] = []
  for (const handler of reads) {
    const { path } = handler.contract
    const id = hidden[areaOf(path)] ?? nowhere
    const { text } = await read(handler, 'admin', { ...open, id })
    if (text.includes('hidden')) showing.push(path.replace('/api/v1/', ''))
  }
  expect(showing.sort()).toEqual(
    expect.arrayContaining([
      '/metrics',
      'alerts',
      'analytics/sites',
      'catalogs/{catalog}/dropped-tables',
      'catalogs/{catalog}/namespaces',
      'catalogs/{catalog}/table-names',
      'catalogs/{catalog}/tables',
      'maintenance/plans',
      'maintenance/plans/{id}/items',
      'maintenance/policies',
      'maintenance/quarantine',
      'pipelines',
      'pipelines/{id}',
      'runs',
      'runs/{id}',
      'sources',
      'sources/{id}',
      'sources/{id}/errors',
      'sources/{id}/ledger',
      'sources/{id}/partitions',
      'system',
    ]),
  )
})

describe('what feeds or concerns a table', () => {
  const changes = all.filter(
    ({ contract }) => contract.method !== 'GET' && /^\/api\/v1\/(sources|runs)\/\{id\}/.test(contract.path),
  )
  const statuses = (ids: Record<string, string>) =>
    Promise.all(
      changes.map(async (handler) => {
        const id = ids[areaOf(handler.contract.path)] ?? ''
        const body = handler.contract.method === 'DELETE' ? {} : { body: { state: 'paused' } }
        return (await callRoute(handler, { cookie: cookies.engineer, params: { id }, ...body })).status
      }),
    )

  it('is not there for those who may not see the table', async () => {
    expect(changes.length).toBeGreaterThan(3)
    expect(new Set(await statuses(hidden))).toEqual(new Set([404]))
  })

  it('is not changed by those who may only read it', async () => {
    await fillSource({ id: lake.pipelineId, tableId: lake.tableId, errorTableId: '' }, 'open')
    const { sources = '', runs = '' } = hidden
    await lake.db.catalogGrant.updateMany({ data: { privilege: 'read' } })
    expect(new Set(await statuses({ sources, runs }))).toEqual(new Set([403]))
  })
})
