import { afterAll, beforeAll, expect, it } from 'vitest'
import { closePreviewEngine } from '#lib/catalogs/preview-engine.ts'
import { callRoute, signInAs } from '../../../../../../../../../../e2e/harness/call-route.ts'
import { createTestLakehouse, type Lakehouse } from '../../../../../../../../../../e2e/harness/lakehouse.ts'
import { GET } from './route.ts'

let house: Lakehouse
let cookie: string

beforeAll(async () => {
  // The environment is read once: this file has it to itself.
  Object.assign(process.env, { LOG_LEVEL: 'silent', PREVIEW_MEMORY_LIMIT: '1MB' })
  house = await createTestLakehouse()
  Object.assign(process.env, { WAREHOUSE_LOCATION: `file://${house.directory}/warehouse` })
  ;({ cookie } = await signInAs('viewer'))
})
afterAll(async () => {
  await closePreviewEngine()
  await house.close()
})

it('rows that need more memory than a preview has are refused with what to do', async () => {
  await house.append([{ at: '2025-07-01T01:00:00+09:00', user: 'ann' }])
  const params = { catalog: 'firn', namespace: 'recipe_analytics', table: 'user_events_silver' }
  expect(await callRoute(GET, { cookie, params })).toMatchObject({
    status: 413,
    body: { detail: expect.stringMatching(/more than the 1MB .* Raise PREVIEW_MEMORY_LIMIT/) },
  })
})
