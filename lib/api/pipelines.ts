import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'
import { PageQuerySchema, pageOf } from '#lib/http/page.ts'
import { ProblemSchema } from '#lib/runs/run-types.ts'
import { TableLinkSchema } from './runs.ts'

const tags = ['pipelines']

const PipelineTableSchema = TableLinkSchema.extend({
  records: z.number(),
  dataFiles: z.number(),
  bytes: z.number(),
  lastCommitAt: z.iso.datetime().nullable(),
}).meta({ id: 'PipelineTable' })

export const PipelineSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    mapping: z.string(),
    createdAt: z.iso.datetime(),
    table: PipelineTableSchema,
    errorTable: PipelineTableSchema,
    sources: z.array(
      z.object({
        id: z.uuid(),
        name: z.string(),
        kind: z.string(),
        state: z.string(),
        problem: ProblemSchema.nullable(),
      }),
    ),
    sites: z.array(z.object({ id: z.string(), name: z.string() })),
    uncommittedFiles: z.number().meta({ description: 'Data files that wait for the next commit.' }),
  })
  .meta({ id: 'Pipeline' })
export type PipelineItem = z.infer<typeof PipelineSchema>

export const listPipelines = contract({
  method: 'GET',
  path: '/api/v1/pipelines',
  role: 'viewer',
  summary: 'Pipelines with their sources, tables and sites',
  tags,
  query: PageQuerySchema.omit({ sort: true }),
  response: pageOf(PipelineSchema),
})

export const getPipeline = contract({
  method: 'GET',
  path: '/api/v1/pipelines/{id}',
  role: 'viewer',
  summary: 'A pipeline',
  tags,
  params: z.object({ id: z.uuid() }),
  response: PipelineSchema,
})
