import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFileIO } from '#lib/storage/create-file-io.ts'
import { createRestWorkspace, type RestWorkspace } from '../../e2e/harness/rest-workspace.ts'

let rest: RestWorkspace
let name: string
let tables = 0
const io = createFileIO({ cacheDirectory: '/nonexistent', cacheBytes: 1 })

beforeAll(async () => {
  rest = await createRestWorkspace()
  for (const namespace of [['ns'], ['ns', 'sub'], ['other']]) {
    await rest.call('POST', '/v1/firn/namespaces', { body: { namespace } })
  }
})
beforeEach(() => {
  tables += 1
  name = `t${tables}`
})
afterAll(() => rest?.close())

const inNs = '/v1/firn/namespaces/ns'
const schema = {
  type: 'struct',
  'schema-id': 0,
  fields: [
    { id: 3, name: 'id', required: true, type: 'long' },
    { id: 5, name: 'data', required: false, type: 'string' },
  ],
}
const create = (body: Record<string, unknown> = {}) =>
  rest.call('POST', `${inNs}/tables`, { body: { name, schema, ...body } })
const load = (query = '', headers: Record<string, string> = {}) =>
  rest.call('GET', `${inNs}/tables/${name}${query}`, { as: 'viewer', headers })
const commit = (updates: unknown[], requirements: unknown[] = []) =>
  rest.call('POST', `${inNs}/tables/${name}`, { body: { requirements, updates } })
const setProperty = (key: string, value: string) => [{ action: 'set-properties', updates: { [key]: value } }]
const errorOf = (answer: { status: number; body: { error: { type: string } } }) => [
  answer.status,
  answer.body.error.type,
]
const metadataFiles = async (location: string) =>
  (await Array.fromAsync(io.list(`${location}/metadata`))).filter((file) => file.location.endsWith('.json'))
let snapshots = 0n
/** A snapshot without files, as good as any for what the catalog looks at. */
const snapshot = (location: string, sequenceNumber: number, parent?: bigint) => {
  snapshots += 1n
  return {
    'snapshot-id': 9_007_199_254_740_993n + snapshots,
    ...(parent === undefined ? {} : { 'parent-snapshot-id': parent }),
    'sequence-number': sequenceNumber,
    'timestamp-ms': Date.now(),
    'manifest-list': `${location}/metadata/snap-${snapshots}.avro`,
    summary: { operation: 'append' },
    'schema-id': 0,
  }
}
const toMain = (id: bigint) => ({
  action: 'set-snapshot-ref',
  'ref-name': 'main',
  type: 'branch',
  'snapshot-id': id,
})

describe('create and load', () => {
  it('numbers columns afresh and keeps what was asked for', async () => {
    const { status, body, headers } = await create({
      'partition-spec': {
        'spec-id': 0,
        fields: [{ 'source-id': 3, name: 'id_bucket', transform: 'bucket[4]' }],
      },
      'write-order': {
        'order-id': 1,
        fields: [{ 'source-id': 5, transform: 'identity', direction: 'asc', 'null-order': 'nulls-first' }],
      },
      properties: { owner: 'data', 'format-version': '3' },
    })
    expect(status).toBe(200)
    expect(body.metadata).toMatchObject({
      'format-version': 3,
      'last-column-id': 2,
      schemas: [
        {
          fields: [
            { id: 1, name: 'id' },
            { id: 2, name: 'data' },
          ],
        },
      ],
      'partition-specs': [{ fields: [{ 'source-id': 1, 'field-id': 1000 }] }],
      properties: { owner: 'data' },
    })
    expect(body.metadata.properties).not.toHaveProperty('format-version')
    expect(body.metadata.location).toMatch(new RegExp(`^${rest.warehouse}/ns/${name}-[0-9a-f]{8}$`))
    const loaded = await load()
    expect(loaded.body).toEqual(body)
    expect(loaded.headers.get('etag')).toBe(headers.get('etag'))
    expect((await rest.call('HEAD', `${inNs}/tables/${name}`)).status).toBe(204)
    expect((await rest.call('HEAD', `${inNs}/tables/none`)).status).toBe(404)
  })

  it('answers 304 to a tag that still holds, and not to a stale one', async () => {
    const { headers } = await create()
    const tag = headers.get('etag') ?? ''
    const same = await load('', { 'if-none-match': `"x", W/${tag}` })
    expect(same).toMatchObject({ status: 304, body: undefined })
    expect((await load('?snapshots=refs', { 'if-none-match': tag })).status).toBe(200)
    const changed = await commit(setProperty('a', '1'))
    expect((await load('', { 'if-none-match': tag })).status).toBe(200)
    expect((await load('', { 'if-none-match': changed.headers.get('etag') ?? '' })).status).toBe(304)
  })

  it('shows only snapshots that refs point to where asked', async () => {
    const { body } = await create()
    const { location } = body.metadata
    const one = snapshot(location, 1)
    const two = snapshot(location, 2, one['snapshot-id'])
    await commit([{ action: 'add-snapshot', snapshot: one }, toMain(one['snapshot-id'])])
    await commit([{ action: 'add-snapshot', snapshot: two }, toMain(two['snapshot-id'])])
    const ids = async (query: string) =>
      (await load(query)).body.metadata.snapshots.map((each: Record<string, unknown>) => each['snapshot-id'])
    expect(await ids('')).toEqual([one['snapshot-id'], two['snapshot-id']])
    expect(await ids('?snapshots=refs')).toEqual([two['snapshot-id']])
    expect(errorOf(await load('?snapshots=some'))).toEqual([400, 'BadRequestException'])
  })

  it('lists in pages', async () => {
    const names = ['p1', 'p2', 'p3']
    for (const one of names) {
      await rest.call('POST', '/v1/firn/namespaces/ns%1Fsub/tables', { body: { name: one, schema } })
    }
    const page = (token: string) =>
      rest.call(
        'GET',
        `/v1/firn/namespaces/ns%1Fsub/tables?pageSize=2&pageToken=${encodeURIComponent(token)}`,
      )
    const first = await page('')
    expect(first.body.identifiers).toEqual([
      { namespace: ['ns', 'sub'], name: 'p1' },
      { namespace: ['ns', 'sub'], name: 'p2' },
    ])
    const second = await page(first.body['next-page-token'])
    expect(second.body).toEqual({ identifiers: [{ namespace: ['ns', 'sub'], name: 'p3' }] })
    expect(errorOf(await rest.call('GET', '/v1/firn/namespaces/none/tables'))).toEqual([
      404,
      'NoSuchNamespaceException',
    ])
  })

  it('takes names with dots, blanks and unicode, and refuses those that could be paths', async () => {
    for (name of ['a.b', '방문 100%', 'c+d']) {
      expect((await create()).status).toBe(200)
      const { status } = await rest.call('GET', `${inNs}/tables/${encodeURIComponent(name)}`)
      expect(status).toBe(200)
    }
    for (name of ['', '..', 'a/b', 'a\u0007', 'x'.repeat(300)]) {
      expect(errorOf(await create())).toEqual([400, 'BadRequestException'])
    }
  })

  it('refuses what is there, missing or outside the warehouse', async () => {
    await create()
    expect(errorOf(await create())).toEqual([409, 'AlreadyExistsException'])
    expect(errorOf(await create({ 'stage-create': true }))).toEqual([409, 'AlreadyExistsException'])
    const nowhere = await rest.call('POST', '/v1/firn/namespaces/none/tables', { body: { name, schema } })
    expect(errorOf(nowhere)).toEqual([404, 'NoSuchNamespaceException'])
    name = 'elsewhere'
    const outside = [
      'file:///etc/x',
      's3://other/x',
      `${rest.warehouse}-2/x`,
      `${rest.warehouse}/../x`,
      'x',
      '',
    ]
    for (const location of [...outside, rest.warehouse]) {
      expect(errorOf(await create({ location }))).toEqual([400, 'BadRequestException'])
    }
    expect((await create({ location: `${rest.warehouse}/chosen/` })).body.metadata.location).toBe(
      `${rest.warehouse}/chosen`,
    )
  })

  it.each([
    [
      'a type that is none',
      { schema: { type: 'struct', fields: [{ id: 1, name: 'a', required: true, type: 'x' }] } },
    ],
    ['a column twice', { schema: { ...schema, fields: [schema.fields[0], schema.fields[0]] } }],
    ['no schema', { schema: undefined }],
    [
      'a spec of a missing column',
      { 'partition-spec': { fields: [{ 'source-id': 9, name: 'a', transform: 'day' }] } },
    ],
    ['a format version to come', { properties: { 'format-version': '9' } }],
    ['metadata outside the warehouse', { properties: { 'write.metadata.path': 'file:///etc' } }],
    ['properties that are no text', { properties: { a: 1 } }],
  ])('refuses %s', async (_, body) => {
    expect(errorOf(await create(body))).toEqual([400, 'BadRequestException'])
  })

  it('says that the metadata file is gone', async () => {
    const { body } = await create()
    await io.delete([body['metadata-location']])
    const answer = await load()
    expect(errorOf(answer)).toEqual([404, 'NotFoundException'])
    expect(answer.body.error.message).toContain(body['metadata-location'])
  })
})

describe('commit', () => {
  it('keeps 64-bit ids digit by digit', async () => {
    const { body } = await create()
    const one = snapshot(body.metadata.location, 1)
    const committed = await commit(
      [{ action: 'add-snapshot', snapshot: one }, toMain(one['snapshot-id'])],
      [
        { type: 'assert-table-uuid', uuid: body.metadata['table-uuid'] },
        { type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': null },
      ],
    )
    expect(committed.status).toBe(200)
    expect(committed.body.metadata['current-snapshot-id']).toBe(one['snapshot-id'])
    expect(await rest.db.icebergTable.findFirst({ where: { name } })).toMatchObject({
      currentSnapshotId: one['snapshot-id'],
      metadataLocation: committed.body['metadata-location'],
    })
    const audit = await rest.db.auditEvent.findFirst({
      where: { subject: `table:firn.ns.${name}`, action: 'table.commit' },
    })
    expect(audit?.details).toEqual({ updates: ['add-snapshot', 'set-snapshot-ref'] })
  })

  it.each([
    [{ type: 'assert-table-uuid', uuid: '00000000-0000-4000-8000-000000000000' }, 'UUID does not match'],
    [{ type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': 1 }, 'has changed'],
    [
      { type: 'assert-last-assigned-field-id', 'last-assigned-field-id': 9 },
      'last assigned field id changed',
    ],
    [{ type: 'assert-current-schema-id', 'current-schema-id': 9 }, 'current schema changed'],
    [
      { type: 'assert-last-assigned-partition-id', 'last-assigned-partition-id': 9 },
      'last assigned partition id changed',
    ],
    [{ type: 'assert-default-spec-id', 'default-spec-id': 9 }, 'default partition spec changed'],
    [{ type: 'assert-default-sort-order-id', 'default-sort-order-id': 9 }, 'default sort order changed'],
  ])('is a conflict when %j does not hold', async (requirement, message) => {
    const { body } = await create()
    const answer = await commit(setProperty('a', '1'), [requirement])
    expect(errorOf(answer)).toEqual([409, 'CommitFailedException'])
    expect(answer.body.error.message).toContain(message)
    expect((await load()).body).toEqual(body)
    expect(await metadataFiles(body.metadata.location)).toHaveLength(1)
  })

  it('refuses what the protocol does not have, and what leads out of the warehouse', async () => {
    const { body } = await create()
    const outside = { ...snapshot('s3://other/x', 1) }
    for (const updates of [
      [{ action: 'set-mood', mood: 'good' }],
      [{ action: 'set-location', location: 'file:///etc/x' }],
      [{ action: 'set-properties', updates: { 'write.metadata.path': 's3://other/x' } }],
      [{ action: 'add-snapshot', snapshot: outside }],
      [{ action: 'set-current-schema', 'schema-id': 99 }],
      [toMain(1n)],
      'none',
    ]) {
      expect(errorOf(await commit(updates as unknown[]))).toEqual([400, 'BadRequestException'])
    }
    expect(errorOf(await commit([], [{ type: 'assert-mood' }]))).toEqual([400, 'BadRequestException'])
    expect((await load()).body).toEqual(body)
    name = 'none'
    expect(errorOf(await commit(setProperty('a', '1')))).toEqual([404, 'NoSuchTableException'])
  })

  it('lets all of many writers through that do not contradict each other', async () => {
    await create()
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => commit(setProperty(`k${index}`, 'v'))),
    )
    const landed = answers.filter(({ status }) => status === 200).length
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(errorOf(answer)).toEqual([409, 'CommitFailedException'])
    }
    const { metadata } = (await load()).body
    expect(Object.keys(metadata.properties).filter((key) => key.startsWith('k'))).toHaveLength(landed)
    expect(metadata['metadata-log']).toHaveLength(landed)
    expect(landed).toBeGreaterThan(1)
  })

  it('removes old metadata files where the table says so', async () => {
    const { body } = await create({
      properties: {
        'write.metadata.previous-versions-max': '2',
        'write.metadata.delete-after-commit.enabled': 'true',
      },
    })
    for (let index = 0; index < 5; index += 1) await commit(setProperty('n', `${index}`))
    expect(await metadataFiles(body.metadata.location)).toHaveLength(3)
    await commit(setProperty('write.metadata.delete-after-commit.enabled', 'false'))
    await commit(setProperty('n', 'x'))
    expect(await metadataFiles(body.metadata.location)).toHaveLength(5)
  })

  it('makes a staged table, once', async () => {
    const staged = await create({ 'stage-create': true })
    expect(staged.status).toBe(200)
    expect(staged.body['metadata-location']).toBeUndefined()
    expect(errorOf(await load())).toEqual([404, 'NoSuchTableException'])
    const { metadata } = staged.body
    expect(await metadataFiles(metadata.location)).toEqual([])
    const updates = [
      { action: 'assign-uuid', uuid: metadata['table-uuid'] },
      { action: 'upgrade-format-version', 'format-version': metadata['format-version'] },
      { action: 'add-schema', schema: metadata.schemas[0] },
      { action: 'set-current-schema', 'schema-id': -1 },
      { action: 'add-spec', spec: metadata['partition-specs'][0] },
      { action: 'set-default-spec', 'spec-id': -1 },
      { action: 'add-sort-order', 'sort-order': metadata['sort-orders'][0] },
      { action: 'set-default-sort-order', 'sort-order-id': -1 },
      { action: 'set-location', location: metadata.location },
      { action: 'set-properties', updates: { a: '1' } },
    ]
    const made = await commit(updates, [{ type: 'assert-create' }])
    expect(made.status).toBe(200)
    expect(made.body.metadata).toMatchObject({
      location: metadata.location,
      'table-uuid': metadata['table-uuid'],
      properties: { a: '1' },
    })
    const again = await commit(updates, [{ type: 'assert-create' }])
    expect(errorOf(again)).toEqual([409, 'AlreadyExistsException'])
    expect(again.body.error.message).toMatch(/^Requirement failed: table already exists/)
    name = 'mixed'
    expect(
      errorOf(await commit(updates, [{ type: 'assert-create' }, { type: 'assert-table-uuid', uuid: 'x' }])),
    ).toEqual([400, 'BadRequestException'])
  })
})

describe('transactions', () => {
  const change = (table: string, updates: unknown[], requirements: unknown[] = []) => ({
    identifier: { namespace: ['ns'], name: table },
    requirements,
    updates,
  })
  const transact = (...changes: unknown[]) =>
    rest.call('POST', '/v1/firn/transactions/commit', { body: { 'table-changes': changes } })
  const propertiesOf = async (table: string) =>
    (await rest.call('GET', `${inNs}/tables/${table}`)).body.metadata.properties

  it('land on all tables or on none', async () => {
    const [a, b] = [`${name}a`, `${name}b`]
    for (name of [a, b]) await create()
    expect((await transact(change(a, setProperty('x', '1')), change(b, setProperty('x', '1')))).status).toBe(
      204,
    )
    expect([(await propertiesOf(a)).x, (await propertiesOf(b)).x]).toEqual(['1', '1'])
    const failed = await transact(
      change(a, setProperty('x', '2')),
      change(b, setProperty('x', '2'), [{ type: 'assert-current-schema-id', 'current-schema-id': 7 }]),
    )
    expect(errorOf(failed)).toEqual([409, 'CommitFailedException'])
    const missing = await transact(change(a, setProperty('x', '2')), change('none', setProperty('x', '2')))
    expect(errorOf(missing)).toEqual([404, 'NoSuchTableException'])
    expect([(await propertiesOf(a)).x, (await propertiesOf(b)).x]).toEqual(['1', '1'])
  })

  it('land as a whole when they race', async () => {
    const [a, b] = [`${name}a`, `${name}b`]
    for (name of [a, b]) await create()
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => {
        const changes = [a, b].map((table) => change(table, setProperty('x', `${index}`)))
        return transact(...(index % 2 === 0 ? changes : changes.reverse()))
      }),
    )
    expect(answers.some(({ status }) => status === 204)).toBe(true)
    for (const { status } of answers) expect([204, 409]).toContain(status)
    expect((await propertiesOf(a)).x).toBe((await propertiesOf(b)).x)
  })

  it('refuse a table twice and a change without a table', async () => {
    await create()
    const twice = await transact(change(name, setProperty('x', '1')), change(name, setProperty('y', '1')))
    expect(errorOf(twice)).toEqual([400, 'BadRequestException'])
    expect(errorOf(await transact({ requirements: [], updates: [] }))).toEqual([400, 'BadRequestException'])
  })
})

describe('register, rename and drop', () => {
  const register = (body: Record<string, unknown>) => rest.call('POST', `${inNs}/register`, { body })
  const rename = (from: string, namespace: string[], to: string) =>
    rest.call('POST', '/v1/firn/tables/rename', {
      body: { source: { namespace: ['ns'], name: from }, destination: { namespace, name: to } },
    })

  it('registers a metadata file, over a table only where asked', async () => {
    const { body } = await create()
    const older = body['metadata-location']
    const newer = await commit(setProperty('a', '1'))
    expect(errorOf(await register({ name, 'metadata-location': older }))).toEqual([
      409,
      'AlreadyExistsException',
    ])
    expect((await load()).body).toEqual(newer.body)
    const back = await register({ name, 'metadata-location': older, overwrite: true })
    expect(back.body).toEqual(body)
    expect((await load()).body).toEqual(body)
    const twin = await register({
      name: `${name}-twin`,
      'metadata-location': newer.body['metadata-location'],
    })
    expect(twin.body.metadata).toEqual(newer.body.metadata)
  })

  it('refuses files outside the warehouse, broken ones and those that point outside', async () => {
    const { body } = await create()
    const text = (await io.read(body['metadata-location'])).toString()
    const files: Record<string, string> = {
      truncated: text.slice(0, 100),
      binary: '\u0000\u0001',
      outside: text.replace(body.metadata.location, 'file:///etc/table'),
    }
    for (const [file, content] of Object.entries(files)) {
      await io.write(`${rest.warehouse}/${file}.metadata.json`, Buffer.from(content))
    }
    const locations = [
      ...Object.keys(files).map((file) => `${rest.warehouse}/${file}.metadata.json`),
      `${rest.warehouse}/missing.metadata.json`,
      'file:///etc/passwd',
      's3://other/x.metadata.json',
      `${rest.warehouse}/../x.metadata.json`,
      'x',
    ]
    for (const location of locations) {
      expect(errorOf(await register({ name: 'no', 'metadata-location': location }))).toEqual([
        400,
        'BadRequestException',
      ])
    }
  })

  it('renames, across namespaces too', async () => {
    const { body } = await create()
    expect((await rename(name, ['ns', 'sub'], 'moved')).status).toBe(204)
    expect((await load()).status).toBe(404)
    const moved = await rest.call('GET', '/v1/firn/namespaces/ns%1Fsub/tables/moved')
    expect(moved.body).toEqual(body)
    expect(errorOf(await rename('none', ['ns'], 'x'))).toEqual([404, 'NoSuchTableException'])
    name = `${name}-2`
    await create()
    expect(errorOf(await rename(name, ['none'], 'x'))).toEqual([404, 'NoSuchNamespaceException'])
    expect(errorOf(await rename(name, ['ns', 'sub'], 'moved'))).toEqual([409, 'AlreadyExistsException'])
    expect(errorOf(await rename(name, ['ns'], name))).toEqual([409, 'AlreadyExistsException'])
    expect(errorOf(await rename(name, ['ns'], 'a/b'))).toEqual([400, 'BadRequestException'])
  })

  it('drops, keeps the files and frees the name', async () => {
    const { body } = await create()
    expect((await rest.call('DELETE', `${inNs}/tables/${name}?purgeRequested=true`)).status).toBe(204)
    expect(errorOf(await load())).toEqual([404, 'NoSuchTableException'])
    expect(errorOf(await commit(setProperty('a', '1')))).toEqual([404, 'NoSuchTableException'])
    expect(errorOf(await rest.call('DELETE', `${inNs}/tables/${name}`))).toEqual([
      404,
      'NoSuchTableException',
    ])
    expect(await metadataFiles(body.metadata.location)).toHaveLength(1)
    expect((await create()).status).toBe(200)
  })

  it('keeps a table that a pipeline writes to', async () => {
    await create()
    const { id } = await rest.db.icebergTable.findFirstOrThrow({ where: { name } })
    await rest.db.pipeline.create({ data: { name, mapping: 'recipe-events', tableId: id, errorTableId: id } })
    expect(errorOf(await rest.call('DELETE', `${inNs}/tables/${name}`))).toEqual([409, 'TableInUseException'])
    expect((await load()).status).toBe(200)
  })
})
