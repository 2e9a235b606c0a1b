import { z } from 'zod'
import type { TableIdentifier } from '#lib/iceberg/catalog/catalog.ts'
import type { View } from '#lib/iceberg/catalog/view-catalog.ts'
import { TextMapJson } from '#lib/iceberg/spec/json.ts'
import { SchemaJson } from '#lib/iceberg/spec/schema-json.ts'
import { ViewVersionJson, viewMetadataToJson } from '#lib/iceberg/view/view-metadata-json.ts'
import { ViewRequirementJson, ViewUpdateJson } from '#lib/iceberg/view/view-update.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { emptyAnswer, jsonAnswer } from './json-answer.ts'
import { cutPage, PageQuery, pageBounds } from './page-query.ts'

const Identifier = z.looseObject({ namespace: z.array(z.string()), name: z.string() })

const viewSubject = (catalog: string, { namespace, name }: TableIdentifier): string =>
  `view:${[catalog, ...namespace, name].join('.')}`

const viewAnswer = ({ metadataLocation, metadata }: View): Response =>
  jsonAnswer({ 'metadata-location': metadataLocation, metadata: viewMetadataToJson(metadata) })

const list = endpoint({
  method: 'GET',
  path: '/v1/{prefix}/namespaces/{namespace}/views',
  role: 'viewer',
  query: PageQuery,
  handle: async ({ catalog, namespace, query }) => {
    const { after, ...bounds } = pageBounds(query)
    const found = await catalog.views.list(namespace, {
      ...bounds,
      ...(after?.[0] ? { after: after[0] } : {}),
    })
    const { items, nextPageToken } = cutPage(found, bounds, ({ name }) => [name])
    return jsonAnswer({ identifiers: items, 'next-page-token': nextPageToken })
  },
})

const create = endpoint({
  method: 'POST',
  path: '/v1/{prefix}/namespaces/{namespace}/views',
  role: 'engineer',
  audit: 'view.create',
  body: z.looseObject({
    name: z.string(),
    location: z.string().min(1).nullish(),
    schema: SchemaJson,
    'view-version': ViewVersionJson,
    properties: TextMapJson.nullish(),
  }),
  handle: async ({ catalog, namespace, body, audit }) => {
    const identifier = { namespace, name: body.name }
    const view = await catalog.views.create(identifier, {
      schema: body.schema,
      version: body['view-version'],
      properties: body.properties ?? {},
      ...(body.location ? { location: body.location } : {}),
    })
    audit.subject = viewSubject(catalog.name, identifier)
    return viewAnswer(view)
  },
})

const load = endpoint({
  method: 'GET',
  path: '/v1/{prefix}/namespaces/{namespace}/views/{view}',
  role: 'viewer',
  handle: async ({ catalog, identifier }) => viewAnswer(await catalog.views.load(identifier)),
})

const exists = endpoint({
  method: 'HEAD',
  path: '/v1/{prefix}/namespaces/{namespace}/views/{view}',
  role: 'viewer',
  handle: async ({ catalog, identifier }) => {
    await catalog.views.load(identifier)
    return emptyAnswer()
  },
})

const replace = endpoint({
  method: 'POST',
  path: '/v1/{prefix}/namespaces/{namespace}/views/{view}',
  role: 'engineer',
  audit: 'view.update',
  body: z.looseObject({
    requirements: z.array(ViewRequirementJson).nullish(),
    updates: z.array(ViewUpdateJson),
  }),
  handle: async ({ catalog, identifier, body, audit }) => {
    const { updates } = body
    const view = await catalog.views.commit(identifier, { requirements: body.requirements ?? [], updates })
    audit.subject = viewSubject(catalog.name, identifier)
    audit.details = { updates: updates.map(({ action }) => action) }
    return viewAnswer(view)
  },
})

const drop = endpoint({
  method: 'DELETE',
  path: '/v1/{prefix}/namespaces/{namespace}/views/{view}',
  role: 'engineer',
  audit: 'view.drop',
  handle: async ({ catalog, identifier, audit }) => {
    await catalog.views.drop(identifier)
    audit.subject = viewSubject(catalog.name, identifier)
    return emptyAnswer()
  },
})

const rename = endpoint({
  method: 'POST',
  path: '/v1/{prefix}/views/rename',
  role: 'engineer',
  audit: 'view.rename',
  body: z.looseObject({ source: Identifier, destination: Identifier }),
  handle: async ({ catalog, body, audit }) => {
    await catalog.views.rename(body.source, body.destination)
    audit.subject = viewSubject(catalog.name, body.source)
    audit.details = { destination: viewSubject(catalog.name, body.destination) }
    return emptyAnswer()
  },
})

const register = endpoint({
  method: 'POST',
  path: '/v1/{prefix}/namespaces/{namespace}/register-view',
  role: 'engineer',
  audit: 'view.register',
  body: z.looseObject({ name: z.string(), 'metadata-location': z.string().min(1) }),
  handle: async ({ catalog, namespace, body, audit }) => {
    const identifier = { namespace, name: body.name }
    const view = await catalog.views.register(identifier, body['metadata-location'])
    audit.subject = viewSubject(catalog.name, identifier)
    audit.details = { metadataLocation: view.metadataLocation }
    return viewAnswer(view)
  },
})

export const viewEndpoints: readonly Endpoint[] = [
  list,
  create,
  load,
  exists,
  replace,
  drop,
  rename,
  register,
]
