import * as contracts from '#lib/api/maintenance-policies.ts'
import { database } from '#lib/db.ts'
import { pageOfList } from '#lib/http/page.ts'
import { route } from '#lib/http/route.ts'
import { assertColumns } from '#lib/maintenance/policy/assert-columns.ts'
import { listPolicies } from '#lib/maintenance/policy/list-policies.ts'
import { policyDetail } from '#lib/maintenance/policy/policy-detail.ts'
import { assertMayChange, getPolicyScope, scopeText } from '#lib/maintenance/policy/policy-scope.ts'
import { savePolicy } from '#lib/maintenance/policy/save-policy.ts'

export const GET = route(contracts.listPolicies, async ({ query, actor }) =>
  pageOfList(await listPolicies(database(), actor), query, (item) => item),
)

export const PUT = route(contracts.putPolicy, async ({ query, body, actor, audit }) => {
  const scope = await getPolicyScope(database(), query, actor)
  await assertMayChange(database(), scope, actor)
  assertColumns(scope.schema, body.overrides)
  await savePolicy(database(), scope, { ...body, by: actor.name })
  audit.subject = `maintenance-policy:${scopeText(scope)}`
  audit.details = body
  return policyDetail(database(), scope)
})

export const DELETE = route(contracts.deletePolicy, async ({ query, actor, audit }) => {
  const scope = await getPolicyScope(database(), query, actor)
  await assertMayChange(database(), scope, actor)
  await savePolicy(database(), scope, { preset: null, overrides: {}, by: actor.name })
  audit.subject = `maintenance-policy:${scopeText(scope)}`
})
