import { z } from 'zod'
import { maxPasswordLength, minPasswordLength } from '#lib/auth/password-policy.ts'
import { RoleSchema } from '#lib/auth/roles.ts'
import { contract } from '#lib/http/contract.ts'

export const LanguageSchema = z.enum(['ko', 'en'])

export const MeSchema = z
  .object({
    type: z.enum(['user', 'token']),
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    role: RoleSchema,
    language: LanguageSchema.nullable().meta({ description: 'null follows the browser.' }),
    hasPassword: z
      .boolean()
      .meta({ description: 'False until somebody who came by a sign-in link sets one.' }),
  })
  .meta({ id: 'Me' })

export const getMe = contract({
  method: 'GET',
  path: '/api/v1/me',
  role: 'viewer',
  summary: 'Who is signed in',
  tags: ['me'],
  response: MeSchema,
})

export const updateMe = contract({
  method: 'PATCH',
  path: '/api/v1/me',
  role: 'viewer',
  summary: 'Change your own name or language',
  tags: ['me'],
  body: z
    .object({
      name: z.string().trim().min(1).max(100).optional(),
      language: LanguageSchema.nullable().optional(),
    })
    .refine((body) => Object.keys(body).length > 0, 'expected name or language'),
  response: MeSchema,
  audit: 'user.update-self',
})

export const changePassword = contract({
  method: 'PUT',
  path: '/api/v1/me/password',
  role: 'viewer',
  summary: 'Set or change your password',
  description: 'All other sessions end. The current password is asked for when there is one.',
  tags: ['me'],
  body: z.object({
    currentPassword: z.string().max(200).optional(),
    newPassword: z
      .string()
      .min(minPasswordLength, `expected at least ${minPasswordLength} characters`)
      .max(maxPasswordLength, `expected at most ${maxPasswordLength} characters`),
  }),
  response: z.undefined(),
  status: 204,
  audit: 'user.change-password',
})
