import { z } from 'zod'
import { tableSubject } from '#lib/catalogs/table-reference.ts'
import { database } from '#lib/db.ts'
import { AppError, isAppError } from '#lib/errors.ts'
import { type CreateTableRequest, formatIdentifier } from '#lib/iceberg/catalog/catalog.ts'
import { catalogProblem } from '#lib/iceberg/catalog/problem.ts'
import type { Logger } from '#lib/log.ts'
import { announceCommit } from '#lib/maintenance/announce-commit.ts'
import { parseLocation } from '#lib/storage/location.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { emptyAnswer, jsonAnswer } from './json-answer.ts'
import { cutPage, PageQuery, pageBounds } from './page-query.ts'
import { namesTag, stagedTableAnswer, tableAnswer, tableTag } from './table-answer.ts'
import {
  CommitTableJson,
  CommitTransactionJson,
  CreateTableJson,
  RegisterTableJson,
  RenameJson,
} from './table-schemas.ts'
import { tryAgainWhenStale } from './try-again.ts'

const list = endpoint({
  method: 'GET',
  path: '/v1/{prefix}/namespaces/{namespace}/tables',
  role: 'viewer',
  query: PageQuery,
  handle: async ({ catalog, namespace, query }) => {
    const { after, ...bounds } = pageBounds(query)
    const [name] = after ?? []
    const found = await catalog.listTables(
      namespace,
      name === undefined ? bounds : { ...bounds, after: name },
    )
    const { items, nextPageToken } = cutPage(found, bounds, (table) => [table.name])
    return jsonAnswer({ identifiers: items, 'next-page-token': nextPageToken })
  },
})

const create = endpoint({
  method: 'POST',
  path: '/v1/{prefix}/namespaces/{namespace}/tables',
  role: 'engineer',
  audit: 'table.create',
  body: CreateTableJson,
  handle: async ({ catalog, namespace, body, audit }) => {
    const identifier = { namespace, name: body.name }
    const request: CreateTableRequest = {
      schema: body.schema,
      ...(body['partition-spec'] ? { partitionSpec: body['partition-spec'] } : {}),
      ...(body['write-order'] ? { sortOrder: body['write-order'] } : {}),
      ...(body.properties ? { properties: body.properties } : {}),
      ...(body.location ? { location: body.location } : {}),
    }
    audit.subject = tableSubject(catalog.name, identifier)
    if (body['stage-create']) {
      audit.details = { staged: true }
      return stagedTableAnswer(await catalog.stageTable(identifier, request))
    }
    return tableAnswer(await catalog.createTable(identifier, request))
  },
})

const load = endpoint({
  method: 'GET',
  path: '/v1/{prefix}/namespaces/{namespace}/tables/{table}',
  role: 'viewer',
  query: z.looseObject({ snapshots: z.enum(['all', 'refs']).default('all') }),
  handle: async ({ catalog, identifier, query, request }) => {
    const located = await catalog.locateTable(identifier)
    const { metadataLocation } = located
    const tag = tableTag(metadataLocation, query.snapshots)
    if (namesTag(request.headers.get('if-none-match'), tag)) {
      return new Response(null, { status: 304, headers: { etag: tag } })
    }
    const table = await catalog.readTable(located).catch((error: unknown) => {
      throw isAppError(error, 'not-found') ? metadataMissing(metadataLocation, error) : error
    })
    // What is remembered of a file must not hide that it was lost. Asking costs nothing on a disk, a request in S3.
    if (parseLocation(metadataLocation).scheme === 'file' && !(await table.io.stat(metadataLocation))) {
      throw metadataMissing(metadataLocation)
    }
    return tableAnswer(table, query.snapshots)
  },
})

const metadataMissing = (location: string, cause?: unknown): AppError =>
  catalogProblem(
    'not-found',
    'no-metadata-file',
    `Failed to open input stream for file: ${location}. The table is in the catalog, its metadata file is gone.`,
    { cause },
  )

const exists = endpoint({
  method: 'HEAD',
  path: '/v1/{prefix}/namespaces/{namespace}/tables/{table}',
  role: 'viewer',
  handle: async ({ catalog, identifier }) => {
    await catalog.locateTable(identifier)
    return emptyAnswer()
  },
})

const commit = endpoint({
  method: 'POST',
  path: '/v1/{prefix}/namespaces/{namespace}/tables/{table}',
  role: 'engineer',
  audit: 'table.commit',
  body: CommitTableJson,
  handle: async ({ catalog, identifier, body, audit, log }) => {
    if (body.identifier && formatIdentifier(body.identifier) !== formatIdentifier(identifier)) {
      throw new AppError(
        'bad-input',
        `The address names the table ${formatIdentifier(identifier)}, the body ${formatIdentifier(body.identifier)}.`,
      )
    }
    const table = await tryAgainWhenStale(() => catalog.commitTable(identifier, body.request))
    announceInBackground(Promise.resolve(table.id), log)
    audit.subject = tableSubject(catalog.name, identifier)
    audit.details = { updates: body.request.updates.map(({ action }) => action) }
    return tableAnswer(table)
  },
})

/** Starts what follows a commit, without letting the answer wait for it. */
function announceInBackground(tableId: Promise<string>, log: Logger): void {
  tableId
    .then((id) => announceCommit({ db: database(), log }, id))
    .catch((error: unknown) => log.warn({ error }, 'follow-up jobs not sent'))
}

const drop = endpoint({
  method: 'DELETE',
  path: '/v1/{prefix}/namespaces/{namespace}/tables/{table}',
  role: 'engineer',
  audit: 'table.drop',
  query: z.looseObject({ purgeRequested: z.stringbool().default(false) }),
  handle: async ({ catalog, identifier, query, audit }) => {
    await catalog.dropTable(identifier, { purge: query.purgeRequested })
    audit.subject = tableSubject(catalog.name, identifier)
    audit.details = { purge: query.purgeRequested }
    return emptyAnswer()
  },
})

const register = endpoint({
  method: 'POST',
  path: '/v1/{prefix}/namespaces/{namespace}/register',
  role: 'engineer',
  audit: 'table.register',
  body: RegisterTableJson,
  handle: async ({ catalog, namespace, body, audit, log }) => {
    const identifier = { namespace, name: body.name }
    const overwrite = body.overwrite ?? false
    const table = await tryAgainWhenStale(() =>
      catalog.registerTable(identifier, body['metadata-location'], { overwrite }),
    )
    announceInBackground(Promise.resolve(table.id), log)
    audit.subject = tableSubject(catalog.name, identifier)
    audit.details = { metadataLocation: body['metadata-location'], overwrite }
    return tableAnswer(table)
  },
})

const rename = endpoint({
  method: 'POST',
  path: '/v1/{prefix}/tables/rename',
  role: 'engineer',
  audit: 'table.rename',
  body: RenameJson,
  handle: async ({ catalog, body, audit }) => {
    await catalog.renameTable(body.source, body.destination)
    audit.subject = tableSubject(catalog.name, body.destination)
    audit.details = { from: formatIdentifier(body.source) }
    return emptyAnswer()
  },
})

const commitTransaction = endpoint({
  method: 'POST',
  path: '/v1/{prefix}/transactions/commit',
  role: 'engineer',
  audit: 'transaction.commit',
  body: CommitTransactionJson,
  handle: async ({ catalog, body, audit, log }) => {
    const commits = body['table-changes'].map(({ identifier, request }) => {
      if (identifier) return { identifier, request }
      throw new AppError('bad-input', 'Each change of a transaction needs the identifier of its table.')
    })
    await tryAgainWhenStale(() => catalog.commitTransaction(commits))
    for (const { identifier } of commits) {
      announceInBackground(
        catalog.locateTable(identifier).then(({ id }) => id),
        log,
      )
    }
    audit.subject = `catalog:${catalog.name}`
    audit.details = { tables: commits.map(({ identifier }) => formatIdentifier(identifier)) }
    return emptyAnswer()
  },
})

export const tableEndpoints: readonly Endpoint[] = [
  list,
  create,
  load,
  exists,
  commit,
  drop,
  register,
  rename,
  commitTransaction,
]
