import { sweepTables } from '#lib/maintenance/sweep-tables.ts'
import { defineJob } from '../runtime/define-job.ts'

export default defineJob('maintenance.sweep', async (context) => {
  const { plans, purge, problems } = await sweepTables(context)
  context.log.info(
    { plans: plans.length, purge, problems: problems.length },
    'maintenance looked at all tables',
  )
  for (const { tableId, error } of problems)
    context.log.warn({ tableId, error }, 'table could not be looked at')
})
