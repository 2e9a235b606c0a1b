import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'
import { PageQuerySchema, pageOf } from '#lib/http/page.ts'

const name = z.string().min(1).max(256)
const CatalogParams = z.object({ catalog: name })

const Privilege = z.enum(['read', 'write']).meta({
  id: 'Privilege',
  description: 'read: see it and read it; write: change it, too, as far as the role allows.',
})
const Namespace = name.meta({
  description: 'Levels joined by "."; by U+001F where a level has a dot itself.',
})

export const GrantSchema = z
  .object({
    id: z.uuid(),
    subject: z.object({ type: z.enum(['user', 'token']), id: z.string(), name: z.string() }),
    namespace: Namespace,
    table: z.string().nullable().meta({ description: 'null: the grant is on the whole namespace.' }),
    privilege: Privilege,
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Grant' })
export type GrantItem = z.infer<typeof GrantSchema>

const path = '/api/v1/catalogs/{catalog}/grants' as const

export const listGrants = contract({
  method: 'GET',
  path,
  role: 'admin',
  summary: 'Grants on the namespaces and tables of a catalog',
  description:
    'Something without grants is open to everybody, as far as their role goes. Something with grants is seen by admins and those granted only; the nearest one decides: the table, its namespace, the namespace above.',
  tags: ['grants'],
  params: CatalogParams,
  query: PageQuerySchema.pick({ cursor: true, limit: true }),
  response: pageOf(GrantSchema),
})

export const createGrant = contract({
  method: 'POST',
  path,
  role: 'admin',
  summary: 'Grant a person or a token a namespace or a table',
  description:
    'Granting the same subject the same thing again replaces the privilege. The first grant on something closes it to everybody else but admins.',
  tags: ['grants'],
  params: CatalogParams,
  body: z.object({
    subject: z.discriminatedUnion('type', [
      z.object({ type: z.literal('user'), id: z.string().min(1).max(100) }),
      z.object({ type: z.literal('token'), id: z.uuid() }),
    ]),
    namespace: Namespace,
    table: name.optional(),
    privilege: Privilege,
  }),
  response: GrantSchema,
  status: 201,
  audit: 'grant.create',
})

export const deleteGrant = contract({
  method: 'DELETE',
  path: `${path}/{id}`,
  role: 'admin',
  summary: 'Take back a grant',
  description: 'Taking back the last grant on something opens it to everybody again.',
  tags: ['grants'],
  params: CatalogParams.extend({ id: z.uuid() }),
  response: z.undefined(),
  status: 204,
  audit: 'grant.delete',
})
