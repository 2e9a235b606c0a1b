import { applyPlan as contract } from '#lib/api/maintenance.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { getPlan } from '#lib/maintenance/plans/list-plans.ts'
import { requestApply } from '#lib/maintenance/plans/request-apply.ts'

export const POST = route(contract, async ({ params, body, actor, requestId, audit }) => {
  const { id, action, summary, table } = await getPlan(database(), actor, params.id, { change: true })
  const request = { planId: id, hash: body.hash, requestedBy: actor.name, requestId }
  const queued = await requestApply(database(), request)
  audit.subject = `plan:${id}`
  audit.details = { ...queued, action, table, files: summary.files, snapshots: summary.snapshotsRemoved }
  return queued
})
