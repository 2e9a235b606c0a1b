import * as tokens from '#lib/api/tokens.ts'
import { createToken } from '#lib/auth/tokens/create-token.ts'
import { listTokens } from '#lib/auth/tokens/list-tokens.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(tokens.listTokens, ({ query, actor }) => listTokens(query, actor))

export const POST = route(tokens.createToken, async ({ body, actor, audit }) => {
  const created = await createToken(body, actor)
  audit.subject = `token:${created.token.id}`
  audit.details = body
  return created
})
