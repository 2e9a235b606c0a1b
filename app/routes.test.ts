import { glob } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openApiDocument } from '#lib/api/document.ts'
import { contracts } from '#lib/api/index.ts'
import type { Contract } from '#lib/http/contract.ts'
import { endpointName } from '#lib/rest-catalog/endpoint.ts'
import { type RestCatalogHandler, serveRestCatalog } from '#lib/rest-catalog/serve.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** Routes that answer without `route()`, each with the reason. */
const unwrapped: Record<string, string> = {
  '/api/auth/[...all]':
    'sign-in itself: better-auth answers, behind handleAuthRequest, which opens four addresses only and audits each',
  '/iceberg/[...path]':
    "Iceberg's REST protocol: serveRestCatalog does for its endpoints what route() does for contracts",
}

interface Exported {
  address: string
  method: string
  handler: unknown
  contract: Contract | undefined
}

const exported: Exported[] = []
for await (const file of glob('**/route.{ts,tsx}', { cwd: import.meta.dirname })) {
  const module: Record<string, unknown> = await import(
    pathToFileURL(path.join(import.meta.dirname, file)).href
  )
  const address = `/${path.dirname(file).replace(/\([^)]*\)\//g, '')}`
  for (const method of methods) {
    const handler = module[method]
    if (handler) {
      exported.push({ address, method, handler, contract: (handler as { contract?: Contract }).contract })
    }
  }
}
const wrapped = exported.filter(({ address }) => !(address in unwrapped))

describe('routes', () => {
  it('are there', () => {
    expect(wrapped.length).toBeGreaterThan(10)
  })

  it.each(wrapped)('$method $address is made by route()', ({ contract }) => {
    expect(contract, 'export const GET = route(contract, handler): see docs/api.md').toBeDefined()
  })

  it.each(wrapped)('$method $address lies where its contract says', ({ address, method, contract }) => {
    expect(`${contract?.method} ${contract?.path}`).toBe(
      `${method} ${address.replaceAll('[', '{').replaceAll(']', '}')}`,
    )
  })

  it('are all in the list of contracts, and each contract has a route', () => {
    const keys = (list: readonly (Contract | undefined)[]) =>
      list.map((contract) => `${contract?.method} ${contract?.path}`).sort()
    expect(keys(contracts)).toEqual(keys(wrapped.map(({ contract }) => contract)))
  })

  it('that answer by themselves still exist', () => {
    expect(Object.keys(unwrapped)).toEqual(
      expect.arrayContaining([
        ...new Set(exported.filter(({ contract }) => !contract).map(({ address }) => address)),
      ]),
    )
  })
})

describe("the Iceberg catalog's route", () => {
  const routes = exported.filter(({ address }) => address === '/iceberg/[...path]')
  const { endpoints }: RestCatalogHandler = serveRestCatalog

  it.each(routes)('$method is answered by serveRestCatalog', ({ handler }) => {
    expect(handler).toBe(serveRestCatalog)
  })

  it('takes each method that an endpoint has', () => {
    expect(routes.map(({ method }) => method)).toEqual(
      expect.arrayContaining([...new Set(endpoints.map(({ method }) => method))]),
    )
  })

  it.each(endpoints.map((one) => ({ name: endpointName(one), ...one })))(
    '$name changes something for engineers only, and leaves an audit row',
    ({ method, role, audit, path: address }) => {
      // Signing in is the one thing that anybody may ask for.
      if (role === 'public') expect(address).toBe('/v1/oauth/tokens')
      else expect(role).toBe(audit ? 'engineer' : 'viewer')
      expect(audit !== undefined).toBe(method !== 'GET' && method !== 'HEAD')
    },
  )
})

const SchemaObject = z.union([
  z.boolean(),
  z.looseObject({ $ref: z.string().startsWith('#/components/').optional() }),
])
const MediaTypes = z.record(z.string().regex(/^[\w.+-]+\/[\w.+-]+$/), z.object({ schema: SchemaObject }))
const Operation = z.strictObject({
  operationId: z.string().regex(/^[a-z][A-Za-z0-9]*$/),
  summary: z.string().min(3),
  description: z.string(),
  tags: z.array(z.string()).min(1),
  'x-firn-role': z.enum(['public', 'viewer', 'engineer', 'admin']),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z
    .array(
      z.discriminatedUnion('in', [
        z.looseObject({
          in: z.literal('path'),
          name: z.string(),
          required: z.literal(true),
          schema: SchemaObject,
        }),
        z.looseObject({ in: z.literal('query'), name: z.string(), schema: SchemaObject }),
      ]),
    )
    .optional(),
  requestBody: z.object({ required: z.literal(true), content: MediaTypes }).optional(),
  responses: z.record(
    z.string().regex(/^([1-5]\d\d|default)$/),
    z.object({ description: z.string().min(1), content: MediaTypes.optional() }),
  ),
})
/** What OpenAPI 3.1 asks of the parts that we use (its sections 4.8.1 to 4.8.24). */
const OpenApiSchema = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.object({ title: z.string(), version: z.string() }),
  servers: z.array(z.object({ url: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  paths: z.record(
    z.string().startsWith('/'),
    z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), Operation),
  ),
  components: z.object({
    schemas: z.record(z.string().regex(/^[\w.-]+$/), SchemaObject),
    securitySchemes: z.object({
      token: z.object({ type: z.literal('http') }),
      session: z.object({ type: z.literal('apiKey') }),
    }),
  }),
})

describe('the OpenAPI document', () => {
  const document = openApiDocument()

  it('has the form that OpenAPI 3.1 asks for', () => {
    const parsed = OpenApiSchema.safeParse(JSON.parse(JSON.stringify(document)))
    expect(parsed.error && z.prettifyError(parsed.error)).toBeUndefined()
  })

  it('has every route', () => {
    for (const { path: address, method } of contracts) {
      expect(document.paths?.[address], address).toHaveProperty(method.toLowerCase())
    }
  })

  it('names each path parameter of each route', () => {
    for (const { path: address, method } of contracts) {
      const named = [...address.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
      const operation = document.paths?.[address]?.[method.toLowerCase() as 'get']
      const described = (operation?.parameters ?? [])
        .filter((parameter) => 'in' in parameter && parameter.in === 'path')
        .map((parameter) => ('name' in parameter ? parameter.name : ''))
      expect(described.sort(), `${method} ${address}`).toEqual(named.sort())
    }
  })

  it('gives each operation an id of its own', () => {
    const ids = Object.values(document.paths ?? {}).flatMap((item) =>
      Object.values(item as Record<string, { operationId?: string }>).map(({ operationId }) => operationId),
    )
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('refers to nothing that is not there', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)]
    expect(references.length).toBeGreaterThan(0)
    for (const [, name] of references) expect(document.components?.schemas).toHaveProperty(name ?? '')
  })
})
