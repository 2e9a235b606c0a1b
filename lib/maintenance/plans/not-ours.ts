import type { LocationSet } from '#lib/iceberg/scan/location-set.ts'
import type { PlanSummary } from './plan-types.ts'
import type { PlanItem } from './planner.ts'

/**
 * The items that are the table's own to delete: inside its folders and used by nobody else. What is left out is counted
 * in the summary.
 */
export async function* withoutForeign(
  items: AsyncIterable<readonly PlanItem[]>,
  { isOwn, inUse }: { isOwn: (location: string) => boolean; inUse: LocationSet },
  summary: Partial<PlanSummary>,
): AsyncGenerator<PlanItem[]> {
  const outside = { files: 0, bytes: 0 }
  const used = { files: 0, bytes: 0 }
  summary.outside = outside
  summary.inUse = used
  for await (const batch of items) {
    yield batch.filter(({ location, bytes }) => {
      const foreign = !isOwn(location) ? outside : inUse.has(location) ? used : undefined
      if (foreign) {
        foreign.files += 1
        foreign.bytes += Number(bytes)
      }
      return !foreign
    })
  }
}
