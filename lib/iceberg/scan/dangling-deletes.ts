import type { Table } from '../catalog/catalog.ts'
import { type DataFile, fileKey } from '../spec/data-file.ts'
import type { Snapshot } from '../spec/snapshot.ts'
import { forEachManifest, readManifestList } from './manifest-files.ts'
import type { FileScanTask } from './plan-files.ts'

/**
 * The delete files of a snapshot that apply to none of its data files, as the scan of all of it says (spec: "Scan
 * Planning"). New files have higher sequence numbers, so such a file never comes into use again by itself.
 * @param tasks the scan of that snapshot without a filter
 */
export async function danglingDeletes(
  table: Table,
  snapshot: Snapshot,
  tasks: readonly Pick<FileScanTask, 'deletes'>[],
): Promise<DataFile[]> {
  const used = new Set<string>()
  for (const { deletes } of tasks) for (const { file } of deletes) used.add(fileKey(file))
  const manifests = await readManifestList(table, snapshot)
  const dangling: DataFile[] = []
  await forEachManifest(
    table,
    manifests.filter(({ content }) => content === 'deletes'),
    'bounds',
    (entries) => {
      for (const { status, file } of entries) {
        if (status !== 'deleted' && !used.has(fileKey(file))) dangling.push(file)
      }
    },
  )
  return dangling
}
