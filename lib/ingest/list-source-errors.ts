import { z } from 'zod'
import type { SourceError } from '#lib/api/sources.ts'
import type { Database } from '#lib/db.ts'

const SampleSchema = z.array(
  z.object({
    source: z.string(),
    partition: z.string(),
    position: z.string(),
    error: z.string(),
    excerpt: z.string(),
  }),
)

/** Errors of a source's newest batches, as far as batches keep them. */
export async function listSourceErrors(
  db: Database,
  sourceId: string,
  limit: number,
): Promise<{ items: SourceError[]; total: number }> {
  const [batches, sum] = await Promise.all([
    db.batch.findMany({
      where: { sourceId, errorRows: { gt: 0 } },
      orderBy: { createdAt: 'desc' },
      take: limit,
      select: { id: true, createdAt: true, errorSample: true },
    }),
    db.batch.aggregate({ where: { sourceId }, _sum: { errorRows: true } }),
  ])
  const items = batches.flatMap(({ id, createdAt, errorSample }) =>
    SampleSchema.parse(errorSample).map((error) => ({
      ...error,
      occurredAt: createdAt.toISOString(),
      batchId: id,
    })),
  )
  return { items: items.slice(0, limit), total: Number(sum._sum.errorRows ?? 0n) }
}
