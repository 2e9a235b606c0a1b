import type { Actor } from '#lib/auth/actor.ts'
import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { assertTableAccess, closedTables, openPipelines } from '#lib/grants/table-access.ts'
import { noSuchPipeline } from './create-source.ts'

const tables = { tableId: true, errorTableId: true } as const

/**
 * Refuses a source whose events go to tables that somebody may not see as if it were not there; what changes it, to
 * those who may only read them.
 * @throws AppError `not-found`, `forbidden`
 */
export async function assertSourceAccess(
  db: Database,
  actor: Actor,
  id: string,
  options: { change: boolean },
): Promise<void> {
  const source = await db.source.findUnique({ where: { id }, select: { pipeline: { select: tables } } })
  const what = `source ${id}`
  if (!source) throw new AppError('not-found', `There is no ${what}.`)
  const { tableId, errorTableId } = source.pipeline
  await assertTableAccess(db, actor, [tableId, errorTableId], { ...options, what })
}

/**
 * The same for a pipeline that gets a source.
 * @throws AppError `bad-input` where there is none that the actor may see, `forbidden`
 */
export async function assertPipelineAccess(db: Database, actor: Actor, id: string): Promise<void> {
  const pipeline = await db.pipeline.findFirst({
    where: { AND: [{ id }, openPipelines(await closedTables(db, actor))] },
    select: tables,
  })
  if (!pipeline) throw noSuchPipeline(id)
  const { tableId, errorTableId } = pipeline
  await assertTableAccess(db, actor, [tableId, errorTableId], { change: true, what: `pipeline ${id}` })
}
