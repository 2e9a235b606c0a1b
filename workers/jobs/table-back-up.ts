import path from 'node:path'
import { env } from '#lib/env.ts'
import { runBackup } from '#lib/maintenance/run-backup.ts'
import { defineJob } from '../runtime/define-job.ts'

export default defineJob('table.back-up', async (context) => {
  const { runId, tableId } = context.payload
  await runBackup(
    {
      ...context,
      engine: context.engine(),
      lanes: env().ENGINE_PROCESSES,
      workDirectory: path.join(env().dataDirectory, 'backup', runId),
    },
    { runId, tableId },
  )
})
