import path from 'node:path'
import { env } from '#lib/env.ts'
import { applyPlan } from '#lib/maintenance/plans/apply-plan.ts'
import { defineJob } from '../runtime/define-job.ts'

export default defineJob('maintenance.apply', (context) =>
  applyPlan(
    {
      ...context,
      lanes: env().ENGINE_PROCESSES,
      workDirectory: path.join(env().dataDirectory, 'compaction', context.payload.runId),
    },
    context.payload,
  ),
)
