import { readAhead } from '#lib/iceberg/scan/read-ahead.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import type { PlanItem } from './planner.ts'

/** An item whose size may still have to be asked for. */
export type UnsizedItem = Omit<PlanItem, 'bytes'> & { bytes: bigint | null }

const concurrentStats = 16

/** Files with their sizes; where no metadata says the store is asked, and what is not there any more is left out. */
export async function* sized(
  io: FileIO,
  batches: AsyncIterable<readonly UnsizedItem[]>,
): AsyncGenerator<PlanItem[]> {
  for await (const files of batches) {
    const items: PlanItem[] = []
    const asked = readAhead(files, concurrentStats, async ({ location, kind, bytes }) => {
      if (bytes !== null) return { location, kind, bytes }
      const found = await io.stat(location)
      return found && { location, kind, bytes: BigInt(found.size) }
    })
    for await (const item of asked) if (item) items.push(item)
    yield items
  }
}
