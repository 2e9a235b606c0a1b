import { makePlan } from '#lib/maintenance/plans/make-plan.ts'
import { defineJob } from '../runtime/define-job.ts'

export default defineJob('maintenance.plan', (context) => makePlan(context, context.payload.planId))
