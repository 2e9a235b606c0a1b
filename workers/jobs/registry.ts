import type { JobName } from '#lib/jobs/contracts.ts'
import type { JobDefinition } from '../runtime/define-job.ts'

/** Each job's handler, imported when the first such job arrives. */
export const jobRegistry: { [Name in JobName]: () => Promise<{ default: JobDefinition<Name> }> } = {
  'table.rewrite-data-files': () => import('./table-rewrite-data-files.ts'),
  'table.back-up': () => import('./table-back-up.ts'),
  'table.evaluate': () => import('./table-evaluate.ts'),
  'maintenance.plan': () => import('./maintenance-plan.ts'),
  'maintenance.apply': () => import('./maintenance-apply.ts'),
  'maintenance.sweep': () => import('./maintenance-sweep.ts'),
  'quarantine.purge': () => import('./quarantine-purge.ts'),
  'mart.refresh-visitors': () => import('./mart-refresh-visitors.ts'),
}
