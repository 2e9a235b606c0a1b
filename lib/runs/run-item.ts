import type { RunItem } from '#lib/api/runs.ts'
import type { Prisma } from '#lib/db.ts'
import { CanarySchema } from '#lib/maintenance/canary/canary-types.ts'
import { parseProblem } from './problem-of.ts'
import { CpuTimeSchema, RunProgressSchema } from './run-types.ts'

/** What a run's public form is made of. */
export const runInclude = {
  table: {
    select: {
      id: true,
      name: true,
      droppedName: true,
      droppedFrom: true,
      namespace: { select: { levels: true, catalog: { select: { name: true } } } },
    },
  },
  source: { select: { id: true, name: true } },
  pipeline: { select: { id: true, name: true } },
} as const satisfies Prisma.RunInclude

export type RunRow = Prisma.RunGetPayload<{ include: typeof runInclude }>

const object = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null

/** A dropped table is called what it was called. */
export const tableLink = (table: NonNullable<RunRow['table']>) => ({
  id: table.id,
  catalog: table.namespace.catalog.name,
  namespace: (table.droppedName === null ? table.namespace.levels : table.droppedFrom).join('.'),
  name: table.droppedName ?? table.name,
})

/** What a run measured, as the API shows it. */
export const runResult = (
  row: Pick<RunRow, 'state' | 'before' | 'after' | 'cpu' | 'canary'>,
): Pick<RunItem, 'state' | 'before' | 'after' | 'cpu' | 'canary'> => ({
  state: row.state,
  before: object(row.before),
  after: object(row.after),
  cpu: CpuTimeSchema.safeParse(row.cpu).data ?? null,
  canary: CanarySchema.safeParse(row.canary).data ?? null,
})

/** A run as the API shows it. */
export function runItem(row: RunRow): RunItem {
  const progress = RunProgressSchema.safeParse(row.progress)
  return {
    id: row.id,
    kind: row.kind,
    ...runResult(row),
    title: row.title,
    trigger: row.trigger,
    requestedBy: row.requestedBy,
    requestId: row.requestId,
    table: row.table && tableLink(row.table),
    source: row.source,
    pipeline: row.pipeline,
    progress: progress.success ? progress.data : {},
    problem: parseProblem(row.problem),
    cancelRequested: row.cancelRequested,
    worker: row.worker,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    beatAt: row.beatAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }
}
