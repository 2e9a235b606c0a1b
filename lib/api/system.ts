import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'

export const WorkerProcessSchema = z
  .object({
    id: z.uuid(),
    kind: z.string().meta({ description: 'supervisor, ingest, commit, maintain or pipeline' }),
    host: z.string(),
    pid: z.int(),
    version: z.string(),
    state: z.string().meta({ description: 'starting, ready, stopping, stopped or crashed' }),
    restarts: z.int(),
    rssBytes: z.number(),
    activity: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'What it is at; null, too, for those to whom grants close a table.' }),
    problem: z.string().nullable(),
    startedAt: z.iso.datetime(),
    beatAt: z.iso.datetime(),
    stoppedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'WorkerProcess' })

export const QueueSchema = z
  .object({
    name: z.string(),
    worker: z.string(),
    waiting: z.int(),
    active: z.int(),
    retrying: z.int(),
    failed: z.int().meta({ description: 'Given up, of the jobs still kept.' }),
    completed: z.int().meta({ description: 'Of the jobs still kept.' }),
  })
  .meta({ id: 'Queue' })

export const SystemSchema = z
  .object({
    version: z.string(),
    stage: z.string(),
    node: z.string(),
    startedAt: z.iso.datetime().meta({ description: 'Start of the web process that answered.' }),
    postgres: z.string(),
    databaseBytes: z.number(),
    warehouse: z.string(),
    landing: z.string(),
    kafka: z.array(z.string()),
    workers: z
      .array(WorkerProcessSchema)
      .meta({ description: 'Running ones and those that ended in the last hour.' }),
    queues: z.array(QueueSchema),
    stagedFiles: z.int().meta({ description: 'Data files that wait for a commit.' }),
  })
  .meta({ id: 'System' })

export const getSystem = contract({
  method: 'GET',
  path: '/api/v1/system',
  role: 'viewer',
  summary: 'Workers, job queues and versions',
  tags: ['system'],
  response: SystemSchema,
})
