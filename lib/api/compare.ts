import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'
import { PageQuerySchema, pageOf } from '#lib/http/page.ts'
import { FileItemSchema } from './catalog-schemas.ts'
import { sortBy, TableParams, tablePath } from './catalogs.ts'
import { AmountSchema } from './snapshots.ts'

/** What changed between two states of a table. */

const tags = ['snapshots']
const count = z.int().min(0)

const state = z
  .string()
  .regex(/^(-?\d{1,20}|ref:.{1,256})$/, 'expected the id of a snapshot, or ref:name of a branch or tag')
  .meta({ description: 'The id of a snapshot, or `ref:name` of a branch or tag.' })
const CompareQuery = z.object({ from: state, to: state })

const SideSchema = z.object({
  snapshotId: z.string(),
  committedAt: z.iso.datetime(),
  operation: z.string(),
  schemaId: z.int().nullable(),
  /** of the whole table then, by the snapshot's summary */
  records: count,
  dataFiles: count,
  bytes: count,
})

const ChangedPartitionSchema = z.object({
  partition: z.record(z.string(), z.string().nullable()),
  specId: z.int(),
  added: AmountSchema,
  removed: AmountSchema,
})
export type ChangedPartition = z.infer<typeof ChangedPartitionSchema>

export const ComparisonSchema = z.object({
  from: SideSchema,
  to: SideSchema,
  /** How the first stands to the second: `before` when it is among its ancestors. */
  relation: z.enum(['same', 'before', 'after', 'apart']),
  /** Snapshots in the history of the first and not of the second, and the other way round. */
  onlyFrom: count,
  onlyTo: count,
  added: AmountSchema,
  removed: AmountSchema,
  partitionsChanged: count,
  /** Those that changed most, by bytes. */
  partitions: z.array(ChangedPartitionSchema),
  /** Entries of the two summaries that differ. */
  summary: z.array(z.object({ key: z.string(), from: z.string().nullable(), to: z.string().nullable() })),
})
export type Comparison = z.infer<typeof ComparisonSchema>

export const compareSnapshots = contract({
  method: 'GET',
  path: `${tablePath}/compare`,
  role: 'viewer',
  summary: 'What changed from one snapshot, branch or tag to another',
  description:
    'Computed from the manifests that the two do not share. Rows are those of data files, before deletes.',
  tags,
  params: TableParams,
  query: CompareQuery,
  response: ComparisonSchema,
})

export const ComparedFileSchema = FileItemSchema.omit({
  columns: true,
  equalityColumns: true,
  sortOrderId: true,
}).extend({
  change: z.enum(['added', 'removed']),
})
export type ComparedFile = z.infer<typeof ComparedFileSchema>

export const comparedFileSorts = ['change', 'path', 'rows', 'bytes'] as const

export const listComparedFiles = contract({
  method: 'GET',
  path: `${tablePath}/compare/files`,
  role: 'viewer',
  summary: 'Files that are in one of two snapshots, branches or tags and not in the other',
  description:
    'Filter fields: change (added, removed), content, rows, bytes and each partition field of the table; other words are sought in the path.',
  tags,
  params: TableParams,
  query: PageQuerySchema.omit({ sort: true })
    .extend({ sort: sortBy(comparedFileSorts, '-bytes') })
    .extend(CompareQuery.shape),
  response: pageOf(ComparedFileSchema).extend({ total: count }),
})
