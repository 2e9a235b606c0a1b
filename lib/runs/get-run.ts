import type { z } from 'zod'
import type { RunDetailSchema } from '#lib/api/runs.ts'
import type { Actor } from '#lib/auth/actor.ts'
import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { assertTableAccess, closedTables, openRuns } from '#lib/grants/table-access.ts'
import { runInclude, runItem } from './run-item.ts'

const eventsShown = 500

/**
 * A run with the end of its log.
 * @throws AppError `not-found`, also for one about a table that is closed to the actor; `forbidden`.
 */
export async function getRun(
  db: Database,
  actor: Actor,
  id: string,
  options: { change: boolean } = { change: false },
): Promise<z.infer<typeof RunDetailSchema>> {
  const row = await db.run.findFirst({
    where: { AND: [{ id }, openRuns(await closedTables(db, actor))] },
    include: { ...runInclude, events: { orderBy: { id: 'desc' }, take: eventsShown } },
  })
  if (!row) throw new AppError('not-found', `There is no run ${id}.`)
  if (options.change && row.tableId !== null) {
    await assertTableAccess(db, actor, [row.tableId], { change: true, what: `run ${id}` })
  }
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
