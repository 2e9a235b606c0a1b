import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'

/**
 * The pipeline meant when none is named.
 * @throws AppError `bad-input` when there is none, or more than one to choose from.
 */
export async function getOnlyPipelineId(db: Database): Promise<string> {
  const pipelines = await db.pipeline.findMany({ select: { id: true, name: true }, take: 20 })
  const [only] = pipelines
  if (only && pipelines.length === 1) return only.id
  throw new AppError(
    'bad-input',
    pipelines.length === 0
      ? 'There is no pipeline yet that a source could feed.'
      : `Name the pipeline as pipelineId; there are several: ${pipelines.map(({ name, id }) => `${name} (${id})`).join(', ')}.`,
  )
}
