import { evaluateTable } from '#lib/maintenance/evaluate-table.ts'
import { defineJob } from '../runtime/define-job.ts'

export default defineJob('table.evaluate', async (context) => {
  const { health, reason, runId } = await evaluateTable(context, context.payload.tableId)
  context.log.info(
    { tableId: context.payload.tableId, score: health.score, files: health.files, reason, runId },
    'table evaluated',
  )
})
