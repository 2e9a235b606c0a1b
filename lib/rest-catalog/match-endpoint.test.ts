import { describe, expect, it } from 'vitest'
import { endpointName } from './endpoint.ts'
import { endpoints } from './endpoints.ts'
import { matchEndpoint } from './match-endpoint.ts'
import { namespaceLevels } from './namespace-text.ts'

const match = (method: string, address: string) => {
  const found = matchEndpoint(endpoints, method, new URL(`http://firn.test/iceberg${address}`).pathname)
  return 'endpoint' in found ? { name: endpointName(found.endpoint), params: found.params } : found
}

describe('matchEndpoint', () => {
  it('keeps every character of a name', () => {
    expect(match('GET', '/v1/firn/namespaces/shop%1Fa%2Fb.c+d%2B%20%EB%B0%A9')).toEqual({
      name: 'GET /v1/{prefix}/namespaces/{namespace}',
      params: { prefix: 'firn', namespace: 'shop\u001Fa/b.c d+ 방' },
    })
  })

  it.each([
    ['GET', '/v1/firn/nothing', []],
    ['GET', '/v1/firn/namespaces//properties', []],
    ['GET', '/v2/config', []],
    ['PUT', '/v1/config', ['GET']],
    ['PUT', '/v1/firn/namespaces/a', ['GET', 'HEAD', 'DELETE']],
  ])('does not serve %s %s', (method, address, allowed) => {
    expect(match(method, address)).toEqual({ allowed })
  })

  it('refuses a broken encoding', () => {
    expect(() => match('GET', '/v1/firn/namespaces/%E0%A4')).toThrowError(/percent-encoding/)
  })

  it('finds each declared endpoint, and each only once', () => {
    for (const { method, path } of endpoints) {
      expect(match(method, path.replace(/\{(\w+)\}/g, '$1'))).toMatchObject({ name: `${method} ${path}` })
    }
    expect(new Set(endpoints.map(endpointName)).size).toBe(endpoints.length)
  })
})

describe('namespaceLevels', () => {
  it('splits at the unit separator only', () => {
    expect(namespaceLevels('a.b\u001Fc')).toEqual(['a.b', 'c'])
  })
  it.each(['', '\u001F', 'a\u001F', 'a\u001F\u001Fb'])('refuses %j', (text) => {
    expect(() => namespaceLevels(text)).toThrowError(/empty level/)
  })
})
