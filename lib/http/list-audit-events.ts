import { z } from 'zod'
import { database, type Prisma } from '#lib/db.ts'
import type { CsvColumn } from './csv.ts'
import { encodeJson } from './json.ts'
import { decodeCursor, type Page, type PageQuery, page } from './page.ts'

type AuditRow = Prisma.AuditEventGetPayload<object>
type AuditItem = Omit<AuditRow, 'details'> & { details: Record<string, unknown> }

export interface AuditQuery extends Pick<PageQuery, 'cursor' | 'limit' | 'filter'> {
  /** an action, or its beginning when it ends with a dot */
  action?: string | undefined
  actor?: string | undefined
  subject?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

const PositionSchema = z.object({ at: z.iso.datetime(), id: z.uuid() })
const DetailsSchema = z.record(z.string(), z.unknown()).catch({})

/** The audit trail, newest first. `filter` looks into action, subject and the actor's name. */
export async function listAuditEvents(query: AuditQuery): Promise<Page<AuditItem>> {
  const after = decodeCursor(query.cursor, PositionSchema)
  const conditions: Prisma.AuditEventWhereInput[] = []
  if (after) conditions.push({ OR: [{ at: { lt: after.at } }, { at: after.at, id: { lt: after.id } }] })
  if (query.action) {
    conditions.push({ action: query.action.endsWith('.') ? { startsWith: query.action } : query.action })
  }
  if (query.actor) conditions.push({ actorId: query.actor })
  if (query.subject) conditions.push({ subject: query.subject })
  if (query.from) conditions.push({ at: { gte: query.from } })
  if (query.to) conditions.push({ at: { lt: query.to } })
  if (query.filter) {
    const contains = { contains: query.filter, mode: 'insensitive' } as const
    conditions.push({ OR: [{ action: contains }, { subject: contains }, { actorName: contains }] })
  }
  const rows = await database().auditEvent.findMany({
    where: { AND: conditions },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: query.limit + 1,
  })
  return page(
    rows,
    query.limit,
    ({ at, id }) => ({ at: at.toISOString(), id }),
    (row) => ({ ...row, details: DetailsSchema.parse(row.details) }),
  )
}

/** The audit trail as a spreadsheet. */
export const auditColumns: readonly CsvColumn<AuditItem>[] = [
  { header: 'at', value: ({ at }) => at },
  { header: 'actor', value: ({ actorName }) => actorName },
  { header: 'actor type', value: ({ actorType }) => actorType },
  { header: 'action', value: ({ action }) => action },
  { header: 'subject', value: ({ subject }) => subject },
  { header: 'address', value: ({ address }) => address },
  { header: 'request id', value: ({ requestId }) => requestId },
  { header: 'details', value: ({ details }) => encodeJson(details) },
]
