import type { Database, Prisma } from '#lib/db.ts'

/** Adds a line to a run's log, which its page shows. */
export async function logRun(
  db: Database,
  runId: string,
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Prisma.InputJsonObject = {},
): Promise<void> {
  await db.runEvent.create({ data: { runId, level, message, fields } })
}
