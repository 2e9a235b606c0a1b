import { getPolicy } from '#lib/api/maintenance-policies.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { policyDetail } from '#lib/maintenance/policy/policy-detail.ts'
import { getPolicyScope } from '#lib/maintenance/policy/policy-scope.ts'

export const GET = route(getPolicy, async ({ query, actor }) =>
  policyDetail(database(), await getPolicyScope(database(), query, actor)),
)
