import { z } from 'zod'

export const runKinds = [
  'load',
  'compaction',
  'backup',
  'mart-refresh',
  'commit',
  'tag-snapshots',
  'expire-snapshots',
  'remove-orphan-files',
  'rewrite-manifests',
  'delete-old-rows',
  'purge-dropped-table',
  'purge-quarantine',
] as const
export type RunKind = (typeof runKinds)[number]

export const runStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'skipped'] as const
export type RunState = (typeof runStates)[number]

/** States a run never leaves. */
export const finalRunStates: readonly RunState[] = ['succeeded', 'failed', 'cancelled', 'skipped']

const count = z.number().nonnegative()

/** How far a run is: done and total of whatever it can count. A missing total is unknown. */
export const RunProgressSchema = z.object({
  phase: z.string().optional(),
  rows: count.optional(),
  rowsTotal: count.optional(),
  bytes: count.optional(),
  bytesTotal: count.optional(),
  files: count.optional(),
  filesTotal: count.optional(),
})
export type RunProgress = z.infer<typeof RunProgressSchema>

/** CPU time of a run, all tries together; milliseconds. */
export const CpuTimeSchema = z
  .object({
    engineMs: count.meta({ description: 'Of the engine processes, while they worked for this run.' }),
    workerMs: count.meta({
      description:
        'Of the worker process during the run: its own part of the work, and whatever else it did meanwhile.',
    }),
  })
  .meta({ id: 'CpuTime' })
export type CpuTime = z.infer<typeof CpuTimeSchema>

/** Why something does not go on, and what to do about it. Kept on runs, sources and source partitions. */
export const ProblemSchema = z.object({
  code: z.string(),
  message: z.string(),
  /** What the reader can do; part of the message when there is nothing to add. */
  action: z.string().optional(),
  /** When it was first met, ISO 8601. */
  since: z.string(),
  /** True when Firn keeps trying by itself and takes the problem away when it works again. */
  retrying: z.boolean().default(false),
  context: z.record(z.string(), z.unknown()).default({}),
})
export type Problem = z.infer<typeof ProblemSchema>
