import { AppError } from '../../errors.ts'
import type { MakeChange, TableChange } from '../commit/commit-change.ts'
import { validatePartitionNames, validatePartitionSpec } from '../commit/validate-structure.ts'
import type { PartitionField, PartitionSpec, Transform } from '../spec/partition-spec.ts'
import { findFieldById, findFieldByName, type Schema } from '../spec/schema.ts'
import { currentSchema, defaultSpec, type TableMetadata } from '../spec/table-metadata.ts'
import { isUnknownTransform, transformParts } from '../spec/transform.ts'

/** One step of the evolution of a table's partitions. Files that are there keep the spec they were written with. */
export type PartitionChange =
  /** Default name: the column's with the transform's, as other writers name it (`at_day`, `id_bucket_16`). */
  | { change: 'add-field'; column: string; transform: Transform; name?: string }
  | { change: 'drop-field'; name: string }
  /** Another transform of the same column in its place. */
  | { change: 'replace-field'; name: string; transform: Transform; newName?: string }
  | { change: 'rename-field'; name: string; newName: string }

const refuse = (message: string): AppError => new AppError('bad-input', message)

/** The name other writers give a partition field. */
export function partitionFieldName(column: string, transform: Transform): string {
  const { kind, width } = transformParts(transform)
  if (kind === 'identity') return column
  if (kind === 'bucket') return `${column}_bucket_${width}`
  if (kind === 'truncate') return `${column}_trunc_${width}`
  return `${column}_${kind === 'void' ? 'null' : kind}`
}

const sourceKey = (field: { sourceId: number; transform: Transform }): string =>
  `${field.sourceId} ${field.transform}`

/** The fields of a spec in the making, and the highest field id given so far. */
interface Draft {
  fields: PartitionField[]
  lastPartitionId: number
}

/**
 * Evolves a table's partitions. In format version 1 dropped fields stay as void, since its manifests know fields by
 * their place; from version 2 on a field that comes back gets the id it had.
 * @throws AppError `bad-input` with the reason for a change that does not fit
 */
export const updatePartitionSpec =
  (changes: readonly PartitionChange[]): MakeChange =>
  ({ metadata }) => {
    const schema = currentSchema(metadata)
    const start: Draft = {
      fields: defaultSpec(metadata).fields,
      lastPartitionId: metadata.lastPartitionId,
    }
    const { fields } = changes.reduce((draft, change) => applyChange(draft, change, metadata, schema), start)
    const spec: PartitionSpec = { specId: metadata.defaultSpecId, fields }
    validatePartitionSpec(spec, schema)
    validatePartitionNames(spec, schema)
    return specChange(metadata, fields)
  }

const specContent = (fields: readonly PartitionField[]): string =>
  JSON.stringify(fields.map((field) => [sourceKey(field), field.name]))

function specChange(metadata: TableMetadata, fields: PartitionField[]): TableChange {
  const content = specContent(fields)
  if (specContent(defaultSpec(metadata).fields) === content) return { requirements: [], updates: [] }
  // A spec that comes back is not added again.
  const known = metadata.partitionSpecs.find((spec) => specContent(spec.fields) === content)
  return {
    requirements: [
      { type: 'assert-table-uuid', uuid: metadata.tableUuid },
      { type: 'assert-current-schema-id', currentSchemaId: metadata.currentSchemaId },
      { type: 'assert-default-spec-id', defaultSpecId: metadata.defaultSpecId },
      { type: 'assert-last-assigned-partition-id', lastAssignedPartitionId: metadata.lastPartitionId },
    ],
    updates: known
      ? [{ action: 'set-default-spec', specId: known.specId }]
      : [
          { action: 'add-spec', spec: { fields } },
          { action: 'set-default-spec', specId: -1 },
        ],
  }
}

function applyChange(draft: Draft, change: PartitionChange, metadata: TableMetadata, schema: Schema): Draft {
  switch (change.change) {
    case 'add-field': {
      const column = findFieldByName(schema, change.column)
      if (!column) throw refuse(`There is no column "${change.column}" to partition by.`)
      const name = change.name ?? partitionFieldName(change.column, change.transform)
      return addField(draft, { sourceId: column.id, name, transform: change.transform }, metadata)
    }
    case 'drop-field':
      return dropField(draft, fieldNamed(draft, change.name), metadata)
    case 'replace-field': {
      const field = fieldNamed(draft, change.name)
      const column = findFieldById(schema, field.sourceId)?.name ?? change.name
      const name = change.newName ?? partitionFieldName(column, change.transform)
      return addField(
        dropField(draft, field, metadata),
        { sourceId: field.sourceId, name, transform: change.transform },
        metadata,
      )
    }
    case 'rename-field': {
      const field = fieldNamed(draft, change.name)
      const renamed = { ...field, name: change.newName }
      return {
        ...draft,
        fields: freeName(draft.fields, change.newName, field).map((one) =>
          one.fieldId === field.fieldId ? renamed : one,
        ),
      }
    }
  }
}

function fieldNamed({ fields }: Draft, name: string): PartitionField {
  const field = fields.find((one) => one.name === name && one.transform !== 'void')
  if (field) return field
  const known = fields.filter((one) => one.transform !== 'void').map((one) => one.name)
  throw refuse(
    `The table has no partition field "${name}". It has: ${known.join(', ') || 'none, it is unpartitioned'}.`,
  )
}

/** The fields without one of that name: a void one gives it up, any other keeps it. */
function freeName(fields: PartitionField[], name: string, except?: PartitionField): PartitionField[] {
  if (name === '') throw refuse('A partition field needs a name.')
  return fields.map((field) => {
    if (field.name !== name || field.fieldId === except?.fieldId) return field
    if (field.transform === 'void') return { ...field, name: `${field.name}_${field.fieldId}` }
    throw refuse(`There is a partition field "${name}" already. Choose another name.`)
  })
}

function addField(draft: Draft, field: Omit<PartitionField, 'fieldId'>, metadata: TableMetadata): Draft {
  const { kind } = transformParts(field.transform)
  if (isUnknownTransform(field.transform) || kind === 'void') {
    throw refuse(`The table cannot be partitioned by the transform ${field.transform}.`)
  }
  const twin = draft.fields.find((one) => sourceKey(one) === sourceKey(field))
  if (twin) throw refuse(`The table is partitioned so already, by "${twin.name}".`)
  const fields = freeName(draft.fields, field.name)
  const past =
    metadata.formatVersion > 1
      ? metadata.partitionSpecs
          .flatMap((spec) => spec.fields)
          .find((one) => sourceKey(one) === sourceKey(field))
      : undefined
  if (past && !fields.some((one) => one.fieldId === past.fieldId)) {
    return { ...draft, fields: [...fields, { ...field, fieldId: past.fieldId }] }
  }
  const fieldId = draft.lastPartitionId + 1
  return { fields: [...fields, { ...field, fieldId }], lastPartitionId: fieldId }
}

function dropField(draft: Draft, field: PartitionField, { formatVersion }: TableMetadata): Draft {
  if (formatVersion > 1)
    return { ...draft, fields: draft.fields.filter((one) => one.fieldId !== field.fieldId) }
  return {
    ...draft,
    fields: draft.fields.map((one) => (one.fieldId === field.fieldId ? { ...one, transform: 'void' } : one)),
  }
}
