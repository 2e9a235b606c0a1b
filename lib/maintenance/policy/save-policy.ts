import type { Database } from '#lib/db.ts'
import type { PolicyOverrides } from './policy-fields.ts'
import type { PolicyScope } from './policy-scope.ts'
import type { PolicyPreset } from './presets.ts'

/**
 * Replaces what a scope says; without a preset and overrides it says nothing any more. Tables it concerns are looked at
 * again soon, since something may have become due.
 */
export async function savePolicy(
  db: Database,
  scope: PolicyScope,
  policy: { preset: PolicyPreset | null; overrides: PolicyOverrides; by: string },
): Promise<void> {
  const { preset, overrides, by } = policy
  const { securableId, catalogId, namespaceId, tableId, levels } = scope
  const empty = preset === null && Object.keys(overrides).length === 0
  await db.$transaction(async (tx) => {
    if (empty) await tx.scopePolicy.deleteMany({ where: { securableId } })
    else {
      const said = { preset, overrides, updatedBy: by }
      const owner = tableId === null ? { namespaceId } : { tableId }
      await tx.scopePolicy.upsert({
        where: { securableId },
        create: { securableId, catalogId, ...owner, ...said },
        update: said,
      })
    }
    const concerned = await tx.namespace.findMany({
      where: { catalogId },
      select: { id: true, levels: true },
    })
    const below = concerned.filter((one) => levels.every((level, index) => one.levels[index] === level))
    await tx.icebergTable.updateMany({
      where:
        tableId === null
          ? { namespaceId: { in: below.map(({ id }) => id) }, droppedAt: null }
          : { id: tableId },
      data: { evaluateAfter: new Date() },
    })
  })
}
