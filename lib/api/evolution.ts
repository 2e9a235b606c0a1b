import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'
import { NewColumnSchema, NewPartitionFieldSchema } from './catalog-changes.ts'
import { FieldSchema, PartitionSpecSchema, SortOrderSchema } from './catalog-schemas.ts'
import { TableParams, tablePath } from './catalogs.ts'

/** How a table's schema, partitions and sort order were, and changing them. */

const tags = ['evolution']
const column = z
  .string()
  .min(1)
  .max(1_000)
  .meta({ description: 'Full name: `page.url`, `tags.element` for what is nested.' })
const name = z.string().min(1).max(255)
const value = z.string().max(10_000).meta({
  description: 'As text: `0`, `true`, `2025-07-01`, or the text itself for a text column.',
})
const PositionSchema = z.union([
  z.enum(['first', 'last']),
  z.object({ before: column }),
  z.object({ after: column }),
])

export const SchemaChangeSchema = z.discriminatedUnion('change', [
  NewColumnSchema.extend({
    change: z.literal('add-column'),
    parent: column.optional().meta({ description: 'A struct, or a list or map of structs.' }),
    default: value.optional().meta({
      description: 'Value of the rows that are there and of writers that give none (format version 3).',
    }),
    position: PositionSchema.optional(),
  }),
  z.object({ change: z.literal('drop-column'), column }),
  z.object({ change: z.literal('rename-column'), column, name }),
  z.object({ change: z.literal('move-column'), column, position: PositionSchema }),
  z.object({ change: z.literal('widen-column'), column, type: NewColumnSchema.shape.type }),
  z.object({ change: z.literal('set-required'), column, required: z.boolean() }),
  z.object({ change: z.literal('set-doc'), column, doc: z.string().max(2_000).nullable() }),
  z.object({ change: z.literal('set-default'), column, value: value.nullable() }),
  z.object({ change: z.literal('set-identifier-fields'), columns: z.array(column).max(100) }),
])
export type SchemaStep = z.input<typeof SchemaChangeSchema>

export const SchemaChangesSchema = z.array(SchemaChangeSchema).max(200)

export const PlacedFieldSchema = FieldSchema.extend({
  name: z.string().meta({ description: 'Full name.' }),
  /** the field it is inside of; null for a column of the table */
  parentId: z.int().nullable(),
  /** what writers give that give none, as text (format version 3) */
  default: z.string().nullable(),
})
export type PlacedFieldItem = z.infer<typeof PlacedFieldSchema>

export const FieldDifferenceSchema = z.object({
  fieldId: z.int(),
  change: z.enum(['added', 'dropped', 'changed']),
  kinds: z.array(
    z.enum(['renamed', 'type', 'optional', 'required', 'moved', 'doc', 'default', 'identifier']),
  ),
  before: PlacedFieldSchema.nullable(),
  after: PlacedFieldSchema.nullable(),
})
export type FieldDifferenceItem = z.infer<typeof FieldDifferenceSchema>

const schemaId = z.int().min(0)

export const compareSchemaVersions = contract({
  method: 'GET',
  path: `${tablePath}/schema/compare`,
  role: 'viewer',
  summary: 'What is different between two schemas of a table, by field id',
  tags,
  params: TableParams,
  query: z.object({ from: z.coerce.number().pipe(schemaId), to: z.coerce.number().pipe(schemaId) }),
  response: z.object({
    from: schemaId,
    to: schemaId,
    differences: z.array(FieldDifferenceSchema),
    /** all fields of `to` */
    fields: z.array(PlacedFieldSchema),
  }),
})

/** GET, since it changes nothing: so the steps are in the address. */
const stepsQuery = z.object({
  changes: z
    .string()
    .max(10_000)
    .default('[]')
    .meta({ description: 'The steps as a JSON array, as the change itself takes them.' }),
})

export const SchemaPreviewSchema = z.object({
  /** the current one; send it as `expectedSchemaId` */
  schemaId,
  formatVersion: z.int(),
  differences: z.array(FieldDifferenceSchema),
  fields: z.array(PlacedFieldSchema),
})
export type SchemaPreview = z.infer<typeof SchemaPreviewSchema>

export const previewSchema = contract({
  method: 'GET',
  path: `${tablePath}/schema/preview`,
  role: 'viewer',
  summary: 'What a change would make of the schema, or why it is refused',
  tags,
  params: TableParams,
  query: stepsQuery,
  response: SchemaPreviewSchema,
})

export const evolveSchema = contract({
  method: 'POST',
  path: `${tablePath}/schema`,
  role: 'engineer',
  summary: 'Evolve the schema of a table: add, drop, rename, widen, move, make optional, describe',
  description:
    'All steps or none, one after another. What would make rows unreadable or wrong is refused with the reason. Data files stay as they are.',
  tags,
  params: TableParams,
  body: z.object({
    expectedSchemaId: schemaId.meta({
      description:
        'The current schema when this was decided. If there is another one by now, the answer is 409.',
    }),
    changes: SchemaChangesSchema.min(1),
  }),
  response: z.object({
    previousSchemaId: schemaId,
    schemaId,
    differences: z.array(FieldDifferenceSchema),
  }),
  audit: 'table.evolve-schema',
})

export const PartitionChangeSchema = z.discriminatedUnion('change', [
  NewPartitionFieldSchema.extend({ change: z.literal('add-field') }),
  z.object({ change: z.literal('drop-field'), name }),
  z.object({
    change: z.literal('replace-field'),
    name,
    transform: NewPartitionFieldSchema.shape.transform,
    newName: name.optional(),
  }),
  z.object({ change: z.literal('rename-field'), name, newName: name }),
])
export type PartitionStep = z.input<typeof PartitionChangeSchema>
export const PartitionChangesSchema = z.array(PartitionChangeSchema).max(100)

export const PartitionPreviewSchema = z.object({
  /** the current one; send it as `expectedSpecId` */
  specId: z.int(),
  /** how it would be; the same as now without steps */
  after: PartitionSpecSchema.shape.fields,
  /** The spec the table had so before, which would be used again. */
  knownSpecId: z.int().nullable(),
})
export type PartitionPreview = z.infer<typeof PartitionPreviewSchema>

export const previewPartitionSpec = contract({
  method: 'GET',
  path: `${tablePath}/partition-spec/preview`,
  role: 'viewer',
  summary: 'What a change would make of the partitions, or why it is refused',
  tags,
  params: TableParams,
  query: stepsQuery,
  response: PartitionPreviewSchema,
})

export const evolvePartitionSpec = contract({
  method: 'POST',
  path: `${tablePath}/partition-spec`,
  role: 'engineer',
  summary: 'Evolve the partitions of a table: add, drop, replace or rename a field',
  description:
    'For files written from now on; those that are there keep the partitions they were written with.',
  tags,
  params: TableParams,
  body: z.object({
    expectedSpecId: z.int().meta({
      description:
        'The current spec when this was decided. If there is another one by now, the answer is 409.',
    }),
    changes: PartitionChangesSchema.min(1),
  }),
  response: PartitionSpecSchema.extend({ previousSpecId: z.int() }),
  audit: 'table.evolve-partitions',
})

export const OrderChangeSchema = z.discriminatedUnion('change', [
  z.object({
    change: z.literal('add-field'),
    column,
    transform: NewPartitionFieldSchema.shape.transform,
    direction: z.enum(['asc', 'desc']).default('asc'),
    nullOrder: z.enum(['nulls-first', 'nulls-last']).optional(),
  }),
  z.object({ change: z.literal('drop-field'), column, transform: NewPartitionFieldSchema.shape.transform }),
])
export type OrderStep = z.input<typeof OrderChangeSchema>
export const OrderChangesSchema = z.array(OrderChangeSchema).max(100)

export const OrderPreviewSchema = z.object({
  /** the current one; send it as `expectedOrderId` */
  orderId: z.int(),
  /** how it would be, the first column first; the same as now without steps */
  after: SortOrderSchema.shape.fields,
  /** The order the table had so before, which would be used again. */
  knownOrderId: z.int().nullable(),
})
export type OrderPreview = z.infer<typeof OrderPreviewSchema>

export const previewSortOrder = contract({
  method: 'GET',
  path: `${tablePath}/sort-order/preview`,
  role: 'viewer',
  summary: 'What a change would make of the sort order, or why it is refused',
  tags,
  params: TableParams,
  query: stepsQuery,
  response: OrderPreviewSchema,
})

export const replaceSortOrder = contract({
  method: 'POST',
  path: `${tablePath}/sort-order`,
  role: 'engineer',
  summary: 'Give a table another sort order, for files written from now on',
  description: 'No columns make it unsorted.',
  tags,
  params: TableParams,
  body: z.object({
    expectedOrderId: z.int().meta({
      description:
        'The current order when this was decided. If there is another one by now, the answer is 409.',
    }),
    columns: z
      .array(
        z.object({
          column,
          transform: NewPartitionFieldSchema.shape.transform,
          direction: z.enum(['asc', 'desc']).default('asc'),
          nullOrder: z.enum(['nulls-first', 'nulls-last']).optional(),
        }),
      )
      .max(100),
  }),
  response: SortOrderSchema.extend({ previousOrderId: z.int() }),
  audit: 'table.replace-sort-order',
})
