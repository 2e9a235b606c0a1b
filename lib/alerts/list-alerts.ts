import { z } from 'zod'
import type { AlertItem } from '#lib/api/alerts.ts'
import type { Actor } from '#lib/auth/actor.ts'
import type { Database, Prisma } from '#lib/db.ts'
import { closedTables } from '#lib/grants/table-access.ts'
import { decodeCursor, type Page, type PageQuery, page } from '#lib/http/page.ts'

const PositionSchema = z.object({ at: z.iso.datetime(), id: z.uuid() })

/** Alerts that somebody may see with their deliveries, newest first; `filter` looks into event, subject and message. */
export async function listAlerts(
  db: Database,
  actor: Actor,
  query: Pick<PageQuery, 'cursor' | 'limit' | 'filter'>,
): Promise<Page<AlertItem>> {
  const after = decodeCursor(query.cursor, PositionSchema)
  const hidden = await hiddenAlerts(db, await closedTables(db, actor))
  const conditions: Prisma.AlertWhereInput[] = [{ id: { notIn: hidden } }]
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

/**
 * Alerts about closed tables. What an alert is about is in its key: `findAlerts` makes it of the event and an id; one
 * whose run or source is gone is nobody's but those's who may see everything.
 */
async function hiddenAlerts(db: Database, closed: readonly string[]): Promise<string[]> {
  if (closed.length === 0) return []
  const rows = await db.$queryRaw<{ id: string }[]>`
    WITH closed AS (SELECT unnest(${closed}::text[]::uuid[]) AS id),
    open_pipeline AS (
      SELECT id FROM "Pipeline" WHERE "tableId" NOT IN (TABLE closed) AND "errorTableId" NOT IN (TABLE closed)
    ),
    open_source AS (SELECT id FROM "Source" WHERE "pipelineId" IN (TABLE open_pipeline)),
    about AS (SELECT id, event, split_part(key, ':', 2) AS subject FROM "Alert")
    SELECT id::text FROM about WHERE
      (event = 'table-unhealthy' AND subject IN (SELECT id::text FROM closed))
      OR (event = 'source-stopped' AND subject NOT IN (SELECT id::text FROM open_source))
      OR (event IN ('run-failed', 'canary-differs') AND NOT EXISTS (
        SELECT FROM "Run" WHERE id::text = subject AND "tableId" NOT IN (TABLE closed)
          AND ("pipelineId" IS NULL OR "pipelineId" IN (TABLE open_pipeline))
          AND ("sourceId" IS NULL OR "sourceId" IN (TABLE open_source))))`
  return rows.map(({ id }) => id)
}
