import type { Actor } from '#lib/auth/actor.ts'
import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { closedTables, openPipelines } from '#lib/grants/table-access.ts'

/**
 * The pipeline meant when none is named, among those that somebody may see.
 * @throws AppError `bad-input` when there is none, or more than one to choose from.
 */
export async function getOnlyPipelineId(db: Database, actor: Actor): Promise<string> {
  const pipelines = await db.pipeline.findMany({
    where: openPipelines(await closedTables(db, actor)),
    select: { id: true, name: true },
    take: 20,
  })
  const [only] = pipelines
  if (only && pipelines.length === 1) return only.id
  throw new AppError(
    'bad-input',
    pipelines.length === 0
      ? 'There is no pipeline yet that a source could feed.'
      : `Name the pipeline as pipelineId; there are several: ${pipelines.map(({ name, id }) => `${name} (${id})`).join(', ')}.`,
  )
}
