import * as contracts from '#lib/api/sources.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { deleteSource } from '#lib/ingest/delete-source.ts'
import { getSource } from '#lib/ingest/list-sources.ts'
import { assertSourceAccess } from '#lib/ingest/source-access.ts'
import { updateSource } from '#lib/ingest/update-source.ts'

export const GET = route(contracts.getSource, async ({ params, actor }) => {
  await assertSourceAccess(database(), actor, params.id, { change: false })
  return getSource(database(), params.id)
})

export const PATCH = route(contracts.updateSource, async ({ params, body, actor, audit }) => {
  await assertSourceAccess(database(), actor, params.id, { change: true })
  await updateSource(database(), params.id, body)
  audit.subject = `source:${params.id}`
  audit.details = body
  return getSource(database(), params.id)
})

export const DELETE = route(contracts.deleteSource, async ({ params, actor, audit }) => {
  await assertSourceAccess(database(), actor, params.id, { change: true })
  await deleteSource(database(), params.id)
  audit.subject = `source:${params.id}`
})
