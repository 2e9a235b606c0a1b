import { AppError } from '../../errors.ts'
import type { Table } from '../catalog/catalog.ts'
import type { ActionContext, TableAction } from '../commit/table-action.ts'
import { readManifestList } from '../scan/manifest-files.ts'
import type { DataFile } from '../spec/data-file.ts'
import type { ManifestContent, NewManifestEntry } from '../spec/manifest.ts'
import { mergeManifests } from './merge-manifests.ts'
import { parentSnapshot } from './parent-snapshot.ts'
import { snapshotSummary } from './snapshot-summary.ts'
import { SnapshotWriter, type WrittenManifest } from './snapshot-writer.ts'

export interface AppendFilesOptions {
  files: readonly DataFile[]
  /** Keys of the caller's own for the snapshot summary, e.g. `firn.commit-id`. */
  summary?: Record<string, string>
}

/** Entries with bounds of some 25 columns take 120 to 400 bytes compressed, so this stays under the usual target of 8 MB. */
const entriesPerManifest = 20_000

/**
 * Adds data files (operation `append`). Manifests are merged as `commit.manifest.min-count-to-merge` and
 * `commit.manifest.target-size-bytes` say.
 * @throws AppError `bad-input` for no files, one file twice, or files that do not fit the table
 */
export function appendFiles({ files, summary = {} }: AppendFilesOptions): TableAction {
  const writer = new SnapshotWriter()
  // Manifests of the added files inherit their sequence number, so that another try can use them again.
  let added = new Map<WrittenManifest, NewManifestEntry[]>()
  return async (table, context) => {
    validateAddedFiles(table, files)
    const current = table.metadata.currentSchemaId
    if (![...added.keys()].some((manifest) => manifest.schemaId === current)) {
      added = await writeAddedFiles(table, context, writer, files)
    }
    const parent = parentSnapshot(table, context)
    const existing = parent ? await readManifestList(table, parent) : []
    const data = existing.filter(
      (manifest) =>
        manifest.content === 'data' && manifest.addedFilesCount + manifest.existingFilesCount !== 0,
    )
    const deletes = existing.filter((manifest) => manifest.content === 'deletes')
    const merged = await mergeManifests(table, context, writer, 'data', added, data)
    return writer.finish(
      table,
      context,
      [...merged, ...deletes],
      snapshotSummary(table.metadata, parent, {
        operation: 'append',
        added: files,
        removed: [],
        properties: summary,
      }),
    )
  }
}

/** @throws AppError `bad-input` */
export function validateAddedFiles(table: Table, files: readonly DataFile[]): void {
  const refuse = (message: string, context: Record<string, unknown> = {}) =>
    new AppError('bad-input', message, { context })
  if (files.length === 0) throw refuse('A commit that adds files needs at least one file.')
  const paths = new Set<string>()
  const specs = new Map(table.metadata.partitionSpecs.map((spec) => [spec.specId, spec]))
  for (const file of files) {
    const context = { filePath: file.filePath }
    if (paths.has(file.filePath)) throw refuse(`The file ${file.filePath} is given twice.`, context)
    paths.add(file.filePath)
    if (file.content !== 'data') throw refuse(`The file ${file.filePath} is not a data file.`, context)
    const spec = specs.get(file.specId)
    if (!spec) {
      throw refuse(
        `The file ${file.filePath} is of partition spec ${file.specId}, which the table does not have.`,
        context,
      )
    }
    for (const field of spec.fields) {
      if (file.partition[field.name] === undefined) {
        throw refuse(
          `The file ${file.filePath} has no value for the partition field "${field.name}".`,
          context,
        )
      }
    }
  }
}

/** Writes manifests of `added` entries, one or more per partition spec; without a sequence number they inherit the commit's. */
export async function writeAddedFiles(
  table: Table,
  context: ActionContext,
  writer: SnapshotWriter,
  files: readonly DataFile[],
  {
    content = 'data',
    sequenceNumber,
  }: { content?: ManifestContent; sequenceNumber?: bigint | undefined } = {},
): Promise<Map<WrittenManifest, NewManifestEntry[]>> {
  const bySpec = Map.groupBy(files, (file) => file.specId)
  const manifests = new Map<WrittenManifest, NewManifestEntry[]>()
  for (const [specId, group] of bySpec) {
    for (let start = 0; start < group.length; start += entriesPerManifest) {
      const entries = group.slice(start, start + entriesPerManifest).map(
        (file): NewManifestEntry => ({
          status: 'added',
          snapshotId: context.snapshotId,
          file,
          ...(sequenceNumber === undefined ? {} : { sequenceNumber }),
        }),
      )
      manifests.set(await writer.writeManifest(table, context, specId, content, entries), entries)
    }
  }
  return manifests
}
