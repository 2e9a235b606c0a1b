import { testChannel } from '#lib/alerts/channels.ts'
import * as alerts from '#lib/api/alerts.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'

export const POST = route(alerts.testChannel, async ({ body, audit }) => {
  audit.subject = body.id === undefined ? 'alert-channel:new' : `alert-channel:${body.id}`
  audit.details = { kind: body.target.kind }
  return { milliseconds: await testChannel(database(), body) }
})
