import { z } from 'zod'

/**
 * The only place where the web app and the workers meet: names of jobs and the schemas of their payloads.
 * A worker that meets an unknown name leaves it alone; a known name with a bad payload is an error.
 */

interface JobContract {
  payload: z.ZodType
  /** The process that works this job off. */
  worker: 'maintain' | 'pipeline'
  /** Tries after the first one; the wait doubles each time. */
  retries: number
  /** Seconds after which a job whose process vanished is given to another one. */
  expireInSeconds: number
  /** The payload's field that tells jobs apart. Of jobs with the same value at most one waits and at most one runs; sending another while one waits does nothing. */
  key: string
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
  /** Looks at a table after a commit: refreshes its health and starts what its thresholds ask for. */
  'table.evaluate': {
    payload: z.object({ tableId: z.uuid(), snapshotId: z.string().regex(/^\d+$/) }),
    worker: 'maintain',
    retries: 3,
    expireInSeconds: 300,
    key: 'tableId',
  },
  /** Brings a site's visitor marts up to the table's current snapshot. */
  'mart.refresh-visitors': {
    payload: z.object({ siteId: z.string().min(1), requestId: z.string().optional() }),
    worker: 'pipeline',
    retries: 5,
    expireInSeconds: 900,
    key: 'siteId',
  },
})

export type JobName = keyof typeof jobContracts
export type JobPayload<Name extends JobName> = z.infer<(typeof jobContracts)[Name]['payload']>
export const jobNames = Object.keys(jobContracts) as JobName[]
