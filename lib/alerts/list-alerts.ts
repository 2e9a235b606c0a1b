import { z } from 'zod'
import type { AlertItem } from '#lib/api/alerts.ts'
import type { Database, Prisma } from '#lib/db.ts'
import { decodeCursor, type Page, type PageQuery, page } from '#lib/http/page.ts'

const PositionSchema = z.object({ at: z.iso.datetime(), id: z.uuid() })

/** Alerts with their deliveries, newest first; `filter` looks into event, subject and message. */
export async function listAlerts(
  db: Database,
  query: Pick<PageQuery, 'cursor' | 'limit' | 'filter'>,
): Promise<Page<AlertItem>> {
  const after = decodeCursor(query.cursor, PositionSchema)
  const conditions: Prisma.AlertWhereInput[] = []
  if (after) conditions.push({ OR: [{ at: { lt: after.at } }, { at: after.at, id: { lt: after.id } }] })
  if (query.filter) {
    const contains = { contains: query.filter, mode: 'insensitive' } as const
    conditions.push({ OR: [{ event: contains }, { subject: contains }, { message: contains }] })
  }
  const rows = await db.alert.findMany({
    where: { AND: conditions },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: query.limit + 1,
    include: { deliveries: { include: { channel: { select: { name: true } } } } },
  })
  return page(
    rows,
    query.limit,
    ({ at, id }) => ({ at: at.toISOString(), id }),
    ({ id, event, subject, message, href, at, deliveries }): AlertItem => ({
      id,
      event: event as AlertItem['event'],
      subject,
      message,
      href,
      at: at.toISOString(),
      deliveries: deliveries.map(({ channel, state, attempts, problem, sentAt }) => ({
        channel: channel.name,
        state: state as AlertItem['deliveries'][number]['state'],
        attempts,
        problem,
        sentAt: sentAt?.toISOString() ?? null,
      })),
    }),
  )
}
