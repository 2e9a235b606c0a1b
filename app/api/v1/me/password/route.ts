import * as me from '#lib/api/me.ts'
import { changePassword } from '#lib/auth/users/change-password.ts'
import { route } from '#lib/http/route.ts'

export const PUT = route(me.changePassword, async ({ body, actor, request, audit }) => {
  await changePassword(request.headers, body)
  audit.subject = `user:${actor.id}`
})
