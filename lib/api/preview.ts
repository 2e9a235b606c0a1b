import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'
import { TableParams, tablePath } from './catalogs.ts'

const count = z.int().min(0)
const id = z.string().regex(/^-?\d{1,20}$/, 'expected the id of a snapshot, digits only')

export const TablePreviewSchema = z.object({
  /** null for a table without snapshots */
  snapshotId: id.nullable(),
  committedAt: z.iso.datetime().nullable(),
  schemaId: z.int(),
  columns: z.array(z.object({ id: z.int(), name: z.string(), type: z.string(), required: z.boolean() })),
  rows: z.array(z.array(z.unknown())).meta({
    description:
      'Values in the order of the columns: 64-bit integers, decimals, dates and times (in UTC) as text, binary as hexadecimal digits, structs as objects, maps as lists of pairs.',
  }),
  /** Values of which only the beginning is given, with their whole length in bytes. */
  cut: z.array(z.object({ row: count, column: count, length: count })),
  filesRead: count,
  filesTotal: count,
  /** These are all rows there are. */
  complete: z.boolean(),
  milliseconds: count,
})
export type TablePreview = z.infer<typeof TablePreviewSchema>

export const previewTable = contract({
  method: 'GET',
  path: `${tablePath}/preview`,
  role: 'viewer',
  summary: 'The first rows of a table at a snapshot, branch or tag',
  description:
    'Read by the engine with deletes applied, from as few files as give enough rows. Without `snapshot` and `ref` the current snapshot.',
  tags: ['catalogs'],
  params: TableParams,
  query: z
    .object({
      snapshot: id.optional(),
      ref: z.string().min(1).max(256).optional(),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    })
    .refine(({ snapshot, ref }) => snapshot === undefined || ref === undefined, {
      message: 'expected either snapshot or ref, not both',
    }),
  response: TablePreviewSchema,
})
