import type { Database, Transaction } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { checkSource, type SourceRules } from './check-source.ts'
import { type SourceConfig, SourceConfigSchema } from './source-config.ts'
import { lostItsTopic } from './source-problem.ts'

export interface NewSource {
  name: string
  pipelineId: string
  config: SourceConfig
  createdBy: string
}

export const noSuchPipeline = (id: string): AppError =>
  new AppError('bad-input', `There is no pipeline ${id}; GET /api/v1/pipelines lists them.`)

/**
 * Adds a source to a pipeline; an ingest worker starts reading it within a second.
 * @throws AppError `bad-input` (location, topic, pipeline), `already-exists` (name, or the same place in this pipeline),
 * `unavailable` (no broker answers).
 */
export async function createSource(
  context: { db: Database; rules: SourceRules },
  source: NewSource,
): Promise<{ id: string }> {
  const { db } = context
  const config = SourceConfigSchema.parse(source.config)
  if ((await db.pipeline.count({ where: { id: source.pipelineId } })) === 0) {
    throw noSuchPipeline(source.pipelineId)
  }
  await checkSource(config, context.rules)
  return db.$transaction(async (tx) => {
    const others = await lockSources(tx)
    if (others.some(({ name }) => name === source.name)) {
      throw new AppError(
        'already-exists',
        `A source named "${source.name}" exists already; choose another name.`,
      )
    }
    const same = findReader(others, source.pipelineId, config)
    if (same) {
      throw new AppError(
        'already-exists',
        `The source "${same.name}" of this pipeline reads the same place; a second one would count its events twice.`,
      )
    }
    return tx.source.create({
      data: {
        name: source.name,
        kind: config.kind,
        config,
        pipelineId: source.pipelineId,
        createdBy: source.createdBy,
      },
      select: { id: true },
    })
  })
}

/** All sources, as they stay until the transaction ends: two people adding the same place at once would count each event twice. */
export async function lockSources(tx: Transaction) {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('firn.sources', 0))`
  return tx.source.findMany({
    select: { id: true, name: true, config: true, pipelineId: true, state: true, problem: true },
  })
}

/** The source of a pipeline that reads a place already. One whose topic was made anew does not: that one needs another. */
export const findReader = (
  sources: Awaited<ReturnType<typeof lockSources>>,
  pipelineId: string,
  config: SourceConfig,
) =>
  sources.find(
    (source) =>
      source.pipelineId === pipelineId && readsTheSame(source.config, config) && !lostItsTopic(source),
  )

function readsTheSame(other: unknown, config: SourceConfig): boolean {
  const parsed = SourceConfigSchema.safeParse(other)
  if (!parsed.success || parsed.data.kind !== config.kind) return false
  if (parsed.data.kind === 'kafka' && config.kind === 'kafka') return parsed.data.topic === config.topic
  if (parsed.data.kind === 'landing' && config.kind === 'landing') {
    if (parsed.data.pattern !== undefined || config.pattern !== undefined) {
      return parsed.data.location === config.location && parsed.data.pattern === config.pattern
    }
    const [one, two] = [`${parsed.data.location}/`, `${config.location}/`]
    return one.startsWith(two) || two.startsWith(one)
  }
  return false
}
