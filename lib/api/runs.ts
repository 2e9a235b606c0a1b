import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'
import { PageQuerySchema, pageOf } from '#lib/http/page.ts'
import { CanarySchema } from '#lib/maintenance/canary/canary-types.ts'
import { CpuTimeSchema, ProblemSchema, RunProgressSchema, runKinds, runStates } from '#lib/runs/run-types.ts'

const tags = ['runs']
const RunIdSchema = z.object({ id: z.uuid() })
const facts = z.record(z.string(), z.unknown())

/** A table by the names its address is made of. */
export const TableLinkSchema = z
  .object({ id: z.uuid(), catalog: z.string(), namespace: z.string(), name: z.string() })
  .meta({ id: 'TableLink' })

export const NamedLinkSchema = z.object({ id: z.uuid(), name: z.string() }).meta({ id: 'NamedLink' })

export const RunSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(runKinds).or(z.string()),
    state: z.enum(runStates).or(z.string()),
    title: z.string(),
    trigger: z.string().meta({ description: 'What started it: manual, commit, schedule, files.' }),
    requestedBy: z.string(),
    requestId: z.string().nullable(),
    table: TableLinkSchema.nullable(),
    source: NamedLinkSchema.nullable(),
    pipeline: NamedLinkSchema.nullable(),
    progress: RunProgressSchema,
    before: facts.nullable(),
    after: facts.nullable(),
    cpu: CpuTimeSchema.nullable().meta({ description: 'Of maintenance; known once the run is over.' }),
    canary: CanarySchema.nullable().meta({
      description: 'Of maintenance that changes what readers go by; known once the run is over.',
    }),
    problem: ProblemSchema.nullable(),
    cancelRequested: z.boolean(),
    worker: z.string().nullable(),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    beatAt: z.iso.datetime().nullable().meta({ description: 'Last sign of life of its worker.' }),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Run' })
export type RunItem = z.infer<typeof RunSchema>

export const RunEventSchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    level: z.string(),
    message: z.string(),
    fields: facts,
  })
  .meta({ id: 'RunEvent' })

export const RunDetailSchema = RunSchema.extend({
  details: facts,
  events: z.array(RunEventSchema).meta({ description: 'The newest 500, oldest first.' }),
}).meta({ id: 'RunDetail' })
export type RunDetail = z.infer<typeof RunDetailSchema>

const list = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : value.split(',')))

export const listRuns = contract({
  method: 'GET',
  path: '/api/v1/runs',
  role: 'viewer',
  summary: 'Loads, compactions and refreshes of marts, newest first',
  tags,
  query: PageQuerySchema.omit({ sort: true }).extend({
    kind: list.pipe(z.array(z.enum(runKinds))).optional(),
    state: list
      .pipe(z.array(z.enum(runStates)))
      .optional()
      .meta({ description: 'One or more, separated by commas.' }),
    table: z.uuid().optional(),
    source: z.uuid().optional(),
    pipeline: z.uuid().optional(),
  }),
  response: pageOf(RunSchema),
})

export const getRun = contract({
  method: 'GET',
  path: '/api/v1/runs/{id}',
  role: 'viewer',
  summary: 'A run with its log',
  tags,
  params: RunIdSchema,
  response: RunDetailSchema,
})

export const cancelRun = contract({
  method: 'POST',
  path: '/api/v1/runs/{id}/cancel',
  role: 'engineer',
  summary: 'Ask a run to stop',
  description:
    'A queued run is over at once, a running one within seconds. Cancelling a load also pauses its source.',
  tags,
  params: RunIdSchema,
  response: RunSchema,
  status: 202,
  audit: 'run.cancel',
})
