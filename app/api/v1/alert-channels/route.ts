import { createChannel, listChannels, usableKinds } from '#lib/alerts/channels.ts'
import * as alerts from '#lib/api/alerts.ts'
import { database } from '#lib/db.ts'
import { pageOfList } from '#lib/http/page.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(alerts.listChannels, async ({ query }) => ({
  ...pageOfList(await listChannels(database(), query.filter), query, (channel) => channel),
  kinds: usableKinds(),
}))

export const POST = route(alerts.createChannel, async ({ body, actor, audit }) => {
  const channel = await createChannel(database(), body, actor.name)
  audit.subject = `alert-channel:${channel.name}`
  audit.details = { kind: channel.kind, target: channel.target, events: channel.events }
  return channel
})
