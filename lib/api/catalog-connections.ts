import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'
import { PageQuerySchema, pageOf } from '#lib/http/page.ts'

const tags = ['catalogs']

const UriSchema = z
  .url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' })
  .max(2_000)
  .overwrite((uri) => uri.replace(/\/+$/, ''))

const SecretSchema = z.string().min(1).max(10_000)
const LineSchema = z.string().trim().max(1_000)

const oauthFacts = {
  clientId: LineSchema.min(1),
  scope: LineSchema.optional().meta({ description: 'Default `catalog`.' }),
  serverUri: UriSchema.optional().meta({
    description: 'Token endpoint; the catalog’s own /v1/oauth/tokens when left out.',
  }),
}

/** How Firn signs in to a catalog, without its secret. */
export const CredentialFactsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('bearer') }),
  z.object({ kind: z.literal('oauth'), ...oauthFacts }),
])
export type CredentialFacts = z.infer<typeof CredentialFactsSchema>

/** The same with its secret, which may be left out where one is stored already. */
const CredentialSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('bearer'), token: SecretSchema.optional() }),
  z.object({ kind: z.literal('oauth'), ...oauthFacts, clientSecret: SecretSchema.optional() }),
])

const target = {
  uri: UriSchema.meta({ description: 'Base address; clients add /v1/… to it.' }),
  warehouse: LineSchema.default('').meta({ description: 'Empty where the server has only one.' }),
  credential: CredentialSchema,
}
const TargetSchema = z.object(target)
export type ConnectionTarget = z.infer<typeof TargetSchema>

export const ConnectionSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    uri: z.string(),
    warehouse: z.string(),
    credential: CredentialFactsSchema,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({
    id: 'CatalogConnection',
    description: 'A connection to another REST catalog. Secrets never leave.',
  })
export type Connection = z.infer<typeof ConnectionSchema>

const path = '/api/v1/catalog-connections'
const params = z.object({ id: z.uuid() })

export const listConnections = contract({
  method: 'GET',
  path,
  role: 'admin',
  summary: 'Connections to other REST catalogs',
  tags,
  query: PageQuerySchema.pick({ cursor: true, limit: true, filter: true }),
  response: pageOf(ConnectionSchema),
})

export const createConnection = contract({
  method: 'POST',
  path,
  role: 'admin',
  summary: 'Add a connection to another REST catalog',
  description: 'Its tables appear under /api/v1/catalogs/{name}. The secret is kept encrypted.',
  tags,
  body: z.object({
    name: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9_-]{0,62}$/,
        'expected 1 to 63 lower-case letters, digits, - or _, beginning with a letter or digit',
      ),
    ...target,
  }),
  response: ConnectionSchema,
  status: 201,
  audit: 'catalog.create',
})

export const updateConnection = contract({
  method: 'PUT',
  path: `${path}/{id}`,
  role: 'admin',
  summary: 'Change a connection',
  description:
    'A secret that is left out stays, unless the address it is sent to changes: then it has to be entered again.',
  tags,
  params,
  body: TargetSchema,
  response: ConnectionSchema,
  audit: 'catalog.update',
})

export const deleteConnection = contract({
  method: 'DELETE',
  path: `${path}/{id}`,
  role: 'admin',
  summary: 'Remove a connection',
  description: 'Firn forgets the catalog and its secret. Nothing is changed in the catalog itself.',
  tags,
  params,
  response: z.undefined(),
  status: 204,
  audit: 'catalog.delete',
})

export const testConnection = contract({
  method: 'POST',
  path: `${path}/test`,
  role: 'admin',
  summary: 'Try a connection: sign in, read its configuration, list its namespaces',
  tags,
  body: TargetSchema.extend({
    id: z
      .uuid()
      .optional()
      .meta({ description: 'Of a stored connection, whose secret is used if none is given.' }),
  }),
  response: z.object({
    milliseconds: z.int(),
    /** Top-level namespaces. */
    namespaces: z.int(),
    /** Endpoints that Firn uses and the server does not declare. */
    missingEndpoints: z.array(z.string()),
  }),
  audit: 'catalog.test',
})
