import { getMe, updateMe } from '#lib/api/me.ts'
import { describeActor } from '#lib/auth/describe-actor.ts'
import { updateSelf } from '#lib/auth/users/update-self.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(getMe, ({ actor }) => describeActor(actor))

export const PATCH = route(updateMe, async ({ body, actor, audit }) => {
  await updateSelf(body, actor)
  audit.subject = `user:${actor.id}`
  audit.details = body
  return describeActor(actor)
})
