import * as users from '#lib/api/users.ts'
import { deleteUser } from '#lib/auth/users/delete-user.ts'
import { getUser } from '#lib/auth/users/get-user.ts'
import { toUser } from '#lib/auth/users/to-user.ts'
import { updateUser } from '#lib/auth/users/update-user.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(users.getUser, async ({ params }) => toUser(await getUser(params.id)))

export const PATCH = route(users.updateUser, async ({ params, body, actor, audit }) => {
  const user = await updateUser(params.id, body, actor)
  audit.subject = `user:${user.id}`
  audit.details = { email: user.email, ...body }
  return toUser(user)
})

export const DELETE = route(users.deleteUser, async ({ params, actor, audit }) => {
  audit.subject = `user:${params.id}`
  audit.details = await deleteUser(params.id, actor)
})
