import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eachLimited } from '#lib/storage/each-limited.ts'
import { createRestWorkspace, type RestWorkspace } from '../../e2e/harness/rest-workspace.ts'

/** Bodies that are almost right: each value in turn becomes something that has no business there. */

let rest: RestWorkspace
let metadataLocation: string
beforeAll(async () => {
  rest = await createRestWorkspace()
  await rest.call('POST', '/v1/firn/namespaces', { body: { namespace: ['ns'] } })
  const { body } = await rest.call('POST', '/v1/firn/namespaces/ns/tables', { body: { name: 't', schema } })
  metadataLocation = body['metadata-location']
})
afterAll(() => rest?.close())

const schema = {
  type: 'struct',
  'schema-id': 0,
  fields: [
    { id: 1, name: 'a', required: true, type: 'long' },
    {
      id: 2,
      name: 'b',
      required: false,
      type: { type: 'list', 'element-id': 3, element: 'string', 'element-required': false },
    },
  ],
  'identifier-field-ids': [1],
}
const spec = {
  'spec-id': 1,
  fields: [{ 'source-id': 1, 'field-id': 1000, name: 'p', transform: 'bucket[4]' }],
}
const order = {
  'order-id': 1,
  fields: [{ 'source-id': 1, transform: 'identity', direction: 'asc', 'null-order': 'nulls-first' }],
}
const commitBody = () => ({
  identifier: { namespace: ['ns'], name: 't' },
  requirements: [
    { type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': 1 },
    { type: 'assert-last-assigned-field-id', 'last-assigned-field-id': 77 },
  ],
  updates: [
    { action: 'add-schema', schema },
    { action: 'add-spec', spec },
    { action: 'add-sort-order', 'sort-order': order },
    { action: 'set-properties', updates: { a: '1' } },
    { action: 'remove-properties', removals: ['a'] },
    { action: 'set-location', location: rest.warehouse },
    {
      action: 'add-snapshot',
      snapshot: {
        'snapshot-id': 5,
        'sequence-number': 1,
        'timestamp-ms': 1,
        'manifest-list': `${rest.warehouse}/x.avro`,
        summary: { operation: 'append' },
      },
    },
    { action: 'set-snapshot-ref', 'ref-name': 'main', type: 'branch', 'snapshot-id': 5 },
    { action: 'remove-snapshots', 'snapshot-ids': [5] },
  ],
})

const bodies: Record<string, () => unknown> = {
  '/v1/firn/namespaces': () => ({ namespace: ['x'], properties: { a: '1' } }),
  '/v1/firn/namespaces/ns/properties': () => ({ removals: ['a'], updates: { b: '1' } }),
  '/v1/firn/namespaces/ns/tables': () => ({
    name: 't',
    location: rest.warehouse,
    schema,
    'partition-spec': spec,
    'write-order': order,
    'stage-create': true,
    properties: { 'format-version': '2' },
  }),
  '/v1/firn/namespaces/ns/tables/t': commitBody,
  '/v1/firn/namespaces/ns/register': () => ({
    name: 't',
    'metadata-location': metadataLocation,
    overwrite: false,
  }),
  '/v1/firn/namespaces/ns/views': () => ({
    name: 'v',
    location: rest.warehouse,
    schema,
    'view-version': {
      'version-id': 1,
      'timestamp-ms': 1,
      'schema-id': 0,
      summary: { 'engine-name': 'test' },
      representations: [{ type: 'sql', sql: 'select 1', dialect: 'spark' }],
      'default-namespace': ['ns'],
    },
    properties: { a: '1' },
  }),
  '/v1/firn/tables/rename': () => ({
    source: { namespace: ['ns'], name: 'none' },
    destination: { namespace: ['ns'], name: 't2' },
  }),
  '/v1/firn/transactions/commit': () => ({
    'table-changes': [{ ...commitBody(), requirements: [], updates: [] }],
  }),
}

const nasty: unknown[] = [
  null,
  '',
  'x\ud800',
  '\u0001',
  '../../etc/passwd',
  'x'.repeat(5000),
  -1,
  1.5,
  2 ** 31,
  2n ** 63n - 1n,
  10n ** 40n,
  true,
  [],
  [[]],
  {},
  { type: 'x' },
]

/** The value with each of its parts replaced in turn, as often as there are nasty values. */
function* mutations(value: unknown): Generator<unknown> {
  yield* nasty
  if (typeof value !== 'object' || value === null) return
  for (const key of Object.keys(value)) {
    const part = (value as Record<string, unknown>)[key]
    for (const other of mutations(part)) {
      yield Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other }
    }
  }
}

describe.each(Object.keys(bodies))('POST %s', (address) => {
  it('answers almost right bodies without an error of its own', { timeout: 300_000 }, async () => {
    const failures: string[] = []
    await eachLimited([...mutations(bodies[address]?.())], 16, async (body) => {
      const { status, body: answer } = await rest.call('POST', address, { body })
      if (status < 500 && (status < 400 || answer.error.code === status)) return
      failures.push(`${status} ${JSON.stringify(answer)}`)
    })
    expect(failures).toEqual([])
  })
})
