import { z } from 'zod'
import { type Endpoint, endpoint, endpointName } from './endpoint.ts'
import { idempotencyKeyLifetime } from './idempotency.ts'
import { jsonAnswer } from './json-answer.ts'

const ConfigQuery = z.looseObject({ warehouse: z.string().max(2_000).optional() })

/** `/v1/config`: which catalog the caller talks to, and exactly the endpoints that are `served`. */
export const configEndpoint = (served: () => readonly Endpoint[]): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/config',
    role: 'viewer',
    query: ConfigQuery,
    handle: async ({ catalog }) =>
      jsonAnswer({
        defaults: {},
        overrides: { prefix: encodeURIComponent(catalog.name) },
        endpoints: served().map(endpointName),
        'idempotency-key-lifetime': idempotencyKeyLifetime,
      }),
  })
