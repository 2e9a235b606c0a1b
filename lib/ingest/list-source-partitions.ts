import { z } from 'zod'
import type { SourcePartitionItem } from '#lib/api/sources.ts'
import type { Database, Prisma } from '#lib/db.ts'
import { decodeCursor, type Page, page } from '#lib/http/page.ts'
import { parseProblem } from '#lib/runs/problem-of.ts'

const PositionSchema = z.object({ name: z.string() })

/** A source's partitions or files by name; `filter` is sought in the name. */
export async function listSourcePartitions(
  db: Database,
  sourceId: string,
  query: {
    cursor?: string | undefined
    limit: number
    filter?: string | undefined
    state?: string | undefined
  },
): Promise<Page<SourcePartitionItem>> {
  const after = decodeCursor(query.cursor, PositionSchema)
  const where: Prisma.SourcePartitionWhereInput[] = [{ sourceId }]
  if (after) where.push({ name: { gt: after.name } })
  if (query.state) where.push({ state: query.state })
  if (query.filter) where.push({ name: { contains: query.filter, mode: 'insensitive' } })
  const rows = await db.sourcePartition.findMany({
    where: { AND: where },
    orderBy: { name: 'asc' },
    take: query.limit + 1,
  })
  const owners = await db.workerProcess.findMany({
    where: {
      id: { in: rows.flatMap(({ owner }) => (owner && z.uuid().safeParse(owner).success ? [owner] : [])) },
    },
    select: { id: true, kind: true, pid: true },
  })
  return page(
    rows,
    query.limit,
    ({ name }) => ({ name }),
    (row) => {
      const owner = owners.find(({ id }) => id === row.owner)
      const leased = row.leaseUntil !== null && row.leaseUntil.getTime() > Date.now()
      return {
        id: row.id,
        name: row.name,
        position: row.position.toString(),
        end: row.end?.toString() ?? null,
        state: row.state,
        problem: parseProblem(row.problem),
        worker: leased && owner ? `${owner.kind}-${owner.pid}` : null,
        updatedAt: row.updatedAt.toISOString(),
      }
    },
  )
}
