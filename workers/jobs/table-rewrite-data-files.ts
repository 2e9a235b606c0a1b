import path from 'node:path'
import { env } from '#lib/env.ts'
import { runCompaction } from '#lib/maintenance/run-compaction.ts'
import { defineJob } from '../runtime/define-job.ts'

export default defineJob('table.rewrite-data-files', async (context) => {
  const { runId, tableId } = context.payload
  await runCompaction(
    {
      ...context,
      engine: context.engine(),
      lanes: env().ENGINE_PROCESSES,
      workDirectory: path.join(env().dataDirectory, 'compaction', runId),
    },
    { runId, tableId },
  )
})
