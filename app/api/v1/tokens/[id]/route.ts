import { revokeToken } from '#lib/api/tokens.ts'
import { makerIdOf, revokeApiToken } from '#lib/auth/api-token.ts'
import { route } from '#lib/http/route.ts'

export const DELETE = route(revokeToken, async ({ params, actor, audit }) => {
  audit.subject = `token:${params.id}`
  audit.details = await revokeApiToken(params.id, actor.role === 'admin' ? undefined : makerIdOf(actor))
})
