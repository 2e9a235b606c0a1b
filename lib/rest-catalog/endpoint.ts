import type { z } from 'zod'
import type { Actor } from '#lib/auth/actor.ts'
import type { Role } from '#lib/auth/roles.ts'
import type { AuditNote } from '#lib/http/record-change.ts'
import type { BuiltInCatalog } from '#lib/iceberg/catalog/built-in-catalog.ts'
import type { TableIdentifier } from '#lib/iceberg/catalog/catalog.ts'
import type { Logger } from '#lib/log.ts'

/** What a handler gets. */
export interface EndpointContext<Query = unknown, Body = unknown, Who = Actor> {
  /** The catalog that the prefix names; the one of `?warehouse=` (or the default one) where there is no prefix. */
  catalog: BuiltInCatalog
  /** The path's parameters by name, decoded. */
  params: Readonly<Record<string, string>>
  /** Levels of `{namespace}`; empty for a path without it. */
  namespace: string[]
  /** What `{table}` or `{view}` names within the namespace. */
  identifier: TableIdentifier
  query: Query
  body: Body
  actor: Who
  audit: AuditNote
  request: Request
  requestId: string
  /** Shared by all requests: a line says its requestId itself. */
  log: Logger
}

interface EndpointParts<Q, B, Minimum> {
  /** As `/v1/config` declares it: `/v1/{prefix}/namespaces/{namespace}`. */
  path: `/v1/${string}`
  /** The least role that may call it; `public` asks for no sign-in. */
  role: Minimum
  query?: Q
  /** Schema of a JSON body. */
  body?: B
}

type EndpointEffect =
  | { method: 'GET' | 'HEAD'; audit?: undefined }
  | { method: 'POST' | 'PUT' | 'DELETE'; audit: `${string}.${string}` }
  /** Posted, though it changes nothing that belongs to somebody: no audit row. */
  | { method: 'POST'; audit: false }

/**
 * One endpoint of the Iceberg REST protocol. The list of them is what is served, what `/v1/config` declares and what
 * the tests walk. A change names the action of its audit row.
 */
export type Endpoint<
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  Minimum extends Role | 'public' = Role | 'public',
> = EndpointParts<Q, B, Minimum> &
  EndpointEffect & {
    handle: (
      context: EndpointContext<z.output<Q>, z.output<B>, Minimum extends 'public' ? null : Actor>,
    ) => Promise<Response>
  }

/** Declares an endpoint with the types of its schemas kept for the handler. */
export const endpoint = <
  Minimum extends Role | 'public',
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(
  parts: Endpoint<Q, B, Minimum>,
): Endpoint => parts as unknown as Endpoint

/** `GET /v1/{prefix}/namespaces`, as `/v1/config` lists it. */
export const endpointName = ({ method, path }: Pick<Endpoint, 'method' | 'path'>): string =>
  `${method} ${path}`
