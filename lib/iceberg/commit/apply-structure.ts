import {
  firstPartitionFieldId,
  type PartitionField,
  type PartitionSpec,
  type UnboundPartitionSpec,
} from '../spec/partition-spec.ts'
import { highestFieldId, type Schema } from '../spec/schema.ts'
import { sameSchema } from '../spec/schema-json.ts'
import { type SortOrder, unsorted } from '../spec/sort-order.ts'
import { formatVersions, type TableMetadata } from '../spec/table-metadata.ts'
import { invalidUpdate, type UpdateProgress } from './update-progress.ts'
import {
  validatePartitionNames,
  validatePartitionSpec,
  validateSchema,
  validateSequentialIds,
  validateSortOrder,
} from './validate-structure.ts'

/** Updates of format version, schemas, partition specs and sort orders. What is equal to one that is there is not added again. */

export function upgradeFormatVersion(metadata: TableMetadata, version: number): TableMetadata {
  if (version < metadata.formatVersion) {
    throw invalidUpdate(`format version ${metadata.formatVersion} cannot go back to ${version}.`)
  }
  const formatVersion = formatVersions.find((known) => known === version)
  if (formatVersion === undefined) {
    throw invalidUpdate(`format version ${version} is not supported, ${formatVersions.join(', ')} are.`)
  }
  return formatVersion === metadata.formatVersion ? metadata : { ...metadata, formatVersion }
}

const last = (id: number | undefined, what: string): number => {
  if (id === undefined) throw invalidUpdate(`-1 means the last added ${what}, and this commit adds none.`)
  return id
}

const nextId = (ids: readonly number[], first: number): number => Math.max(first - 1, ...ids) + 1

export function addSchema(metadata: TableMetadata, schema: Schema, progress: UpdateProgress): TableMetadata {
  validateSchema(schema, metadata.formatVersion)
  const equal = metadata.schemas.find((known) => sameSchema(known, schema))
  if (equal) {
    progress.lastAddedSchemaId = equal.schemaId
    return metadata
  }
  const schemaId = nextId(
    metadata.schemas.map((known) => known.schemaId),
    0,
  )
  progress.lastAddedSchemaId = schemaId
  return {
    ...metadata,
    schemas: [...metadata.schemas, { ...schema, schemaId }],
    lastColumnId: Math.max(metadata.lastColumnId, highestFieldId(schema)),
  }
}

export function setCurrentSchema(
  metadata: TableMetadata,
  schemaId: number,
  progress: UpdateProgress,
): TableMetadata {
  const id = schemaId === -1 ? last(progress.lastAddedSchemaId, 'schema') : schemaId
  if (!metadata.schemas.some((schema) => schema.schemaId === id))
    throw invalidUpdate(`there is no schema ${id}.`)
  return { ...metadata, currentSchemaId: id }
}

export function removeSchemas(metadata: TableMetadata, ids: readonly number[]): TableMetadata {
  if (ids.includes(metadata.currentSchemaId)) {
    throw invalidUpdate(`schema ${metadata.currentSchemaId} is the current one and cannot be removed.`)
  }
  return { ...metadata, schemas: metadata.schemas.filter((schema) => !ids.includes(schema.schemaId)) }
}

/** A table that is just being made may have none yet. */
function requireSchema(metadata: TableMetadata): Schema {
  const schema = metadata.schemas.find(({ schemaId }) => schemaId === metadata.currentSchemaId)
  if (!schema) throw invalidUpdate('a schema has to be added before partition specs and sort orders.')
  return schema
}

const sourceKey = (field: UnboundPartitionSpec['fields'][number]): string =>
  `${(field.sourceIds ?? [field.sourceId]).join(',')} ${field.transform}`

/** Field ids do not count: the same fields under other ids are the same spec. */
const specContent = (spec: UnboundPartitionSpec): string =>
  JSON.stringify(spec.fields.map((field) => [sourceKey(field), field.name]))

/** Gives fields without an id that of an older field with the same source and transform, or the next one. */
function assignFieldIds(metadata: TableMetadata, spec: UnboundPartitionSpec): PartitionField[] {
  const known = new Map(
    metadata.partitionSpecs.flatMap((older) =>
      older.fields.map((field): [string, number] => [sourceKey(field), field.fieldId]),
    ),
  )
  const taken = new Set(spec.fields.map((field) => field.fieldId))
  let highest = Math.max(metadata.lastPartitionId, ...spec.fields.map((field) => field.fieldId ?? 0))
  return spec.fields.map((field) => {
    if (field.fieldId !== undefined) return { ...field, fieldId: field.fieldId }
    const reused = metadata.formatVersion > 1 ? known.get(sourceKey(field)) : undefined
    if (reused !== undefined && !taken.has(reused)) return { ...field, fieldId: reused }
    highest += 1
    return { ...field, fieldId: highest }
  })
}

export function addSpec(
  metadata: TableMetadata,
  unbound: UnboundPartitionSpec,
  progress: UpdateProgress,
): TableMetadata {
  const content = specContent(unbound)
  const equal = metadata.partitionSpecs.find((known) => specContent(known) === content)
  if (equal) {
    progress.lastAddedSpecId = equal.specId
    return metadata
  }
  const specId = nextId(
    metadata.partitionSpecs.map((known) => known.specId),
    0,
  )
  const spec: PartitionSpec = { specId, fields: assignFieldIds(metadata, unbound) }
  const schema = requireSchema(metadata)
  validatePartitionSpec(spec, schema)
  validatePartitionNames(spec, schema)
  if (metadata.formatVersion === 1) validateSequentialIds(spec)
  progress.lastAddedSpecId = specId
  return {
    ...metadata,
    partitionSpecs: [...metadata.partitionSpecs, spec],
    lastPartitionId: Math.max(
      metadata.lastPartitionId,
      firstPartitionFieldId - 1,
      ...spec.fields.map((field) => field.fieldId),
    ),
  }
}

export function setDefaultSpec(
  metadata: TableMetadata,
  specId: number,
  progress: UpdateProgress,
): TableMetadata {
  const id = specId === -1 ? last(progress.lastAddedSpecId, 'partition spec') : specId
  if (!metadata.partitionSpecs.some((spec) => spec.specId === id)) {
    throw invalidUpdate(`there is no partition spec ${id}.`)
  }
  return { ...metadata, defaultSpecId: id }
}

export function removeSpecs(metadata: TableMetadata, ids: readonly number[]): TableMetadata {
  if (ids.includes(metadata.defaultSpecId)) {
    throw invalidUpdate(`partition spec ${metadata.defaultSpecId} is the default one and cannot be removed.`)
  }
  return { ...metadata, partitionSpecs: metadata.partitionSpecs.filter((spec) => !ids.includes(spec.specId)) }
}

export function addSortOrder(
  metadata: TableMetadata,
  order: SortOrder,
  progress: UpdateProgress,
): TableMetadata {
  const content = JSON.stringify(order.fields)
  const equal = metadata.sortOrders.find((known) => JSON.stringify(known.fields) === content)
  if (equal) {
    progress.lastAddedSortOrderId = equal.orderId
    return metadata
  }
  validateSortOrder(order, requireSchema(metadata))
  // Id 0 is the unsorted order's.
  const orderId =
    order.fields.length === 0
      ? unsorted.orderId
      : nextId(
          metadata.sortOrders.map((known) => known.orderId),
          1,
        )
  progress.lastAddedSortOrderId = orderId
  return { ...metadata, sortOrders: [...metadata.sortOrders, { ...order, orderId }] }
}

export function setDefaultSortOrder(
  metadata: TableMetadata,
  orderId: number,
  progress: UpdateProgress,
): TableMetadata {
  const id = orderId === -1 ? last(progress.lastAddedSortOrderId, 'sort order') : orderId
  if (!metadata.sortOrders.some((order) => order.orderId === id)) {
    throw invalidUpdate(`there is no sort order ${id}.`)
  }
  return { ...metadata, defaultSortOrderId: id }
}
