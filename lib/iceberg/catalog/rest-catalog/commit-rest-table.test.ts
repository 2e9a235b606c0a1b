import { afterEach, describe, expect, it } from 'vitest'
import { applyUpdates } from '../../commit/apply-updates.ts'
import { newTableMetadata } from '../../commit/new-table-metadata.ts'
import type { TableUpdate } from '../../commit/table-update.ts'
import { stringifyJson } from '../../spec/json.ts'
import type { TableMetadata } from '../../spec/table-metadata.ts'
import { tableMetadataToJson } from '../../spec/table-metadata-json.ts'
import { MemoryFileIO } from '../../test-support/memory-file-io.ts'
import { type StubAnswer, startStubServer } from '../../test-support/rest-server.ts'
import { visits, visitsRequest } from '../../test-support/sample-table.ts'
import type { CommitRequest, Table } from '../catalog.ts'
import { openRestCatalog } from './rest-catalog.ts'

// Beyond 2^53, so that an id that passed through a float would not be found again.
const snapshotId = 6_917_529_027_641_081_857n

const append: CommitRequest = {
  requirements: [{ type: 'assert-ref-snapshot-id', ref: 'main', snapshotId: null }],
  updates: [
    {
      action: 'add-snapshot',
      snapshot: {
        snapshotId,
        sequenceNumber: 1n,
        timestampMs: 2000,
        manifestList: 's3://x/7.avro',
        summary: { operation: 'append' },
        schemaId: 0,
      },
    },
    { action: 'set-snapshot-ref', refName: 'main', type: 'branch', snapshotId },
  ],
}
const setOwner: CommitRequest = {
  requirements: [],
  updates: [{ action: 'set-properties', updates: { owner: 'data team' } }],
}

const lost: StubAnswer = 'drop'
const internalError: StubAnswer = { status: 500, body: { error: { message: 'oops' } } }
const conflict: StubAnswer = { status: 409, body: { error: { message: 'first was another' } } }

let close: (() => Promise<void>) | undefined
afterEach(() => close?.())

/** A server of one table. Each commit follows the next line of `script`: whether it lands, and what is answered. */
async function tableServer(
  script: { lands?: readonly TableUpdate[]; answer?: StubAnswer }[],
  config: Record<string, unknown> = {},
) {
  let metadata: TableMetadata = newTableMetadata('memory://visits', visitsRequest, 1000)
  let version = 0
  const answer = (): StubAnswer => ({
    body: stringifyJson({
      'metadata-location': `memory://${version}`,
      metadata: tableMetadataToJson(metadata),
    }),
  })
  const server = await startStubServer((request) => {
    if (request.url.startsWith('/v1/config')) return { body: config }
    if (request.method === 'GET') return answer()
    const step = script.shift()
    if (step?.lands) {
      metadata = applyUpdates(metadata, step.lands)
      version += 1
    }
    return step?.answer ?? answer()
  })
  close = server.close
  const catalog = await openRestCatalog({
    name: 'lake',
    uri: server.uri,
    credential: { kind: 'none' },
    openFileIO: () => new MemoryFileIO(),
    patience: { attempts: 2, timeoutMs: 2_000 },
  })
  const base = await catalog.loadTable(visits)
  const posts = () => server.seen.filter((one) => one.method === 'POST')
  const methods = () => server.seen.slice(2).map((one) => one.method)
  const commit = (request: CommitRequest): Promise<Table> => catalog.commitTable(visits, { ...request, base })
  return { commit, posts, methods }
}

describe('a commit', () => {
  it('keeps 64-bit ids on the way', async () => {
    const { commit, posts } = await tableServer([{ lands: append.updates }])
    expect((await commit(append)).metadata.currentSnapshotId).toBe(snapshotId)
    expect(posts()[0]?.body).toContain(`"snapshot-id":${snapshotId}`)
  })

  it.each([lost, internalError])(
    'that landed without a good answer is found in the history',
    async (answer) => {
      const { commit, methods } = await tableServer([{ lands: append.updates, answer }])
      const table = await commit(append)
      expect(table).toMatchObject({
        metadataLocation: 'memory://1',
        metadata: { currentSnapshotId: snapshotId },
      })
      expect(methods()).toEqual(['POST', 'GET'])
    },
  )

  it('that did not land is looked for, then sent again', async () => {
    const { commit, methods } = await tableServer([{ answer: lost }, { lands: append.updates }])
    expect((await commit(append)).metadata.currentSnapshotId).toBe(snapshotId)
    expect(methods()).toEqual(['POST', 'GET', 'POST'])
  })

  it('that landed late makes its second try lose, and is found then', async () => {
    const { commit } = await tableServer([{ answer: lost }, { lands: append.updates, answer: conflict }])
    expect((await commit(append)).metadata.currentSnapshotId).toBe(snapshotId)
  })

  it('that landed behind an overloaded gateway is found when the repetition is refused', async () => {
    const busy: StubAnswer = { status: 503, headers: { 'retry-after': '0' } }
    const { commit } = await tableServer([{ lands: append.updates, answer: busy }, { answer: conflict }])
    expect((await commit(append)).metadata.currentSnapshotId).toBe(snapshotId)
  })

  it('that lost a race is a conflict, without another look', async () => {
    const { commit, methods } = await tableServer([{ answer: conflict }])
    await expect(commit(append)).rejects.toMatchObject({ code: 'conflict', retryable: true })
    expect(methods()).toEqual(['POST'])
  })

  it('stays unknown when it never shows and cannot be repeated safely', async () => {
    const { commit, posts } = await tableServer([{ answer: lost }])
    await expect(commit(setOwner)).rejects.toMatchObject({ code: 'commit-state-unknown' })
    expect(posts()).toHaveLength(1)
  })

  it('without a snapshot is recognised by its effect', async () => {
    const { commit } = await tableServer([{ lands: setOwner.updates, answer: lost }])
    expect((await commit(setOwner)).metadata.properties.owner).toBe('data team')
  })

  it('is repeated with the same key where the server keeps keys', async () => {
    const { commit, posts } = await tableServer([{ answer: lost }, { lands: setOwner.updates }], {
      'idempotency-key-lifetime': 'PT30M',
    })
    expect((await commit(setOwner)).metadata.properties.owner).toBe('data team')
    const keys = posts().map((one) => one.headers['idempotency-key'])
    expect(keys[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    expect(keys[1]).toBe(keys[0])
  })
})
