import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'
import { pageOf } from '#lib/http/page.ts'
import { healthPartNames, TableHealthSchema } from '#lib/maintenance/evaluate-health.ts'
import { DecisionSchema, StoredDecisionSchema } from '#lib/maintenance/why/condition.ts'
import { TableParams } from './catalogs.ts'

/** How healthy a table is, and why maintenance did or did not do something to it. */

const tags = ['maintenance']
const path = '/api/v1/maintenance/tables/{catalog}/{namespace}/{table}' as const
const count = z.number().int().min(0)
const time = z.iso.datetime()

export const PartitionHealthSchema = z.object({
  /** `year=2025/month=7`; empty for an unpartitioned table */
  partition: z.string(),
  specId: z.int(),
  score: count.max(100),
  files: count,
  /** Files that would do for its bytes. */
  neededFiles: count,
  smallFiles: count,
  bytes: count,
  rows: count,
  deleteFiles: count,
  positionDeletedRows: count,
  equalityDeletedRows: count,
  /** What is taken away from 100. */
  points: z.object({ smallFiles: z.number(), deletes: z.number() }),
})
export type PartitionHealthItem = z.infer<typeof PartitionHealthSchema>

export const getTableHealth = contract({
  method: 'GET',
  path: `${path}/health`,
  role: 'viewer',
  summary: "A table's health as of now, with every part of the score",
  description:
    'Worked out from the manifests of the current snapshot; nothing is listed in the store. `partitions` are the worst ones.',
  tags,
  params: TableParams,
  query: z.object({ partitions: z.coerce.number().int().min(0).max(1_000).default(20) }),
  response: z.object({ health: TableHealthSchema, partitions: z.array(PartitionHealthSchema) }),
})
export type TableHealthAnswer = z.infer<typeof getTableHealth.response>

export const HealthPointSchema = z.object({
  at: time,
  score: count.max(100),
  /** Points that each part took away. */
  parts: z.partialRecord(z.enum(healthPartNames), z.number()),
  files: count,
  bytes: count,
  snapshotId: z.string().nullable(),
})
export type HealthPoint = z.infer<typeof HealthPointSchema>

export const listHealthHistory = contract({
  method: 'GET',
  path: `${path}/health-history`,
  role: 'viewer',
  summary: "A table's health over time, oldest first",
  description:
    'One point for each evaluation of the last hour, then ever fewer: one of ten minutes for two days, of an hour for thirty days, of a day before that. The newest 1,000 of the asked time.',
  tags,
  params: TableParams,
  query: z.object({ hours: z.coerce.number().int().min(1).max(87_600).default(168) }),
  response: pageOf(HealthPointSchema),
})

export const SkippedSchema = StoredDecisionSchema.extend({ at: time })

export const getWhy = contract({
  method: 'GET',
  path: `${path}/why`,
  role: 'viewer',
  summary: 'Why each action would or would not start by itself now',
  description:
    'Every condition with its value, its threshold and where that is inherited from, whether it holds, and from when on it holds by time alone. The same function decides what starts. `last` is what the latest evaluation did, `lastStarted` what was last started by itself.',
  tags,
  params: TableParams,
  response: z.object({
    lookedAt: time,
    /** When the table is looked at again without a commit; null: with the next one. */
    nextLookAt: time.nullable(),
    actions: z.array(
      DecisionSchema.extend({ last: SkippedSchema.nullable(), lastStarted: SkippedSchema.nullable() }),
    ),
  }),
})
export type WhyAnswer = z.infer<typeof getWhy.response>

export const evaluateTable = contract({
  method: 'POST',
  path: `${path}/evaluate`,
  role: 'engineer',
  summary: 'Look at a table now, as after a commit',
  description: 'Measures its health and starts what is due by its policy. A worker does it within moments.',
  tags,
  params: TableParams,
  response: z.object({ queued: z.boolean() }),
  status: 202,
  audit: 'table.evaluate',
})
