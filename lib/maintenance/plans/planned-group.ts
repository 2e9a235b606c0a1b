import { z } from 'zod'
import type { CompactionPolicy } from '../compaction-policy.ts'

const count = z.number().int().nonnegative()

/** A group of a planned compaction; its files are the plan's next `files` data files. */
const PlannedGroupSchema = z.object({
  /** Of its partition. */
  name: z.string(),
  files: count,
  bytes: count,
  rows: count,
  /** Delete files that apply to its files, and those of them that go with the files. */
  deletesApplied: count,
  deletesRemoved: count,
  /** Stands for the files and the deletes that apply to each. */
  fingerprint: z.string(),
})
export type PlannedGroup = z.infer<typeof PlannedGroupSchema>

/** What applying a planned compaction needs beside its items. */
export const CompactionInputSchema = z.object({
  /** Stored and bound by the plan's hash, so it is as it was when the plan was made. */
  policy: z.custom<CompactionPolicy>((value) => typeof value === 'object' && value !== null),
  groups: z.array(PlannedGroupSchema),
  /** Delete files that will apply to no data file and are dropped. */
  dangling: count.default(0),
})
