import { z } from 'zod'

/**
 * The only place where the web app and the workers meet: names of jobs and the schemas of their payloads.
 * A worker that meets an unknown name leaves it alone; a known name with a bad payload is an error.
 */

export interface JobContract {
  payload: z.ZodType
  /** The process that works this job off. */
  worker: 'maintain' | 'pipeline'
  /** Tries after the first one; the wait doubles each time. */
  retries: number
  /** Seconds after which a job whose process vanished is given to another one. */
  expireInSeconds: number
  /** The payload's field that tells jobs apart. Of jobs with the same value at most one waits and at most one runs; sending another while one waits does nothing. */
  key: string
  /** When the clock sends it by itself (UTC), with `scheduled` as its payload. */
  cron?: string
  scheduled?: Record<string, unknown>
}

const defineJobs = <T extends Record<string, JobContract>>(jobs: T): T => jobs

export const jobContracts = defineJobs({
  /** Merges the small data files of a table's partitions; a run row is made by whoever sends it. */
  'table.rewrite-data-files': {
    payload: z.object({ runId: z.uuid(), tableId: z.uuid(), requestId: z.string().optional() }),
    worker: 'maintain',
    retries: 3,
    expireInSeconds: 1_800,
    key: 'runId',
  },
  /** Copies a table's current snapshot into a new table; a run row is made by whoever sends it. */
  'table.back-up': {
    payload: z.object({ runId: z.uuid(), tableId: z.uuid(), requestId: z.string().optional() }),
    worker: 'maintain',
    retries: 3,
    expireInSeconds: 1_800,
    key: 'runId',
  },
  /** Looks at a table after a commit, or when time has made something due: measures its health and starts what its policy asks for. */
  'table.evaluate': {
    payload: z.object({ tableId: z.uuid(), trigger: z.enum(['commit', 'schedule']).default('commit') }),
    worker: 'maintain',
    retries: 3,
    expireInSeconds: 300,
    key: 'tableId',
  },
  /** Works out a maintenance plan; whoever sends it has made its row. */
  'maintenance.plan': {
    payload: z.object({ planId: z.uuid() }),
    worker: 'maintain',
    retries: 3,
    expireInSeconds: 3_600,
    key: 'planId',
  },
  /** Applies a maintenance plan; whoever sends it has made its run row. */
  'maintenance.apply': {
    payload: z.object({ runId: z.uuid(), planId: z.uuid(), requestId: z.string().optional() }),
    worker: 'maintain',
    retries: 3,
    expireInSeconds: 3_600,
    key: 'runId',
  },
  /** Deletes quarantined files; whoever sends it has made its run row. */
  'quarantine.purge': {
    payload: z.object({ runId: z.uuid(), requestId: z.string().optional() }),
    worker: 'maintain',
    retries: 3,
    expireInSeconds: 3_600,
    key: 'runId',
  },
  /** Has tables looked at for which time has made something due, and purges what is due. Sent by the clock. */
  'maintenance.sweep': {
    payload: z.object({ what: z.literal('all') }),
    worker: 'maintain',
    retries: 1,
    expireInSeconds: 3_600,
    key: 'what',
    cron: '* * * * *',
    scheduled: { what: 'all' },
  },
  /** Brings a site's visitor marts up to the table's current snapshot. */
  'mart.refresh-visitors': {
    payload: z.object({ siteId: z.string().min(1), requestId: z.string().optional() }),
    worker: 'pipeline',
    retries: 5,
    // The first build over months of events; a process that is gone is noticed by its heartbeat.
    expireInSeconds: 82_800,
    key: 'siteId',
  },
})

export type JobName = keyof typeof jobContracts
export type JobPayload<Name extends JobName> = z.infer<(typeof jobContracts)[Name]['payload']>
export const jobNames = Object.keys(jobContracts) as JobName[]
