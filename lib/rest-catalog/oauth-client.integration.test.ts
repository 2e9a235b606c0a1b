import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createApiToken } from '#lib/auth/api-token.ts'
import { createRestWorkspace, type RestWorkspace } from '../../e2e/harness/rest-workspace.ts'
import { pythonWithPyIceberg } from '../../scripts/servers/python.ts'
import { runProgram, summaryOf } from '../../scripts/servers/run-program.ts'

/** PyIceberg with `credential` instead of a token. */

let rest: RestWorkspace
let python: string

beforeAll(async () => {
  rest = await createRestWorkspace()
  python = await pythonWithPyIceberg()
  await rest.call('POST', '/v1/firn/namespaces', { body: { namespace: ['closed'] } })
  const view = {
    name: 'daily',
    schema: { type: 'struct', 'schema-id': 0, fields: [{ id: 1, name: 'n', required: false, type: 'long' }] },
    'view-version': {
      'version-id': 1,
      'schema-id': 0,
      'timestamp-ms': 1,
      summary: {},
      'default-namespace': ['closed'],
      representations: [{ type: 'sql', sql: 'select 1 as n', dialect: 'spark' }],
    },
    properties: {},
  }
  const made = await rest.call('POST', '/v1/firn/namespaces/closed/views', { body: view })
  expect(made.status).toBe(200)
}, 600_000)
afterAll(() => rest.close())

async function signIn(credential: string): Promise<unknown> {
  const script = fileURLToPath(new URL('oauth_client.py', import.meta.url))
  const result = await runProgram(python, [script, rest.server.url, credential])
  expect(result.code, summaryOf(result)).toBe(0)
  return JSON.parse(result.output.trim().split('\n').at(-1) ?? '')
}

it('signs in with the id and the secret of an API token', async () => {
  const { row, secret } = await createApiToken({ name: 'py', role: 'viewer', createdBy: 'system:test' })
  expect(await signIn(`${row.id}:${secret}`)).toEqual({
    namespaces: [['closed']],
    views: [['closed', 'daily']],
  })
  expect(await signIn(secret)).toMatchObject({ namespaces: [['closed']] })
}, 120_000)

it('is told why it may not', async () => {
  const { row } = await createApiToken({ name: 'py', role: 'viewer', createdBy: 'system:test' })
  expect(await signIn(`${row.id}:firn_wrong`)).toEqual({ refused: expect.stringMatching(/invalid_client/) })
}, 120_000)
