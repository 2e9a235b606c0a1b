import { createUserSignInLink } from '#lib/api/users.ts'
import { createSignInLinkFor } from '#lib/auth/sign-in-link.ts'
import { getUser } from '#lib/auth/users/get-user.ts'
import { resetPassword } from '#lib/auth/users/reset-password.ts'
import { route } from '#lib/http/route.ts'

export const POST = route(createUserSignInLink, async ({ params, body, audit }) => {
  const { id, email } = await getUser(params.id)
  if (body.resetPassword) await resetPassword(id)
  audit.subject = `user:${id}`
  audit.details = { email, resetPassword: body.resetPassword }
  return createSignInLinkFor(email)
})
