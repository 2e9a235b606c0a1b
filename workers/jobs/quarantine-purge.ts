import { purgeQuarantine } from '#lib/maintenance/quarantine/purge-quarantine.ts'
import { defineJob } from '../runtime/define-job.ts'

export default defineJob('quarantine.purge', (context) => purgeQuarantine(context, context.payload.runId))
