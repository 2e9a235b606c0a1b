import { listAudit } from '#lib/api/audit.ts'
import { csv } from '#lib/http/csv.ts'
import { auditColumns, listAuditEvents } from '#lib/http/list-audit-events.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(listAudit, async ({ query }) => {
  const found = await listAuditEvents(query)
  return query.format === 'csv' ? csv(found.items, auditColumns, 'audit.csv') : found
})
