import { sweepTables } from '#lib/maintenance/sweep-tables.ts'
import { defineJob } from '../runtime/define-job.ts'

export default defineJob('maintenance.sweep', async (context) => {
  const { evaluated, plans, purge, problems } = await sweepTables(context)
  context.log.info(
    { evaluated: evaluated.length, plans: plans.length, purge, problems: problems.length },
    'maintenance looked what is due',
  )
  for (const { tableId, error } of problems)
    context.log.warn({ tableId, error }, 'table could not be looked at')
})
