import * as users from '#lib/api/users.ts'
import { createSignInLinkFor } from '#lib/auth/sign-in-link.ts'
import { createUser } from '#lib/auth/users/create-user.ts'
import { listUsers } from '#lib/auth/users/list-users.ts'
import { toUser } from '#lib/auth/users/to-user.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(users.listUsers, ({ query }) => listUsers(query))

export const POST = route(users.createUser, async ({ body, audit }) => {
  const user = await createUser(body)
  audit.subject = `user:${user.id}`
  audit.details = { email: user.email, role: user.role }
  return { user: toUser(user), signInLink: await createSignInLinkFor(user.email) }
})
