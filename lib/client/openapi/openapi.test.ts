import { describe, expect, it } from 'vitest'
import { openApiDocument } from '#lib/api/document.ts'
import { curlExample } from './curl-example.ts'
import { endpointsOf, OpenApiSchema } from './document.ts'
import { typeText } from './type-text.ts'

const document = OpenApiSchema.parse(JSON.parse(JSON.stringify(openApiDocument())))
const schemas = document.components?.schemas ?? {}
const endpoints = endpointsOf(document)
const find = (method: string, path: string) => {
  const found = endpoints.find((endpoint) => endpoint.method === method && endpoint.path === path)
  if (!found) throw new Error(`no ${method} ${path}`)
  return found
}

describe('the API page', () => {
  it('can draw every endpoint of the document', () => {
    expect(endpoints.length).toBeGreaterThan(20)
    expect(new Set(endpoints.map(({ id }) => id)).size).toBe(endpoints.length)
    for (const endpoint of endpoints) {
      if (endpoint.answer) expect(typeText(endpoint.answer, schemas)).not.toBe('')
      expect(curlExample(endpoint, 'http://firn', schemas)).toContain('curl ')
    }
  })

  it('writes a body with its required fields and named types', () => {
    const { body } = find('post', '/api/v1/users')
    const text = typeText(body ?? {}, schemas)
    expect(text).toContain('email: string (email)')
    expect(text).toContain('role: "viewer" | "engineer" | "admin"')
  })

  it('shows how to call from a shell', () => {
    expect(curlExample(find('post', '/api/v1/users'), 'http://firn', schemas)).toBe(
      [
        `curl -X POST 'http://firn/api/v1/users' \\`,
        `  -H "Authorization: Bearer $FIRN_TOKEN" \\`,
        `  -H 'Content-Type: application/json' \\`,
        `  -d '{"email":"name@company.com","name":"…","role":"viewer"}'`,
      ].join('\n'),
    )
    expect(curlExample(find('get', '/api/v1/users/{id}'), 'http://firn', schemas)).toContain(
      `curl 'http://firn/api/v1/users/ID'`,
    )
  })
})

it('stops at schemas that contain themselves', () => {
  const node = { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' } } }
  expect(typeText({ $ref: '#/components/schemas/Node' }, { Node: node })).toBe('{\n  next?: Node\n}')
})
