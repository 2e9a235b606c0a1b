import { z } from 'zod'
import type { Database } from '#lib/db.ts'
import type { ExpiredSnapshots } from '#lib/iceberg/actions/expire-snapshots.ts'
import { Int64Json, parseJson } from '#lib/iceberg/spec/json.ts'

export interface RestoredSnapshots {
  ids: ReadonlySet<bigint>
  refs: ReadonlySet<string>
}

const InputJson = z.object({
  snapshots: z.array(z.object({ 'snapshot-id': Int64Json })),
  refs: z.array(z.object({ name: z.string() })),
})

/** Snapshots and references of a table whose expiry somebody has undone: they only go by hand. */
export async function restoredSnapshots(db: Database, tableId: string): Promise<RestoredSnapshots> {
  const undone = await db.maintenancePlan.findMany({
    where: { tableId, action: 'expire-snapshots', state: 'undone' },
    select: { input: true },
  })
  const inputs = undone.map(({ input }) => InputJson.parse(parseJson(input)))
  return {
    ids: new Set(inputs.flatMap(({ snapshots }) => snapshots.map((one) => one['snapshot-id']))),
    refs: new Set(inputs.flatMap(({ refs }) => refs.map(({ name }) => name))),
  }
}

export const withoutRestored = (
  { snapshots, refs }: ExpiredSnapshots,
  restored: RestoredSnapshots,
): ExpiredSnapshots => {
  const keptRefs = refs.filter(({ name }) => restored.refs.has(name))
  const pointedTo = new Set(keptRefs.map(({ reference }) => reference.snapshotId))
  return {
    snapshots: snapshots.filter(
      ({ snapshotId }) => !restored.ids.has(snapshotId) && !pointedTo.has(snapshotId),
    ),
    refs: refs.filter(({ name }) => !restored.refs.has(name)),
  }
}
