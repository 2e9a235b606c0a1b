import { z } from 'zod'
import type { PlanGroupView, PlanItemView, PlanView } from '#lib/api/maintenance.ts'
import type { Actor } from '#lib/auth/actor.ts'
import type { Database, Prisma } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { assertTableAccess, closedTables } from '#lib/grants/table-access.ts'
import { decodeCursor, type Page, page, pageOfList } from '#lib/http/page.ts'
import { parseJson } from '#lib/iceberg/spec/json.ts'
import type { ItemKind } from './plan-types.ts'
import { loadPlanView, planInclude, planViews } from './plan-view.ts'
import { CompactionInputSchema } from './planned-group.ts'

const PositionSchema = z.object({ at: z.iso.datetime(), id: z.uuid() })

/** Plans, newest first, of the tables that somebody may see. */
export async function listPlans(
  db: Database,
  actor: Actor,
  query: {
    cursor?: string | undefined
    limit: number
    /** Sought in the table's name and the requester. */
    filter?: string | undefined
    state?: string[] | undefined
    action?: string[] | undefined
    table?: string | undefined
  },
): Promise<Page<PlanView>> {
  const after = decodeCursor(query.cursor, PositionSchema)
  const closed = await closedTables(db, actor)
  const where: Prisma.MaintenancePlanWhereInput[] = []
  if (after) {
    where.push({ OR: [{ createdAt: { lt: after.at } }, { createdAt: after.at, id: { lt: after.id } }] })
  }
  if (closed.length > 0) where.push({ tableId: { notIn: closed } })
  if (query.state) where.push({ state: { in: query.state } })
  if (query.action) where.push({ action: { in: query.action } })
  if (query.table) where.push({ tableId: query.table })
  if (query.filter) {
    const contains = { contains: query.filter, mode: 'insensitive' } as const
    where.push({
      OR: [{ requestedBy: contains }, { table: { OR: [{ name: contains }, { droppedName: contains }] } }],
    })
  }
  const rows = await db.maintenancePlan.findMany({
    where: { AND: where },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: query.limit + 1,
    include: planInclude,
  })
  const positionOf = ({ createdAt, id }: (typeof rows)[number]) => ({ at: createdAt.toISOString(), id })
  const shown = page(rows, query.limit, positionOf, (row) => row)
  return { ...shown, items: await planViews(db, shown.items) }
}

/** @throws AppError `not-found`, also for a plan of a table that is closed to the actor; `forbidden` */
export async function getPlan(
  db: Database,
  actor: Actor,
  id: string,
  options: { change: boolean } = { change: false },
): Promise<PlanView> {
  const row = await db.maintenancePlan.findUnique({ where: { id }, include: planInclude })
  if (!row) throw new AppError('not-found', `There is no plan ${id}.`)
  await assertTableAccess(db, actor, [row.tableId], { ...options, what: `plan ${id}` })
  return loadPlanView(db, row)
}

const ItemPositionSchema = z.object({ position: z.number().int() })

/** The files of a plan, in its order. */
export async function listPlanItems(
  db: Database,
  planId: string,
  query: {
    cursor?: string | undefined
    limit: number
    filter?: string | undefined
    kind?: string[] | undefined
  },
): Promise<Page<PlanItemView>> {
  const after = decodeCursor(query.cursor, ItemPositionSchema)
  const rows = await db.maintenancePlanItem.findMany({
    where: {
      planId,
      ...(after ? { position: { gt: after.position } } : {}),
      ...(query.kind ? { kind: { in: query.kind } } : {}),
      ...(query.filter ? { location: { contains: query.filter, mode: 'insensitive' } } : {}),
    },
    orderBy: { position: 'asc' },
    take: query.limit + 1,
  })
  return page(
    rows,
    query.limit,
    ({ position }) => ({ position }),
    ({ position, kind, location, bytes }) => ({
      position,
      kind: kind as ItemKind,
      location,
      bytes: Number(bytes),
    }),
  )
}

/** The groups of files that a planned compaction merges, in their order; none for other actions. */
export async function listPlanGroups(
  db: Database,
  planId: string,
  query: { cursor?: string | undefined; limit: number; filter?: string | undefined },
): Promise<Page<PlanGroupView>> {
  const { action, input } = await db.maintenancePlan.findUniqueOrThrow({
    where: { id: planId },
    select: { action: true, input: true },
  })
  const stored = action === 'compaction' ? CompactionInputSchema.safeParse(parseJson(input)).data : undefined
  const sought = query.filter?.toLowerCase() ?? ''
  const groups = (stored?.groups ?? [])
    .map(({ fingerprint: _, ...group }, position) => ({ position, ...group }))
    .filter(({ name }) => name.toLowerCase().includes(sought))
  return pageOfList(groups, query, (group) => group)
}
