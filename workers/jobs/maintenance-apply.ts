import { applyPlan } from '#lib/maintenance/plans/apply-plan.ts'
import { defineJob } from '../runtime/define-job.ts'

export default defineJob('maintenance.apply', (context) => applyPlan(context, context.payload))
