import { recordMetricsReport } from '#lib/catalogs/record-metrics-report.ts'
import { database } from '#lib/db.ts'
import { endpoint } from './endpoint.ts'
import { emptyAnswer } from './json-answer.ts'
import { MetricsReportJson } from './metrics-report.ts'

/** Takes what an engine says of a scan or a commit. Whoever may read the table may report on it. */
export const metricsEndpoint = endpoint({
  method: 'POST',
  path: '/v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics',
  role: 'viewer',
  audit: false,
  body: MetricsReportJson,
  handle: async ({ catalog, identifier, body, actor }) => {
    const { id } = await catalog.locateTable(identifier)
    await recordMetricsReport(database(), {
      tableId: id,
      kind: body['report-type'] === 'scan-report' ? 'scan' : 'commit',
      snapshotId: BigInt(body['snapshot-id']),
      report: body,
      actor,
    })
    return emptyAnswer()
  },
})
