import { createHash } from 'node:crypto'
import type { Database, Transaction } from '#lib/db.ts'
import type { ItemKind } from './plan-types.ts'
import type { PlanItem } from './planner.ts'

const perInsert = 2_000

/** Stores a plan's items as they come and counts them; also makes the hash that binds the plan to exactly these. */
export async function storeItems(
  db: Database,
  plan: { id: string; bindTo: string },
  batches: AsyncIterable<readonly PlanItem[]>,
) {
  await db.maintenancePlanItem.deleteMany({ where: { planId: plan.id } })
  const hash = createHash('sha256').update(plan.bindTo)
  const byKind: Partial<Record<ItemKind, { files: number; bytes: number }>> = {}
  let position = 0
  let waiting: PlanItem[] = []
  const flush = async () => {
    if (waiting.length === 0) return
    // Arrays: a statement with a parameter for each value takes several times as long.
    await db.$executeRaw`
      INSERT INTO "MaintenancePlanItem" ("planId", position, kind, location, bytes)
      SELECT ${plan.id}::uuid, * FROM unnest(
        ${waiting.map((_, index) => position + index)}::int[], ${waiting.map(({ kind }) => kind)}::text[],
        ${waiting.map(({ location }) => location)}::text[], ${waiting.map(({ bytes }) => String(bytes))}::text[]::bigint[])`
    position += waiting.length
    waiting = []
  }
  for await (const batch of batches) {
    for (const item of batch) {
      hash.update(`\n${item.kind} ${item.bytes} ${item.location}`)
      const sum = byKind[item.kind] ?? { files: 0, bytes: 0 }
      byKind[item.kind] = { files: sum.files + 1, bytes: sum.bytes + Number(item.bytes) }
      waiting.push(item)
      if (waiting.length >= perInsert) await flush()
    }
  }
  await flush()
  const bytes = Object.values(byKind).reduce((sum, kind) => sum + kind.bytes, 0)
  return { hash: hash.digest('hex'), files: position, bytes, byKind }
}

/** A plan's items in batches, in their order. */
export async function* readItems(db: Database, planId: string): AsyncGenerator<PlanItem[]> {
  for (let after = -1; ; ) {
    const rows = await db.maintenancePlanItem.findMany({
      where: { planId, position: { gt: after } },
      orderBy: { position: 'asc' },
      take: perInsert,
    })
    const last = rows.at(-1)
    if (!last) return
    yield rows.map(({ kind, location, bytes }) => ({ kind: kind as ItemKind, location, bytes }))
    after = last.position
  }
}

/** Puts all items of a plan into quarantine. A file that waits there already stays with the run that put it there. */
export async function quarantineItems(
  tx: Transaction,
  plan: { id: string; tableId: string },
  run: { runId: string; purgeAfter: Date },
): Promise<number> {
  return tx.$executeRaw`
    INSERT INTO "QuarantinedFile" (id, "tableId", "runId", kind, location, bytes, "purgeAfter")
    SELECT gen_random_uuid(), ${plan.tableId}::uuid, ${run.runId}::uuid, kind, location, bytes, ${run.purgeAfter}
    FROM "MaintenancePlanItem" WHERE "planId" = ${plan.id}::uuid ORDER BY position
    ON CONFLICT DO NOTHING`
}
