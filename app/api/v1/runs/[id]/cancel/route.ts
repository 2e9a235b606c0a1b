import { cancelRun as contract } from '#lib/api/runs.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { getRun } from '#lib/runs/get-run.ts'
import { requestCancel } from '#lib/runs/request-cancel.ts'

export const POST = route(contract, async ({ params, actor, audit }) => {
  await getRun(database(), actor, params.id, { change: true })
  await requestCancel(database(), params.id, actor.name)
  audit.subject = `run:${params.id}`
  const { details: _details, events: _events, ...run } = await getRun(database(), actor, params.id)
  return run
})
