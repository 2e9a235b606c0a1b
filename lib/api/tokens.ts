import { z } from 'zod'
import { RoleSchema } from '#lib/auth/roles.ts'
import { contract } from '#lib/http/contract.ts'
import { PageQuerySchema, pageOf } from '#lib/http/page.ts'

export const TokenSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string().meta({ description: 'How the secret starts, to tell tokens apart.' }),
    role: RoleSchema,
    state: z.enum(['active', 'expired', 'revoked']),
    createdBy: z.object({ id: z.string(), name: z.string() }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable().meta({ description: 'To the minute.' }),
    revokedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Token' })
export type Token = z.infer<typeof TokenSchema>

export const listTokens = contract({
  method: 'GET',
  path: '/api/v1/tokens',
  role: 'viewer',
  summary: 'API tokens: all for an admin, their own for others',
  tags: ['tokens'],
  query: PageQuerySchema.extend({ state: z.enum(['active', 'expired', 'revoked', 'all']).default('active') }),
  response: pageOf(TokenSchema),
})

export const createToken = contract({
  method: 'POST',
  path: '/api/v1/tokens',
  role: 'viewer',
  summary: 'Make an API token',
  description:
    'The secret is in this answer and never again. A token can do no more than its maker: when their role falls, or they leave, so does the token.',
  tags: ['tokens'],
  body: z.object({
    name: z.string().trim().min(1).max(100),
    role: RoleSchema,
    expiresInDays: z.number().int().min(1).max(3_650).optional().meta({ description: 'Without it, no end.' }),
  }),
  response: z.object({ token: TokenSchema, secret: z.string() }),
  status: 201,
  audit: 'token.create',
})

export const revokeToken = contract({
  method: 'DELETE',
  path: '/api/v1/tokens/{id}',
  role: 'viewer',
  summary: 'Revoke an API token',
  tags: ['tokens'],
  params: z.object({ id: z.uuid() }),
  response: z.undefined(),
  status: 204,
  audit: 'token.revoke',
})
