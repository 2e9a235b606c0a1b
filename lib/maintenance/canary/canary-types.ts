import { z } from 'zod'

const count = z.number().int().nonnegative()
const ms = z.number().nonnegative()

const CanarySideSchema = z.object({
  snapshotId: z.string(),
  rows: z.string().meta({ description: 'What `count(*)` gave.' }),
  checksum: z.string().nullable().meta({ description: 'Sum of the hashes of the column, if one is read.' }),
  files: count.meta({ description: 'Data files that the query opens.' }),
  deleteFiles: count,
  bytes: count.meta({ description: 'Size of the data files.' }),
  planMs: ms.meta({ description: 'From the metadata file to the list of files; median.' }),
  scanMs: ms.meta({ description: 'The statement in the engine; median.' }),
  ms: ms.meta({ description: 'Both together; median.' }),
})
export type CanarySide = z.infer<typeof CanarySideSchema>

/** A query over a table as it was before a commit of maintenance and as it was after it. */
export const CanarySchema = z
  .object({
    state: z.enum(['equal', 'differs', 'failed', 'skipped']).meta({
      description:
        'equal: the same result before and after; differs: maintenance changed rows, an error; failed: the query could not be run; skipped: nothing small enough to be asked',
    }),
    sql: z.string().nullable(),
    partitions: z.array(z.string()).meta({ description: 'Whose rows it is about; empty: the whole table.' }),
    rounds: count.meta({ description: 'How often each side was timed, in turns.' }),
    before: CanarySideSchema.nullable(),
    after: CanarySideSchema.nullable(),
    reason: z.string().nullable().meta({ description: 'Why it failed or was skipped.' }),
  })
  .meta({ id: 'Canary' })
export type Canary = z.infer<typeof CanarySchema>

/** A canary that was not asked. */
export const noCanary = (state: 'failed' | 'skipped', reason: string): Canary => {
  return { state, sql: null, partitions: [], rounds: 0, before: null, after: null, reason }
}

/** Two metadata files of a table with nothing but the maintenance between them. */
export interface CanaryPair {
  from: string
  to: string
}
