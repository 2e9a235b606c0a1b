import { z } from 'zod'
import type { Database } from '#lib/db.ts'

export interface PendingFile {
  location: string
  why: string
}

const DetailsSchema = z.looseObject({ uncommitted: z.array(z.string()).default([]) })

/**
 * Files that no metadata refers to yet and somebody is about to commit: staged by ingestion, or written by a run that is
 * not over.
 */
export async function pendingFiles(db: Database): Promise<PendingFile[]> {
  const staged = await db.stagedFile.findMany({ where: { snapshotId: null }, select: { path: true } })
  const runs = await db.run.findMany({
    where: { state: { in: ['queued', 'running'] } },
    select: { id: true, details: true },
  })
  return [
    ...staged.map(({ path }) => ({ location: path, why: 'ingestion has staged it for its next commit' })),
    ...runs.flatMap(({ id, details }) => {
      const parsed = DetailsSchema.safeParse(details)
      return (parsed.data?.uncommitted ?? []).map((location) => ({
        location,
        why: `run ${id} has written it and not committed yet`,
      }))
    }),
  ]
}
