import { purgeQuarantine as contract } from '#lib/api/maintenance.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { assertMayChange } from '#lib/maintenance/quarantine/list-quarantine.ts'
import { requestPurge } from '#lib/maintenance/quarantine/request-purge.ts'

export const POST = route(contract, async ({ body, actor, requestId, audit }) => {
  const { confirm: _, ...selection } = body
  await assertMayChange(database(), actor, selection)
  const request = {
    selection,
    trigger: 'manual' as const,
    requestedBy: actor.name,
    requestId,
    title: 'quarantine',
  }
  const queued = await requestPurge(database(), request)
  audit.subject = `run:${queued.runId}`
  audit.details = { selection, started: queued.started }
  return queued
})
