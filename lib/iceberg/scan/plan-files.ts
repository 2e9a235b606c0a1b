import type { Table } from '../catalog/catalog.ts'
import type { DataFile } from '../spec/data-file.ts'
import type { ManifestEntry } from '../spec/manifest.ts'
import type { PrunableFile } from '../spec/manifest-records.ts'
import { type TypedPartitionField, typedPartitionFields } from '../spec/partition-type.ts'
import type { Schema } from '../spec/schema.ts'
import { currentSchema, schemaById, specById } from '../spec/table-metadata.ts'
import { type BoundExpression, bind, type Predicate, predicatesOf } from './bind.ts'
import { type DeleteFile, readDeletes } from './delete-index.ts'
import { alwaysTrue, type Expression } from './expression.ts'
import {
  readManifest,
  readManifestList,
  readMatchingEntries,
  sideBySide,
  snapshotToRead,
} from './manifest-files.ts'
import { projectFilter } from './project-filter.ts'
import { fileMayMatch, manifestMayMatch, partitionMayMatch } from './prune.ts'

export interface PlanFilesOptions {
  /** Default: the current snapshot. */
  snapshotId?: bigint
  /** Default: all rows. */
  filter?: Expression
  /** What the filter is about. Default: the snapshot's own schema, or the current one where none is named. */
  schema?: Schema
}

/** A data file to be read, and the delete files that apply to it. */
export interface FileScanTask {
  /** Shared with a cache: do not change. Column statistics are there only of columns that the filter needed them of. */
  file: DataFile
  /** Data sequence number. */
  sequenceNumber: bigint
  /** The snapshot that added the file. */
  snapshotId: bigint
  deletes: DeleteFile[]
}

/** What a filter means for files of one partition spec. */
interface SpecPlan {
  fields: TypedPartitionField[]
  partitionFilter: BoundExpression
  /** The same for each predicate by itself. */
  projections: Map<Predicate, BoundExpression>
  /** Partition values alone decide the filter, so that bounds need not be decoded. */
  decidedByPartition: boolean
}

function planSpec(filter: BoundExpression, fields: TypedPartitionField[]): SpecPlan {
  const identities = new Set(
    fields.filter((field) => field.transform === 'identity').map((field) => field.sourceId),
  )
  const predicates = predicatesOf(filter)
  return {
    fields,
    partitionFilter: projectFilter(filter, fields),
    projections: new Map(
      predicates.map((predicate) => [predicate, projectFilter({ op: 'predicate', predicate }, fields)]),
    ),
    decidedByPartition: predicates.every((predicate) => identities.has(predicate.fieldId)),
  }
}

function schemaToRead(table: Table, snapshotId: bigint | undefined): Schema {
  const { metadata } = table
  const schemaId = snapshotId === undefined ? undefined : snapshotToRead(table, snapshotId)?.schemaId
  return schemaId === undefined ? currentSchema(metadata) : schemaById(metadata, schemaId)
}

/**
 * The files a scan has to read (spec: "Scan Planning"): manifests are left out by their partition summaries, files by
 * their partition and then by their counts and bounds. Rows still have to be filtered. In no particular order.
 * @throws AppError `bad-input` for a filter that does not fit the schema, `not-found` for a snapshot the table does not
 *   have, `corrupt`, `unavailable`
 */
export async function planFiles(table: Table, options: PlanFilesOptions = {}): Promise<FileScanTask[]> {
  const { metadata } = table
  const snapshot = snapshotToRead(table, options.snapshotId)
  const schema = options.schema ?? schemaToRead(table, options.snapshotId)
  const filter = bind(options.filter ?? alwaysTrue, schema)
  if (!snapshot) return []
  const plans = new Map<number, SpecPlan>()
  const planFor = (specId: number): SpecPlan => {
    let plan = plans.get(specId)
    if (!plan) {
      plan = planSpec(filter, typedPartitionFields(specById(metadata, specId), metadata.schemas))
      plans.set(specId, plan)
    }
    return plan
  }
  const manifests = (await readManifestList(table, snapshot)).filter((manifest) => {
    const plan = planFor(manifest.partitionSpecId)
    return manifestMayMatch(manifest, plan.fields, plan.partitionFilter)
  })
  const deletes = await readDeletes(table, manifests)
  const tasks: FileScanTask[] = []
  const add = (entry: ManifestEntry) => {
    const { file, sequenceNumber, snapshotId } = entry
    tasks.push({ file, sequenceNumber, snapshotId, deletes: deletes.deletesFor(entry) })
  }
  const columns = new Set(predicatesOf(filter).map((predicate) => predicate.fieldId))
  const data = manifests.filter((manifest) => manifest.content === 'data')
  await sideBySide(data, async (manifest) => {
    const { fields, partitionFilter, projections, decidedByPartition } = planFor(manifest.partitionSpecId)
    if (decidedByPartition) {
      for (const entry of await readManifest(table, manifest, 'identity')) {
        if (entry.status === 'deleted') continue
        if (partitionMayMatch(entry.file, fields, partitionFilter)) add(entry)
      }
      return
    }
    const keep = (file: PrunableFile): boolean =>
      partitionMayMatch(file, fields, partitionFilter) &&
      fileMayMatch(file, filter, (predicate) => {
        const projection = projections.get(predicate)
        return !projection || partitionMayMatch(file, fields, projection)
      })
    for (const entry of await readMatchingEntries(table, manifest, { columns, keep })) add(entry)
  })
  return tasks
}
