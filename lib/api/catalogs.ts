import { z } from 'zod'
import { fileSorts, partitionSorts, tableSorts } from '#lib/catalogs/sorts.ts'
import { contract } from '#lib/http/contract.ts'
import { PageQuerySchema, pageOf } from '#lib/http/page.ts'
import {
  CatalogSchema,
  DroppedTableSchema,
  FileItemSchema,
  ListedSnapshotSchema,
  NamespaceSchema,
  PartitionItemSchema,
  snapshotPageOf,
  TableDdlSchema,
  TableDetailSchema,
  TableItemSchema,
  TimelineSchema,
} from './catalog-schemas.ts'

const tags = ['catalogs']
const csv = ['text/csv'] as const

const name = z.string().min(1).max(256)
export const CatalogParams = z.object({ catalog: name })
export const NamespaceParams = CatalogParams.extend({
  namespace: name.meta({
    description: 'Levels joined by "."; by U+001F (%1F) where a level has a dot itself.',
  }),
})
export const TableParams = NamespaceParams.extend({ table: name })

/** `field` and `-field` of each sortable field; the first is the default. */
export const sortBy = <const Fields extends readonly string[]>(fields: Fields, fallback: string) =>
  z
    .enum(fields.flatMap((field) => [field, `-${field}`]))
    .default(fallback)
    .meta({ description: 'Field to sort by; `-field` is descending.' })

const format = z
  .enum(['json', 'csv'])
  .default('json')
  .meta({ description: 'csv: all rows that pass the filter (at most 100,000) in one file, without paging.' })

const ListQuery = PageQuerySchema.omit({ sort: true }).extend({ format })

export const listCatalogs = contract({
  method: 'GET',
  path: '/api/v1/catalogs',
  role: 'viewer',
  summary: 'Catalogs with the totals of their tables',
  tags,
  query: PageQuerySchema.pick({ cursor: true, limit: true }),
  response: pageOf(CatalogSchema),
})

export const listNamespaces = contract({
  method: 'GET',
  path: '/api/v1/catalogs/{catalog}/namespaces',
  role: 'viewer',
  summary: 'Namespaces of a catalog with the totals of their tables',
  tags,
  params: CatalogParams,
  query: PageQuerySchema.pick({ cursor: true, limit: true }),
  response: pageOf(NamespaceSchema),
})

const TablesQuery = ListQuery.extend({ sort: sortBy(tableSorts, 'name') })
const TablesPage = pageOf(TableItemSchema).extend({ total: z.number().int() })

export const listCatalogTables = contract({
  method: 'GET',
  path: '/api/v1/catalogs/{catalog}/tables',
  role: 'viewer',
  summary: 'Tables of all namespaces of a catalog',
  tags,
  params: CatalogParams,
  query: TablesQuery,
  response: TablesPage,
  alsoProduces: csv,
})

export const listTableNames = contract({
  method: 'GET',
  path: '/api/v1/catalogs/{catalog}/table-names',
  role: 'viewer',
  summary: 'Names of the tables of a catalog or a namespace, nothing else',
  description: 'What a tree or a search box needs. `filter` is sought in `namespace.name`.',
  tags,
  params: CatalogParams,
  query: PageQuerySchema.pick({ cursor: true, limit: true, filter: true }).extend({
    namespace: name.optional(),
    wait: z.coerce
      .number()
      .min(0.1)
      .max(60)
      .optional()
      .meta({ description: 'Seconds to wait for another server; 503 after that.' }),
  }),
  response: pageOf(z.object({ namespace: z.string(), name: z.string() })).extend({
    total: z.number().int(),
  }),
})

export const listTables = contract({
  method: 'GET',
  path: '/api/v1/catalogs/{catalog}/namespaces/{namespace}/tables',
  role: 'viewer',
  summary: 'Tables of a namespace with totals, health and last commit',
  tags,
  params: NamespaceParams,
  query: TablesQuery,
  response: TablesPage,
  alsoProduces: csv,
})

export const listDroppedTables = contract({
  method: 'GET',
  path: '/api/v1/catalogs/{catalog}/dropped-tables',
  role: 'viewer',
  summary: 'Tables that were dropped and can still be brought back, newest first',
  tags,
  params: CatalogParams,
  query: PageQuerySchema.pick({ cursor: true, limit: true }),
  response: pageOf(DroppedTableSchema),
})

export const undropTable = contract({
  method: 'POST',
  path: '/api/v1/catalogs/{catalog}/dropped-tables/{table}/undrop',
  role: 'engineer',
  summary: 'Bring a dropped table back, by its id',
  description: 'Its old name must be free; `name` gives it another one in the same namespace.',
  tags,
  params: CatalogParams.extend({ table: z.uuid() }),
  body: z.object({ name: name.optional() }),
  response: z.object({ namespace: z.string(), name: z.string() }),
  audit: 'table.undrop',
})

export const tablePath = '/api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}' as const

export const getTable = contract({
  method: 'GET',
  path: tablePath,
  role: 'viewer',
  summary: 'A table: current snapshot, totals, health, schemas, partition specs, properties, refs',
  tags,
  params: TableParams,
  response: TableDetailSchema,
})

export const getTableDdl = contract({
  method: 'GET',
  path: `${tablePath}/ddl`,
  role: 'viewer',
  summary: 'SQL that makes a table like this one',
  description:
    'The current schema, partition spec, sort order and properties. `notes` says what the dialect has no words for.',
  tags,
  params: TableParams,
  query: z.object({ dialect: z.enum(['spark', 'trino']).default('spark') }),
  response: TableDdlSchema,
})

export const listSnapshots = contract({
  method: 'GET',
  path: `${tablePath}/snapshots`,
  role: 'viewer',
  summary: 'Snapshots of a table, newest first, with their place in the graph of branches',
  description:
    'Filter fields: id, operation, by, schema, ref, current; other words are sought in the summary.',
  tags,
  params: TableParams,
  query: ListQuery,
  response: pageOf(ListedSnapshotSchema).extend({ total: z.number().int() }),
  alsoProduces: csv,
})

export const listPartitions = contract({
  method: 'GET',
  path: `${tablePath}/partitions`,
  role: 'viewer',
  summary: 'Partitions of the current snapshot with rows, files, bytes and small files',
  description:
    'Filter fields: each partition field, and rows, files, bytes, average, small, updated. `year:2025 month:7 hour:>=13`. A walk by cursor stays on the snapshot of its first page.',
  tags,
  params: TableParams,
  query: ListQuery.extend({ sort: sortBy(partitionSorts, 'partition') }),
  response: snapshotPageOf(PartitionItemSchema),
  alsoProduces: csv,
})

export const listFiles = contract({
  method: 'GET',
  path: `${tablePath}/files`,
  role: 'viewer',
  summary: 'Live data and delete files of the current snapshot',
  description:
    'Filter fields: each partition field, and rows, bytes, snapshot, sequence, content, offset (of a deletion vector), target (the data file that a delete file is for); other words are sought in the path. A walk by cursor stays on the snapshot of its first page.',
  tags,
  params: TableParams,
  query: ListQuery.extend({
    sort: sortBy(fileSorts, '-sequence'),
    stats: z
      .enum(['true', 'false'])
      .default('false')
      .meta({ description: 'With the statistics of each column: sizes, counts, decoded bounds.' }),
  }),
  response: snapshotPageOf(FileItemSchema),
  alsoProduces: csv,
})

export const getTimeline = contract({
  method: 'GET',
  path: `${tablePath}/timeline`,
  role: 'viewer',
  summary: 'Files, average file size and rows by snapshot, with compactions before and after',
  tags,
  params: TableParams,
  query: z.object({
    points: z.coerce.number().int().min(10).max(500).default(300).meta({
      description: 'Most points to return; longer histories are thinned, compactions stay.',
    }),
  }),
  response: TimelineSchema,
})
