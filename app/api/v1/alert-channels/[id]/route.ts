import { deleteChannel, updateChannel } from '#lib/alerts/channels.ts'
import * as alerts from '#lib/api/alerts.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'

export const PUT = route(alerts.updateChannel, async ({ params, body, audit }) => {
  const channel = await updateChannel(database(), params.id, body)
  audit.subject = `alert-channel:${channel.name}`
  audit.details = {
    kind: channel.kind,
    target: channel.target,
    events: channel.events,
    enabled: channel.enabled,
  }
  return channel
})

export const DELETE = route(alerts.deleteChannel, async ({ params, audit }) => {
  const { name, kind, target } = await deleteChannel(database(), params.id)
  audit.subject = `alert-channel:${name}`
  audit.details = { kind, target }
})
