import { z } from 'zod'
import { RoleSchema } from '#lib/auth/roles.ts'
import { contract } from '#lib/http/contract.ts'
import { PageQuerySchema, pageOf } from '#lib/http/page.ts'

export const UserSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: RoleSchema,
    banned: z.boolean(),
    banReason: z.string().nullable(),
    language: z.string().nullable(),
    hasPassword: z
      .boolean()
      .meta({ description: 'False until a new person sets one after their sign-in link.' }),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'Last renewal of a session that is still open.' }),
  })
  .meta({ id: 'User' })
export type User = z.infer<typeof UserSchema>

export const SignInLinkSchema = z
  .object({
    url: z
      .url()
      .meta({ description: 'Works once. Hand it over to the person it is for, and to nobody else.' }),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'SignInLink' })

const NameSchema = z.string().trim().min(1).max(100)
const UserIdSchema = z.object({ id: z.string().min(1).max(64) })

export const listUsers = contract({
  method: 'GET',
  path: '/api/v1/users',
  role: 'admin',
  summary: 'People with an account',
  tags: ['users'],
  query: PageQuerySchema.extend({ role: RoleSchema.optional() }),
  response: pageOf(UserSchema),
})

export const createUser = contract({
  method: 'POST',
  path: '/api/v1/users',
  role: 'admin',
  summary: 'Add a person',
  description:
    'Answers with a one-time sign-in link to hand over; the person sets a password after using it.',
  tags: ['users'],
  body: z.object({ email: z.email().max(254), name: NameSchema, role: RoleSchema }),
  response: z.object({ user: UserSchema, signInLink: SignInLinkSchema }),
  status: 201,
  audit: 'user.create',
})

export const getUser = contract({
  method: 'GET',
  path: '/api/v1/users/{id}',
  role: 'admin',
  summary: 'A person',
  tags: ['users'],
  params: UserIdSchema,
  response: UserSchema,
})

export const updateUser = contract({
  method: 'PATCH',
  path: '/api/v1/users/{id}',
  role: 'admin',
  summary: 'Change name or role, ban or let in again',
  description: 'A ban ends the sessions and suspends the tokens of that person. The last admin stays one.',
  tags: ['users'],
  params: UserIdSchema,
  body: z
    .object({
      name: NameSchema.optional(),
      role: RoleSchema.optional(),
      banned: z.boolean().optional(),
      banReason: z.string().trim().max(500).optional(),
    })
    .refine((body) => Object.keys(body).length > 0, 'expected at least one of name, role, banned'),
  response: UserSchema,
  audit: 'user.update',
})

export const deleteUser = contract({
  method: 'DELETE',
  path: '/api/v1/users/{id}',
  role: 'admin',
  summary: 'Remove a person',
  description: 'Ends their sessions and revokes their tokens. One cannot remove oneself or the last admin.',
  tags: ['users'],
  params: UserIdSchema,
  response: z.undefined(),
  status: 204,
  audit: 'user.delete',
})

export const createUserSignInLink = contract({
  method: 'POST',
  path: '/api/v1/users/{id}/sign-in-link',
  role: 'admin',
  summary: 'Make a new one-time sign-in link',
  description: 'With `resetPassword` the old password and all sessions end, and the person sets a new one.',
  tags: ['users'],
  params: UserIdSchema,
  body: z.object({ resetPassword: z.boolean().default(false) }),
  response: SignInLinkSchema,
  status: 201,
  audit: 'user.create-sign-in-link',
})
