import type { Contract } from '#lib/http/contract.ts'
import * as alerts from './alerts.ts'
import * as analytics from './analytics.ts'
import * as audit from './audit.ts'
import * as catalogChanges from './catalog-changes.ts'
import * as catalogConnections from './catalog-connections.ts'
import * as catalogs from './catalogs.ts'
import * as compare from './compare.ts'
import * as evolution from './evolution.ts'
import * as grants from './grants.ts'
import * as maintenance from './maintenance.ts'
import * as maintenanceHealth from './maintenance-health.ts'
import * as maintenancePolicies from './maintenance-policies.ts'
import * as me from './me.ts'
import * as metrics from './metrics.ts'
import * as openapi from './openapi.ts'
import * as pipelines from './pipelines.ts'
import * as preview from './preview.ts'
import * as readiness from './readiness.ts'
import * as runs from './runs.ts'
import * as snapshots from './snapshots.ts'
import * as sources from './sources.ts'
import * as system from './system.ts'
import * as tableProperties from './table-properties.ts'
import * as tokens from './tokens.ts'
import * as users from './users.ts'

/** One line per area: what is not here is not in the OpenAPI document, and a test fails. */
const areas = [
  alerts,
  analytics,
  audit,
  catalogChanges,
  catalogConnections,
  catalogs,
  compare,
  evolution,
  grants,
  maintenance,
  maintenanceHealth,
  maintenancePolicies,
  me,
  metrics,
  openapi,
  pipelines,
  preview,
  readiness,
  runs,
  snapshots,
  sources,
  system,
  tableProperties,
  tokens,
  users,
]

const isContract = (value: unknown): value is Contract =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'response' in value

/** Every route's contract, by path. */
export const contracts: readonly Contract[] = areas
  .flatMap((area) => Object.values<unknown>(area).filter(isContract))
  .sort((one, other) => one.path.localeCompare(other.path))
