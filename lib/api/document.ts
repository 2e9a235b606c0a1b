import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import type { Contract } from '#lib/http/contract.ts'
import { ProblemSchema } from '#lib/http/problem.ts'
import { contracts } from './index.ts'

let made: ReturnType<typeof createDocument> | undefined

/** The OpenAPI 3.1 document of all routes, made of the very contracts that they are run by. */
export function openApiDocument(): ReturnType<typeof createDocument> {
  made ??= createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Firn',
      version: '1',
      description:
        'Lists page by `cursor` and answer `{items, nextCursor}`. 64-bit integers are strings. Errors are problem documents (RFC 9457) with a request id. A change with a session cookie needs the header Origin of Firn itself.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    paths: paths(),
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token: `firn_…`' },
        session: { type: 'apiKey', in: 'cookie', name: 'firn.session_token' },
      },
    },
  })
  return made
}

function paths(): ZodOpenApiPathsObject {
  const byPath: ZodOpenApiPathsObject = {}
  for (const contract of contracts) {
    byPath[contract.path] = { ...byPath[contract.path], [contract.method.toLowerCase()]: operation(contract) }
  }
  return byPath
}

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ProblemSchema } },
})

function operation(contract: Contract): ZodOpenApiOperationObject {
  const status = `${contract.status ?? 200}` as const
  const open = contract.role === 'public'
  const others = Object.fromEntries(
    (contract.alsoProduces ?? []).map((type) => [type, { schema: z.string() }] as const),
  )
  return {
    operationId: operationId(contract),
    summary: contract.summary,
    description: [contract.description, open ? 'Open to everybody.' : `Needs the role ${contract.role}.`]
      .filter(Boolean)
      .join('\n\n'),
    tags: [...contract.tags],
    'x-firn-role': contract.role,
    ...(open ? { security: [] } : {}),
    requestParams: {
      ...(contract.params instanceof z.ZodObject ? { path: contract.params } : {}),
      ...(contract.query instanceof z.ZodObject ? { query: contract.query } : {}),
    },
    ...(contract.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: contract.body } } } }
      : {}),
    responses: {
      [status]:
        status === '204'
          ? { description: 'Done' }
          : {
              description: 'Success',
              content: { 'application/json': { schema: contract.response }, ...others },
            },
      ...(open ? {} : { '401': problem('Not signed in'), '403': problem('The role does not allow it') }),
      default: problem('What failed, why, and what to do'),
    },
  }
}

/** `GET /api/v1/users/{id}` → `getUsersById`: stable and unique, for generated clients. */
const operationId = ({ method, path }: Contract): string =>
  method.toLowerCase() +
  path
    .replace('/api/v1', '')
    .split(/[/.-]/)
    .filter(Boolean)
    .map((part) => (part.startsWith('{') ? `By${capital(part.slice(1, -1))}` : capital(part)))
    .join('')

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
