import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import { planFiles } from '#lib/iceberg/scan/plan-files.ts'
import type { LiveFile } from './partition-files.ts'

/** The live data files of a table's current snapshot, from its manifests; nothing is listed in the store. */
export async function listLiveFiles(table: Table): Promise<LiveFile[]> {
  const arrivals = new Map(
    table.metadata.snapshots.map((snapshot) => [snapshot.sequenceNumber, snapshot.timestampMs]),
  )
  const files: LiveFile[] = []
  for (const task of await planFiles(table)) {
    files.push({
      ...task,
      bytes: Number(task.file.fileSizeInBytes),
      arrivedAt: arrivals.get(task.sequenceNumber) ?? null,
    })
  }
  return files
}
