import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFileIO } from '#lib/storage/create-file-io.ts'
import {
  type Interference,
  startFlakyProxy,
  type TestIcebergRest,
  useIcebergRest,
} from '../../../../e2e/harness/iceberg-rest.ts'
import { appendFiles } from '../../actions/append-files.ts'
import { commitWithRetry } from '../../commit/commit-with-retry.ts'
import { planFiles } from '../../scan/plan-files.ts'
import { currentSchema } from '../../spec/table-metadata.ts'
import { visitsFile, visitsRequest } from '../../test-support/sample-table.ts'
import type { CommitRequest, TableIdentifier } from '../catalog.ts'
import { openRestCatalog, type RestCatalog, type RestCatalogOptions } from './rest-catalog.ts'

/** Against Iceberg's own REST catalog, which another team wrote. */

let server: TestIcebergRest
let catalog: RestCatalog
let table: TableIdentifier
const directory = mkdtempSync(path.join(tmpdir(), 'firn-rest-'))
const io = createFileIO({ cacheDirectory: path.join(directory, 'cache'), cacheBytes: 1_000_000 })
const namespace = [`visits_${randomUUID().slice(0, 8)}`]
const closing: (() => Promise<void>)[] = []

const open = (uri: string, options: Partial<RestCatalogOptions> = {}): Promise<RestCatalog> =>
  openRestCatalog({
    name: 'reference',
    uri,
    credential: { kind: 'none' },
    openFileIO: () => io,
    patience: { attempts: 3, timeoutMs: 20_000 },
    ...options,
  })

/** The catalog behind a proxy that does to each commit (POST to a table) what `script` says next, then lets all pass. */
async function openFlaky(script: Interference[]): Promise<RestCatalog> {
  const proxy = await startFlakyProxy(server.uri, ({ method, path: url }) =>
    method === 'POST' && /\/tables\/[^/]+$/.test(url) ? (script.shift() ?? 'pass') : 'pass',
  )
  closing.push(proxy.close)
  return open(proxy.uri)
}

beforeAll(async () => {
  server = await useIcebergRest()
  catalog = await open(server.uri)
  await catalog.createNamespace(namespace)
})
beforeEach(async () => {
  table = { namespace, name: `t_${randomUUID().slice(0, 8)}` }
  await catalog.createTable(table, visitsRequest)
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const append = (day: number) => appendFiles({ files: [visitsFile({ day, ids: [1n, 10n] })] })
const snapshots = async () => (await catalog.loadTable(table)).metadata.snapshots

describe('namespaces', () => {
  it('are created, nested, listed, changed and dropped', async () => {
    const own = [`mall_${randomUUID().slice(0, 8)}`]
    expect(await catalog.createNamespace(own, { owner: 'data team' })).toMatchObject({ levels: own })
    await expect(catalog.createNamespace(own)).rejects.toMatchObject({ code: 'already-exists' })
    const nested = [...own, '주문 orders']
    await catalog.createNamespace(nested)
    expect(await catalog.listNamespaceLevels()).toContainEqual(own)
    expect(await catalog.listNamespaces(own)).toEqual([
      expect.objectContaining({ levels: nested, properties: expect.any(Object) }),
    ])
    expect(
      await catalog.updateNamespaceProperties(own, { updates: { team: 'a' }, removals: ['owner', 'x'] }),
    ).toEqual({ updated: ['team'], removed: ['owner'], missing: ['x'] })
    expect((await catalog.loadNamespace(own)).properties).toMatchObject({ team: 'a' })
    await catalog.dropNamespace(nested)
    await catalog.dropNamespace(own)
    await expect(catalog.loadNamespace(own)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('tables', () => {
  it('are created with the schema they were asked for, listed, loaded and dropped', async () => {
    expect(await catalog.listTables(namespace)).toContainEqual(table)
    const loaded = await catalog.loadTable(table)
    expect(loaded.metadataLocation).toMatch(/metadata\.json$/)
    expect(
      currentSchema(loaded.metadata).fields.map(({ name, type, required }) => ({ name, type, required })),
    ).toEqual(visitsRequest.schema.fields.map(({ name, type, required }) => ({ name, type, required })))
    expect(loaded.metadata.partitionSpecs[0]?.fields).toMatchObject([{ name: 'day', transform: 'identity' }])
    await expect(catalog.createTable(table, visitsRequest)).rejects.toMatchObject({ code: 'already-exists' })
    await catalog.dropTable(table)
    await expect(catalog.loadTable(table)).rejects.toMatchObject({ code: 'not-found' })
    await expect(catalog.dropTable(table)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('refuse what only our own catalog can: a commit inside our transaction', async () => {
    const within = async () => undefined
    await expect(
      catalog.commitTable(table, { requirements: [], updates: [] }, within as never),
    ).rejects.toMatchObject({ code: 'unsupported' })
  })
})

describe('commits', () => {
  it('append snapshots that can be read back', async () => {
    const first = await commitWithRetry(catalog, table, append(1))
    const second = await commitWithRetry(catalog, table, append(2))
    expect(second.attempts).toBe(1)
    expect((await snapshots()).map((one) => one.snapshotId)).toEqual([
      first.snapshot.snapshotId,
      second.snapshot.snapshotId,
    ])
    expect(await planFiles(await catalog.loadTable(table))).toHaveLength(2)
  })

  it('that lose a race are a conflict, and are won by trying again', async () => {
    const stale = await catalog.loadTable(table)
    const action = append(1)
    const context = {
      target: { branch: 'main' },
      snapshotId: 4_611_686_018_427_387_905n,
      commitUuid: randomUUID(),
      attempt: 1,
      noteWritten: () => undefined,
    }
    const { requirements, updates } = await action(stale, context)
    await commitWithRetry(catalog, table, append(2))
    const request: CommitRequest = { requirements, updates, base: stale }
    await expect(catalog.commitTable(table, request)).rejects.toMatchObject({
      code: 'conflict',
      retryable: true,
    })
    expect(await snapshots()).toHaveLength(1)

    const racing = await Promise.all([3, 4, 5].map((day) => commitWithRetry(catalog, table, append(day))))
    expect(new Set(racing.map(({ snapshot }) => snapshot.snapshotId)).size).toBe(3)
    const { metadata } = await catalog.loadTable(table)
    expect(metadata.snapshots).toHaveLength(4)
    expect(metadata.snapshotLog.map((entry) => entry.snapshotId)).toEqual(
      metadata.snapshots.map((one) => one.snapshotId),
    )
  })

  it('whose answer is lost are found in the table, and are there once', async () => {
    const flaky = await openFlaky(['drop-answer'])
    const { snapshot, attempts } = await commitWithRetry(flaky, table, append(1))
    expect(attempts).toBe(1)
    expect((await snapshots()).map((one) => one.snapshotId)).toEqual([snapshot.snapshotId])
  })

  it('that never arrived are sent again, and are there once', async () => {
    const flaky = await openFlaky(['drop-request'])
    const { snapshot } = await commitWithRetry(flaky, table, append(1))
    expect((await snapshots()).map((one) => one.snapshotId)).toEqual([snapshot.snapshotId])
  })

  it('are found although the gateway answers 502 and another commit landed on top', async () => {
    const flaky = await openFlaky([{ status: 502, after: true }])
    const committing = commitWithRetry(flaky, table, append(1))
    const others = commitWithRetry(catalog, table, append(2))
    const [ours] = await Promise.all([committing, others])
    const ids = (await snapshots()).map((one) => one.snapshotId)
    expect(ids).toHaveLength(2)
    expect(ids).toContain(ours.snapshot.snapshotId)
  })

  it('stay unknown where no try ever gets through, and nothing has landed', async () => {
    const error: Interference = { status: 504, body: { error: { message: 'gateway', type: 'T', code: 504 } } }
    const flaky = await openFlaky([error, error, error, error])
    await expect(commitWithRetry(flaky, table, append(1))).rejects.toMatchObject({
      code: 'commit-state-unknown',
    })
    expect(await snapshots()).toHaveLength(0)
  })
})

describe('sign-in', () => {
  /** The reference server takes any client, so that a gate before it decides. */
  async function openGate() {
    const tokens: string[] = []
    const proxy = await startFlakyProxy(server.uri, ({ path: url, headers, body }) => {
      if (url === '/v1/oauth/tokens') {
        if (new URLSearchParams(body).get('client_secret') === 'right') return 'pass'
        return { status: 401, body: { error: 'invalid_client', error_description: 'wrong secret' } }
      }
      tokens.push(headers.authorization ?? 'none')
      if (headers.authorization?.startsWith('Bearer client-credentials-token')) return 'pass'
      return {
        status: 401,
        body: { error: { message: 'no token', type: 'NotAuthorizedException', code: 401 } },
      }
    })
    closing.push(proxy.close)
    return { uri: proxy.uri, tokens }
  }
  const oauth = (clientSecret: string) => ({ kind: 'oauth' as const, clientId: 'firn', clientSecret })

  it('gets a token from the catalog and uses it for everything', async () => {
    const gate = await openGate()
    const signedIn = await open(gate.uri, { credential: oauth('right') })
    expect(await signedIn.listTables(namespace)).toContainEqual(table)
    expect(new Set(gate.tokens)).toEqual(new Set(['Bearer client-credentials-token:sub=firn']))
  })

  it('that is refused says so and shows no secret', async () => {
    const gate = await openGate()
    const refused = await open(gate.uri, { credential: oauth('not-the-right-one') }).catch((thrown) => thrown)
    expect(refused).toMatchObject({ code: 'forbidden', message: expect.stringContaining('invalid_client') })
    expect(JSON.stringify([refused, String(refused)])).not.toContain('not-the-right-one')
    await expect(open(gate.uri)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(open(gate.uri, { credential: { kind: 'bearer', token: 'x' } })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})
