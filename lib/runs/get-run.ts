import type { z } from 'zod'
import type { RunDetailSchema } from '#lib/api/runs.ts'
import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { runInclude, runItem } from './run-item.ts'

const eventsShown = 500

/**
 * A run with the end of its log.
 * @throws AppError `not-found`.
 */
export async function getRun(db: Database, id: string): Promise<z.infer<typeof RunDetailSchema>> {
  const row = await db.run.findUnique({
    where: { id },
    include: { ...runInclude, events: { orderBy: { id: 'desc' }, take: eventsShown } },
  })
  if (!row) throw new AppError('not-found', `There is no run ${id}.`)
  return {
    ...runItem(row),
    details: row.details as Record<string, unknown>,
    events: row.events.reverse().map((event) => ({
      id: event.id.toString(),
      at: event.at.toISOString(),
      level: event.level,
      message: event.message,
      fields: event.fields as Record<string, unknown>,
    })),
  }
}
