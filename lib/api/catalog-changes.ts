import { z } from 'zod'
import { parseTypeText } from '#lib/catalogs/parse-type.ts'
import { contract } from '#lib/http/contract.ts'
import { SpecError } from '#lib/iceberg/spec/spec-error.ts'
import { parseTransform } from '#lib/iceberg/spec/transform.ts'
import { CatalogParams, NamespaceParams, TableParams, tablePath } from './catalogs.ts'

/** Namespaces and tables made, renamed and dropped: in our own catalog, and in another server's as far as that serves it. */

const tags = ['catalogs']

/** The catalog says what it takes; this only bounds what is looked at. */
const newName = z.string().min(1).max(255)
const NamespaceText = z.string().min(1).max(2_000).meta({
  description: 'Levels joined by "."; by U+001F where a level has a dot itself.',
})
const PropertyKeySchema = z.string().min(1).max(1_000)
const PropertiesSchema = z.record(PropertyKeySchema, z.string().max(100_000))

/** A change of properties; as `PropertyChange` of lib/catalogs. */
export const PropertyChangeSchema = z
  .object({
    set: PropertiesSchema.default({}),
    remove: z.array(PropertyKeySchema).max(1_000).default([]),
    expected: z.record(PropertyKeySchema, z.string().nullable()).default({}).meta({
      description:
        'Values as they were looked at, null for one that was not there: a property that has another value by now is a conflict.',
    }),
  })
  .refine(({ set, remove }) => Object.keys(set).length + remove.length > 0, {
    message: 'Expected at least one property to set or to remove.',
  })

const NamespaceSchema = z.object({
  name: z.string(),
  levels: z.array(z.string()),
  properties: PropertiesSchema,
})
export type Namespace = z.infer<typeof NamespaceSchema>

export const CatalogActionsSchema = z
  .object({
    createNamespace: z.boolean(),
    dropNamespace: z.boolean(),
    changeNamespace: z.boolean().meta({ description: 'Set and remove properties of namespaces.' }),
    createTable: z.boolean(),
    renameTable: z.boolean(),
    dropTable: z.boolean(),
    changeTable: z.boolean().meta({ description: 'Commit to tables: properties, schema, references.' }),
    backUpTable: z.boolean().meta({ description: 'Copy a table as a new one: in our own catalog only.' }),
    undropTable: z.boolean(),
    grants: z
      .array(
        z.object({
          namespace: z.array(z.string()),
          table: z.string().nullable().meta({ description: 'Null: the namespace itself.' }),
          mayChange: z.boolean(),
        }),
      )
      .meta({
        description:
          'What the caller sees that has grants of its own. The nearest decides: the table, its namespace, the namespaces above; without any all of the above holds. A dropped table is its id in the namespace without levels.',
      }),
  })
  .meta({ id: 'CatalogActions' })
export type CatalogActions = z.infer<typeof CatalogActionsSchema>

export const getCatalogActions = contract({
  method: 'GET',
  path: '/api/v1/catalogs/{catalog}/actions',
  role: 'viewer',
  summary: 'What the caller can change in a catalog',
  description:
    "By role, and in another server's catalog by what that server declares; `grants` says where the caller may only read.",
  tags,
  params: CatalogParams,
  response: CatalogActionsSchema,
})

export const createNamespace = contract({
  method: 'POST',
  path: '/api/v1/catalogs/{catalog}/namespaces',
  role: 'engineer',
  summary: 'Make a namespace',
  description: 'Of nested levels all but the last have to be there.',
  tags,
  params: CatalogParams,
  body: z.object({
    levels: z.array(newName).min(1).max(32).meta({ description: 'Outermost first.' }),
    properties: PropertiesSchema.default({}),
  }),
  response: NamespaceSchema,
  status: 201,
  audit: 'namespace.create',
})

export const getNamespace = contract({
  method: 'GET',
  path: '/api/v1/catalogs/{catalog}/namespaces/{namespace}',
  role: 'viewer',
  summary: 'A namespace with its properties',
  tags,
  params: NamespaceParams,
  response: NamespaceSchema,
})

export const changeNamespaceProperties = contract({
  method: 'PATCH',
  path: '/api/v1/catalogs/{catalog}/namespaces/{namespace}/properties',
  role: 'engineer',
  summary: 'Set and remove properties of a namespace',
  description: 'Of our own catalog, and of another server’s as far as that serves it.',
  tags,
  params: NamespaceParams,
  body: PropertyChangeSchema,
  response: NamespaceSchema,
  audit: 'namespace.update',
})

export const dropNamespace = contract({
  method: 'DELETE',
  path: '/api/v1/catalogs/{catalog}/namespaces/{namespace}',
  role: 'engineer',
  summary: 'Drop an empty namespace',
  tags,
  params: NamespaceParams,
  response: z.undefined(),
  status: 204,
  audit: 'namespace.drop',
})

/** A parser's complaint as the field's own. */
const readable = (read: (text: string) => unknown) => (text: string, context: z.RefinementCtx) => {
  try {
    read(text)
  } catch (error) {
    if (!(error instanceof SpecError)) throw error
    context.addIssue({ code: 'custom', message: error.message })
  }
}

export const NewColumnSchema = z.object({
  name: newName,
  type: z
    .string()
    .min(1)
    .max(2_000)
    .superRefine(readable((text) => parseTypeText(text, () => 0)))
    .meta({
      description: '`long`, `decimal(9,2)`, `list<int>`, `map<string, long>`, `struct<name: string>`',
    }),
  required: z.boolean().default(false),
  doc: z.string().max(2_000).optional(),
})

export const NewPartitionFieldSchema = z.object({
  column: z.string().min(1).max(1_000).meta({ description: 'Full name: `page.url` for what is nested.' }),
  transform: z
    .string()
    .max(100)
    .superRefine(readable(parseTransform))
    .default('identity')
    .meta({ description: 'identity, year, month, day, hour, bucket[n], truncate[w]' }),
  name: newName
    .optional()
    .meta({ description: 'By default as other writers name it: `at_day`, `id_bucket_16`.' }),
})

export const NewTableSchema = z.object({
  name: newName,
  columns: z.array(NewColumnSchema).min(1).max(2_000),
  partitionBy: z.array(NewPartitionFieldSchema).max(100).default([]),
  formatVersion: z.union([z.literal(2), z.literal(3)]).default(2),
  properties: PropertiesSchema.default({}),
})
export type NewTable = z.output<typeof NewTableSchema>

const TableNameSchema = z.object({ catalog: z.string(), namespace: z.string(), name: z.string() })

export const createTable = contract({
  method: 'POST',
  path: '/api/v1/catalogs/{catalog}/namespaces/{namespace}/tables',
  role: 'engineer',
  summary: 'Make an empty table',
  tags,
  params: NamespaceParams,
  body: NewTableSchema,
  response: TableNameSchema,
  status: 201,
  audit: 'table.create',
})

export const renameTable = contract({
  method: 'POST',
  path: `${tablePath}/rename`,
  role: 'engineer',
  summary: 'Give a table another name, in another namespace too',
  description:
    'Its files stay where they are. Pipelines and grants follow; engines have to use the new name.',
  tags,
  params: TableParams,
  body: z.object({ namespace: NamespaceText.optional(), name: newName }),
  response: TableNameSchema,
  audit: 'table.rename',
})

export const dropTable = contract({
  method: 'DELETE',
  path: tablePath,
  role: 'engineer',
  summary: 'Drop a table',
  description:
    "A table of our own catalog can be brought back for 7 days with its files and history. `purge` asks for its files to be removed after that; in another server's catalog at once.",
  tags,
  params: TableParams,
  query: z.object({ purge: z.enum(['true', 'false']).default('false') }),
  response: z.undefined(),
  status: 204,
  audit: 'table.drop',
})
