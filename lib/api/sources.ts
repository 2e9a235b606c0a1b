import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'
import { PageQuerySchema, pageOf } from '#lib/http/page.ts'
import { SourceConfigSchema, sourceStates } from '#lib/ingest/source-config.ts'
import { ProblemSchema } from '#lib/runs/run-types.ts'
import { NamedLinkSchema } from './runs.ts'

const tags = ['sources']
const SourceIdSchema = z.object({ id: z.uuid() })
const SourceNameSchema = z.string().trim().min(1).max(100)
/** Offsets and byte positions are 64-bit: text on the wire. */
const position = z.string().regex(/^\d+$/)

export const SourceFlowSchema = z
  .object({
    rows: z.number().meta({ description: 'All rows read so far, without those in the error table.' }),
    bytes: z.number(),
    errorRows: z.number(),
    uncommittedRows: z.number().meta({ description: 'Read and recorded, waiting for the next commit.' }),
    rowsPerSecond: z.number().meta({ description: 'Mean of the last minute.' }),
    bytesPerSecond: z.number(),
    lagRows: z.number().nullable().meta({ description: 'Kafka: records not read yet.' }),
    lagBytes: z.number().nullable().meta({ description: 'Landing zone: bytes not read yet.' }),
    lagSeconds: z
      .number()
      .nullable()
      .meta({ description: 'Seconds since the last batch while something waits; 0 when nothing does.' }),
    lastBatchAt: z.iso.datetime().nullable(),
    latestEvent: z.iso
      .datetime()
      .nullable()
      .meta({ description: "Newest event read, by the event's own clock." }),
    partitions: z.number(),
    openPartitions: z.number(),
    failedPartitions: z.number(),
  })
  .meta({ id: 'SourceFlow' })
export type SourceFlow = z.infer<typeof SourceFlowSchema>

export const SourceSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: z.enum(['landing', 'kafka']).or(z.string()),
    config: z.record(z.string(), z.unknown()),
    state: z
      .enum(sourceStates)
      .or(z.string())
      .meta({ description: 'paused by a person; stopped by Firn, `problem` says why' }),
    problem: ProblemSchema.nullable(),
    pipeline: NamedLinkSchema,
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    flow: SourceFlowSchema,
  })
  .meta({ id: 'Source' })
export type SourceItem = z.infer<typeof SourceSchema>

export const LedgerCheckSchema = z
  .object({
    partitions: z.number(),
    ranges: z.number(),
    rows: z.number(),
    gaps: z.number(),
    overlaps: z.number(),
    findings: z.array(
      z.object({
        partition: z.string(),
        kind: z.enum(['gap', 'overlap']),
        from: position,
        to: position,
      }),
    ),
  })
  .meta({ id: 'LedgerCheck' })
export type LedgerCheck = z.infer<typeof LedgerCheckSchema>

export const SourceDetailSchema = SourceSchema.extend({
  ledger: LedgerCheckSchema,
  loadRunId: z.uuid().nullable().meta({ description: 'The load that is running or queued.' }),
}).meta({ id: 'SourceDetail' })
export type SourceDetail = z.infer<typeof SourceDetailSchema>

export const SourcePartitionSchema = z
  .object({
    id: z.uuid(),
    name: z.string().meta({ description: 'Kafka partition, or path of the file below the folder.' }),
    position: position.meta({ description: 'Next offset or byte to read.' }),
    end: position.nullable().meta({ description: 'Last known end: high watermark or file size.' }),
    state: z.string().meta({ description: 'open, done or failed' }),
    problem: ProblemSchema.nullable(),
    worker: z.string().nullable().meta({ description: 'Who reads it now.' }),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'SourcePartition' })
export type SourcePartitionItem = z.infer<typeof SourcePartitionSchema>

export const LedgerEntrySchema = z
  .object({
    id: z.uuid(),
    partition: z.string(),
    from: position,
    to: position,
    rows: z.number(),
    batchId: z.uuid(),
    recordedAt: z.iso.datetime(),
    committedAt: z.iso.datetime().nullable(),
    snapshotIds: z.array(z.string()).meta({ description: 'Of the table and of the error table.' }),
  })
  .meta({ id: 'LedgerEntry' })
export type LedgerEntry = z.infer<typeof LedgerEntrySchema>

export const SourceErrorSchema = z
  .object({
    source: z.string().meta({ description: 'File or topic.' }),
    partition: z.string(),
    position: position.meta({ description: 'Line number in the file, or Kafka offset.' }),
    excerpt: z.string().meta({ description: 'First 200 characters; the error table has the line.' }),
    error: z.string(),
    occurredAt: z.iso.datetime(),
    batchId: z.uuid(),
  })
  .meta({ id: 'SourceError' })
export type SourceError = z.infer<typeof SourceErrorSchema>

export const listSources = contract({
  method: 'GET',
  path: '/api/v1/sources',
  role: 'viewer',
  summary: 'Sources with their flow',
  tags,
  query: PageQuerySchema.omit({ sort: true }).extend({
    kind: z.enum(['landing', 'kafka']).optional(),
    state: z.enum(sourceStates).optional(),
    pipeline: z.uuid().optional(),
  }),
  response: pageOf(SourceSchema),
})

export const createSource = contract({
  method: 'POST',
  path: '/api/v1/sources',
  role: 'engineer',
  summary: 'Add a source to a pipeline',
  description:
    'Checked first: the folder has to be below the landing zone (an administrator may name other buckets), the topic has to exist and a broker has to answer.',
  tags,
  body: z.object({
    name: SourceNameSchema,
    pipelineId: z.uuid().optional().meta({ description: 'May be left out when there is one only.' }),
    config: SourceConfigSchema,
  }),
  response: SourceSchema,
  status: 201,
  audit: 'source.create',
})

export const getSource = contract({
  method: 'GET',
  path: '/api/v1/sources/{id}',
  role: 'viewer',
  summary: 'A source: flow, problem, check of its ledger',
  tags,
  params: SourceIdSchema,
  response: SourceDetailSchema,
})

export const updateSource = contract({
  method: 'PATCH',
  path: '/api/v1/sources/{id}',
  role: 'engineer',
  summary: 'Pause, resume or rename a source',
  description:
    'Resuming a source that was stopped because records are gone accepts the gap: it goes on at the first record that is left.',
  tags,
  params: SourceIdSchema,
  body: z
    .object({ name: SourceNameSchema.optional(), state: z.enum(['active', 'paused']).optional() })
    .refine((body) => body.name !== undefined || body.state !== undefined, 'expected name or state'),
  response: SourceDetailSchema,
  audit: 'source.update',
})

export const deleteSource = contract({
  method: 'DELETE',
  path: '/api/v1/sources/{id}',
  role: 'engineer',
  summary: 'Remove a source that has not read anything',
  tags,
  params: SourceIdSchema,
  response: z.undefined(),
  status: 204,
  audit: 'source.delete',
})

export const listSourcePartitions = contract({
  method: 'GET',
  path: '/api/v1/sources/{id}/partitions',
  role: 'viewer',
  summary: 'Kafka partitions or landing-zone files with their positions',
  tags,
  params: SourceIdSchema,
  query: PageQuerySchema.omit({ sort: true }).extend({
    state: z.enum(['open', 'done', 'failed']).optional(),
  }),
  response: pageOf(SourcePartitionSchema),
})

export const retrySourcePartitions = contract({
  method: 'POST',
  path: '/api/v1/sources/{id}/partitions/retry',
  role: 'engineer',
  summary: 'Read failed partitions again',
  tags,
  params: SourceIdSchema,
  body: z.object({
    names: z.array(z.string().min(1).max(1024)).min(1).max(1000).optional().meta({
      description: 'All failed ones when left out.',
    }),
  }),
  response: z.object({ retried: z.number().int() }),
  audit: 'source.retry',
})

export const listSourceLedger = contract({
  method: 'GET',
  path: '/api/v1/sources/{id}/ledger',
  role: 'viewer',
  summary: 'Which offsets were read into which batch and snapshot, newest first',
  tags,
  params: SourceIdSchema,
  query: PageQuerySchema.omit({ sort: true, filter: true }).extend({
    partition: z.string().max(1024).optional(),
  }),
  response: pageOf(LedgerEntrySchema).extend({ check: LedgerCheckSchema }),
})

export const listSourceErrors = contract({
  method: 'GET',
  path: '/api/v1/sources/{id}/errors',
  role: 'viewer',
  summary: 'Lines that could not be read, newest first',
  description: 'The first 20 of each batch; all of them, with the whole line, are in the error table.',
  tags,
  params: SourceIdSchema,
  query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
  response: z.object({
    items: z.array(SourceErrorSchema),
    total: z.number().meta({ description: 'All error rows of this source.' }),
  }),
})
