import { z } from 'zod'
import { namespaceSubject } from '#lib/catalogs/table-reference.ts'
import { TextMapJson } from '#lib/iceberg/spec/json.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { emptyAnswer, jsonAnswer } from './json-answer.ts'
import { namespaceLevels } from './namespace-text.ts'
import { cutPage, PageQuery, pageBounds } from './page-query.ts'

const list = endpoint({
  method: 'GET',
  path: '/v1/{prefix}/namespaces',
  role: 'viewer',
  query: PageQuery.extend({ parent: z.string().max(4_000).optional() }),
  handle: async ({ catalog, query }) => {
    const bounds = pageBounds(query)
    // An empty parent counts as none (the protocol asks for it).
    const parent = query.parent ? namespaceLevels(query.parent) : []
    const found = await catalog.listNamespaces(parent, bounds)
    const { items, nextPageToken } = cutPage(found, bounds, ({ levels }) => levels)
    return jsonAnswer({
      namespaces: items.map(({ levels }) => levels),
      'next-page-token': nextPageToken,
    })
  },
})

const create = endpoint({
  method: 'POST',
  path: '/v1/{prefix}/namespaces',
  role: 'engineer',
  audit: 'namespace.create',
  body: z.looseObject({ namespace: z.array(z.string()), properties: TextMapJson.nullish() }),
  handle: async ({ catalog, body, audit }) => {
    const { levels, properties } = await catalog.createNamespace(body.namespace, body.properties ?? {})
    audit.subject = namespaceSubject(catalog.name, levels)
    return jsonAnswer({ namespace: levels, properties })
  },
})

const load = endpoint({
  method: 'GET',
  path: '/v1/{prefix}/namespaces/{namespace}',
  role: 'viewer',
  handle: async ({ catalog, namespace }) => {
    const { levels, properties } = await catalog.loadNamespace(namespace)
    return jsonAnswer({ namespace: levels, properties })
  },
})

const exists = endpoint({
  method: 'HEAD',
  path: '/v1/{prefix}/namespaces/{namespace}',
  role: 'viewer',
  handle: async ({ catalog, namespace }) => {
    await catalog.loadNamespace(namespace)
    return emptyAnswer()
  },
})

const drop = endpoint({
  method: 'DELETE',
  path: '/v1/{prefix}/namespaces/{namespace}',
  role: 'engineer',
  audit: 'namespace.drop',
  handle: async ({ catalog, namespace, audit }) => {
    await catalog.dropNamespace(namespace)
    audit.subject = namespaceSubject(catalog.name, namespace)
    return emptyAnswer()
  },
})

const update = endpoint({
  method: 'POST',
  path: '/v1/{prefix}/namespaces/{namespace}/properties',
  role: 'engineer',
  audit: 'namespace.update',
  body: z.looseObject({ removals: z.array(z.string()).nullish(), updates: TextMapJson.nullish() }),
  handle: async ({ catalog, namespace, body, audit }) => {
    const change = { removals: body.removals ?? [], updates: body.updates ?? {} }
    const result = await catalog.updateNamespaceProperties(namespace, change)
    audit.subject = namespaceSubject(catalog.name, namespace)
    audit.details = { updated: result.updated, removed: result.removed }
    return jsonAnswer(result)
  },
})

export const namespaceEndpoints: readonly Endpoint[] = [list, create, load, exists, drop, update]
