import { evaluateTable } from '#lib/maintenance/evaluate-table.ts'
import { defineJob } from '../runtime/define-job.ts'

export default defineJob('table.evaluate', async (context) => {
  const { tableId, trigger } = context.payload
  const { health, stored } = await evaluateTable(context, tableId, trigger)
  const started = stored.flatMap(({ action, started: begun }) => (begun ? [{ action, ...begun }] : []))
  context.log.info({ tableId, trigger, score: health.score, files: health.files, started }, 'table evaluated')
})
