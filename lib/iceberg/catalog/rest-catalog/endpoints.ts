import { AppError } from '../../../errors.ts'

/** The operations this client asks of a server, as `GET /v1/config` declares them. */
export const restEndpoints = {
  listNamespaces: 'GET /v1/{prefix}/namespaces',
  createNamespace: 'POST /v1/{prefix}/namespaces',
  loadNamespace: 'GET /v1/{prefix}/namespaces/{namespace}',
  updateNamespaceProperties: 'POST /v1/{prefix}/namespaces/{namespace}/properties',
  dropNamespace: 'DELETE /v1/{prefix}/namespaces/{namespace}',
  listTables: 'GET /v1/{prefix}/namespaces/{namespace}/tables',
  createTable: 'POST /v1/{prefix}/namespaces/{namespace}/tables',
  loadTable: 'GET /v1/{prefix}/namespaces/{namespace}/tables/{table}',
  commitTable: 'POST /v1/{prefix}/namespaces/{namespace}/tables/{table}',
  registerTable: 'POST /v1/{prefix}/namespaces/{namespace}/register',
  renameTable: 'POST /v1/{prefix}/tables/rename',
  dropTable: 'DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}',
} as const

export type RestEndpoint = keyof typeof restEndpoints

/** Endpoints a server serves; undefined: it declares none, and then the protocol takes all of ours for granted. */
export type DeclaredEndpoints = ReadonlySet<string> | undefined

/** @throws AppError `unsupported` for an endpoint that the server does not declare */
export function assertDeclared(declared: DeclaredEndpoints, endpoint: RestEndpoint, catalog: string): void {
  const wanted = restEndpoints[endpoint]
  if (!declared || declared.has(wanted)) return
  throw new AppError(
    'unsupported',
    `The catalog "${catalog}" does not serve "${wanted}": it is not among the ${declared.size} endpoints that its /v1/config declares.`,
    { context: { catalog, endpoint: wanted } },
  )
}
