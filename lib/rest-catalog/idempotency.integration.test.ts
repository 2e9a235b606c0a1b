import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRestWorkspace, type RestWorkspace } from '../../e2e/harness/rest-workspace.ts'

let test: RestWorkspace
let engineer: string
let other: string

beforeAll(async () => {
  test = await createRestWorkspace()
  engineer = (await test.newToken('engineer')).secret
  other = (await test.newToken('engineer', 'another')).secret
})
afterAll(() => test.close())

let keys = 0
const newKey = () => {
  keys += 1
  return `01939c1e-7f00-7abc-8def-${String(keys).padStart(12, '0')}`
}
const create = (name: string, key: string, token = engineer) =>
  test.call('POST', '/v1/firn/namespaces', {
    token,
    headers: { 'idempotency-key': key },
    body: { namespace: [name], properties: { owner: 'data team' } },
  })
const namespaces = (name: string) => test.db.namespace.count({ where: { levels: { equals: [name] } } })

it('is declared', async () => {
  const { body } = await test.call('GET', '/v1/config', { token: engineer })
  expect(body).toMatchObject({ 'idempotency-key-lifetime': 'PT30M' })
})

it('gives the first answer again without a second change', async () => {
  const key = newKey()
  const first = await create('one', key)
  const second = await create('one', key.toUpperCase())
  expect(first).toMatchObject({ status: 200, body: { namespace: ['one'] } })
  expect(second).toMatchObject({ status: 200, body: first.body })
  expect(second.headers.get('idempotency-replayed')).toBe('true')
  expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'))
  expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'))
  expect(await test.db.auditEvent.count({ where: { action: 'namespace.create' } })).toBe(1)
  // Without the key it is the conflict that it would have been.
  expect(await create('one', newKey())).toMatchObject({ status: 409 })
})

it('gives an answer without a body again, and a refusal', async () => {
  await create('two', newKey())
  const drop = (key: string) =>
    test.call('DELETE', '/v1/firn/namespaces/two', { token: engineer, headers: { 'idempotency-key': key } })
  const key = newKey()
  expect(await drop(key)).toMatchObject({ status: 204, body: undefined })
  expect(await drop(key)).toMatchObject({ status: 204, body: undefined })
  const late = newKey()
  const refusal = await drop(late)
  expect(refusal).toMatchObject({ status: 404, body: { error: { type: 'NoSuchNamespaceException' } } })
  await create('two', newKey())
  expect((await drop(late)).body).toEqual(refusal.body)
  expect(await namespaces('two')).toBe(1)
})

it('does one change when the same request comes many times at once', async () => {
  const key = newKey()
  const answers = await Promise.all(Array.from({ length: 5 }, () => create('many', key)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1)
})

it("refuses a key of another request or of somebody else's", async () => {
  const key = newKey()
  await create('three', key)
  const refused = { status: 422, body: { error: { code: 422, type: 'UnprocessableEntityException' } } }
  expect(await create('four', key)).toMatchObject(refused)
  expect(await create('three', key, other)).toMatchObject(refused)
  expect(await namespaces('four')).toBe(0)
})

it('refuses a key that is no UUIDv7', async () => {
  for (const key of ['x', '', '5f3b9a0e-7c1d-4a5e-9b1f-2d3c4e5f6a7b']) {
    expect(await create('five', key)).toMatchObject({ status: 400 })
  }
  expect(await namespaces('five')).toBe(0)
})

it('says when the first request is still being answered, and takes over one that never was', async () => {
  const key = newKey()
  const answer = await create('six', key)
  await test.db.idempotentRequest.update({
    where: { key },
    data: { status: null, leaseUntil: new Date(Date.now() + 60_000) },
  })
  expect(await create('six', key)).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringMatching(/still being answered/) } },
  })
  await test.db.namespace.deleteMany({ where: { levels: { equals: ['six'] } } })
  await test.db.idempotentRequest.update({ where: { key }, data: { leaseUntil: new Date(Date.now() - 1) } })
  expect(await create('six', key)).toMatchObject({ status: 200, body: answer.body })
}, 30_000)

it('forgets a key whose answer was not final, and all keys after their time', async () => {
  const key = newKey()
  const viewer = (await test.newToken('viewer')).secret
  expect(await create('seven', key, viewer)).toMatchObject({ status: 403 })
  expect(await create('seven', key)).toMatchObject({ status: 200 })
  await test.db.idempotentRequest.update({
    where: { key },
    data: { createdAt: new Date(Date.now() - 36 * 60_000) },
  })
  expect(await create('seven', key)).toMatchObject({ status: 409 })
})
