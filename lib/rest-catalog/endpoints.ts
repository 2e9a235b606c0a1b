import { configEndpoint } from './config.ts'
import type { Endpoint } from './endpoint.ts'
import { metricsEndpoint } from './metrics.ts'
import { namespaceEndpoints } from './namespaces.ts'
import { tokenEndpoint } from './oauth-token.ts'
import { tableEndpoints } from './tables.ts'
import { viewEndpoints } from './views.ts'

/** Everything that is served: the router, `/v1/config` and the tests read this one list. */
export const endpoints: readonly Endpoint[] = [
  configEndpoint(() => endpoints),
  tokenEndpoint,
  ...namespaceEndpoints,
  ...tableEndpoints,
  ...viewEndpoints,
  metricsEndpoint,
]
