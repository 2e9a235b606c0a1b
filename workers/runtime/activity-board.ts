import type { Prisma } from '#lib/db.ts'
import type { Heartbeat } from './heartbeat.ts'

/** Collects what a worker does by source; the heartbeat carries the whole board. */
export function activityBoard(
  heartbeat: Pick<Heartbeat, 'setActivity'>,
): (source: string, activity: Prisma.InputJsonObject | null) => void {
  const board = new Map<string, Prisma.InputJsonObject>()
  return (source, activity) => {
    if (activity) board.set(source, activity)
    else board.delete(source)
    heartbeat.setActivity(board.size > 0 ? { sources: Object.fromEntries(board) } : null)
  }
}
