import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fileIO } from '#lib/storage/default-file-io.ts'
import { type Interference, startFlakyProxy } from '../../e2e/harness/iceberg-rest.ts'
import { createRestWorkspace, type RestWorkspace } from '../../e2e/harness/rest-workspace.ts'
import { appendFiles } from '../iceberg/actions/append-files.ts'
import type { TableIdentifier } from '../iceberg/catalog/catalog.ts'
import type { RestCredential } from '../iceberg/catalog/rest-catalog/access-token.ts'
import { openRestCatalog, type RestCatalog } from '../iceberg/catalog/rest-catalog/rest-catalog.ts'
import { commitWithRetry } from '../iceberg/commit/commit-with-retry.ts'
import { visitsFile, visitsRequest } from '../iceberg/test-support/sample-table.ts'

/** Firn as a client of Firn: both ends of the protocol at once. */

let rest: RestWorkspace
let catalog: RestCatalog
let table: TableIdentifier
let tables = 0
const closing: (() => Promise<void>)[] = []

const open = (uri: string, credential: RestCredential, warehouse?: string): Promise<RestCatalog> =>
  openRestCatalog({
    name: 'firn elsewhere',
    uri,
    credential,
    openFileIO: fileIO,
    ...(warehouse ? { warehouse } : {}),
  })
const bearer = (token: string): RestCredential => ({ kind: 'bearer', token })

/** The catalog behind a proxy that does to each commit what `script` says next, then lets all pass. */
async function openFlaky(script: Interference[]) {
  const keys: unknown[] = []
  const proxy = await startFlakyProxy(rest.server.url, ({ method, path, headers }) => {
    if (method !== 'POST' || !/\/tables\/[^/]+$/.test(path)) return 'pass'
    keys.push(headers['idempotency-key'])
    return script.shift() ?? 'pass'
  })
  closing.push(proxy.close)
  return { flaky: await open(proxy.uri, bearer(rest.tokens.engineer)), keys }
}

beforeAll(async () => {
  rest = await createRestWorkspace()
  catalog = await open(rest.server.url, bearer(rest.tokens.engineer))
  await catalog.createNamespace(['mall.shop'])
})
beforeEach(async () => {
  tables += 1
  table = { namespace: ['mall.shop'], name: `visits ${tables}` }
  await catalog.createTable(table, visitsRequest)
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
afterAll(() => rest?.close())

it('offers all that its own client asks for', () => {
  expect(catalog.missingEndpoints()).toEqual([])
})

it('makes, lists, commits to and drops tables, with dots and blanks in names', async () => {
  expect(await catalog.listNamespaceLevels()).toContainEqual(['mall.shop'])
  expect(await catalog.listTables(table.namespace)).toContainEqual(table)
  const action = appendFiles({ files: [visitsFile({ day: 1, ids: [1n, 10n] })] })
  const { snapshot } = await commitWithRetry(catalog, table, action)
  expect((await catalog.loadTable(table)).metadata.currentSnapshotId).toBe(snapshot.snapshotId)
  await catalog.dropTable(table)
  await expect(catalog.loadTable(table)).rejects.toMatchObject({ code: 'not-found' })
})

it('takes an API token as client credentials, and refuses others', async () => {
  const { id: clientId } = await rest.db.apiToken.findFirstOrThrow({ where: { name: 'viewer' } })
  const oauth = { kind: 'oauth' as const, clientId, clientSecret: rest.tokens.viewer }
  const viewer = await open(rest.server.url, oauth)
  expect(await viewer.listTables(table.namespace)).toContainEqual(table)
  await expect(viewer.createNamespace(['not allowed'])).rejects.toMatchObject({ code: 'forbidden' })
  const wrong = { ...oauth, clientSecret: 'firn_wrong' }
  await expect(open(rest.server.url, wrong)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(open(rest.server.url, bearer('firn_wrong'))).rejects.toMatchObject({ code: 'forbidden' })
  await expect(open(rest.server.url, bearer(rest.tokens.viewer), 'none')).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('warehouse "none"'),
  })
})

describe('a commit without a snapshot', () => {
  const change = async (over: RestCatalog) =>
    over.commitTable(table, {
      requirements: [],
      updates: [{ action: 'set-properties', updates: { owner: 'data team' } }],
      base: await catalog.loadTable(table),
    })

  it.each(['drop-request', 'drop-answer', { status: 502, after: true }] as Interference[])(
    'is made once although its first try ended with %j',
    async (interference) => {
      const { flaky, keys } = await openFlaky([interference])
      const before = (await catalog.loadTable(table)).metadata.metadataLog.length
      expect((await change(flaky)).metadata.properties.owner).toBe('data team')
      const { metadata } = await catalog.loadTable(table)
      expect(metadata.properties.owner).toBe('data team')
      expect(metadata.metadataLog).toHaveLength(before + 1)
      expect(new Set(keys).size).toBe(1)
      expect(keys[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    },
  )
})
