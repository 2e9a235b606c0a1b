import { randomUUID } from 'node:crypto'
import { AppError } from '../../errors.ts'
import type { CreateTableRequest } from '../catalog/catalog.ts'
import { firstPartitionFieldId, type PartitionSpec, unpartitioned } from '../spec/partition-spec.ts'
import { typedPartitionFields } from '../spec/partition-type.ts'
import { allFields, highestFieldId, type Schema } from '../spec/schema.ts'
import { unsorted } from '../spec/sort-order.ts'
import { SpecError } from '../spec/spec-error.ts'
import type { TableMetadata } from '../spec/table-metadata.ts'

/** @throws AppError `bad-input` when ids or names are not unique */
export function validateSchema(schema: Schema): void {
  const refuse = (reason: string) => new AppError('bad-input', `The table's schema is not valid: ${reason}.`)
  if (schema.fields.length === 0) throw refuse('it has no columns')
  const names = new Set<string>()
  for (const field of schema.fields) {
    const name = field.name.toLowerCase()
    if (name === '') throw refuse(`column ${field.id} has an empty name`)
    if (names.has(name)) throw refuse(`there are two columns named "${field.name}"`)
    names.add(name)
  }
  const ids = new Set<number>()
  const collect = (field: { id: number; name: string }) => {
    if (!Number.isInteger(field.id) || field.id < 1)
      throw refuse(`"${field.name}" has the id ${field.id}, expected 1 or more`)
    if (ids.has(field.id)) throw refuse(`the id ${field.id} is used twice`)
    ids.add(field.id)
  }
  // The schema's index keeps one field per id, so duplicates are sought in the tree itself.
  const walk = (type: Schema['fields'][number]['type']): void => {
    if (typeof type === 'string') return
    if (type.type === 'struct') {
      for (const field of type.fields) {
        collect(field)
        walk(field.type)
      }
    } else if (type.type === 'list') {
      collect({ id: type.elementId, name: 'element' })
      walk(type.element)
    } else {
      collect({ id: type.keyId, name: 'key' })
      collect({ id: type.valueId, name: 'value' })
      walk(type.key)
      walk(type.value)
    }
  }
  walk({ type: 'struct', fields: schema.fields })
  const known = new Set(allFields(schema).map((field) => field.id))
  for (const id of schema.identifierFieldIds ?? []) {
    if (!known.has(id)) throw refuse(`the identifier field ${id} does not exist`)
  }
}

/** @throws AppError `bad-input` when a source column is missing or its type does not fit the transform, or ids repeat */
export function validatePartitionSpec(spec: PartitionSpec, schemas: readonly Schema[]): void {
  const refuse = (reason: string, cause?: unknown) =>
    new AppError('bad-input', `The partition spec is not valid: ${reason}`, { cause })
  const seen = new Set<string | number>()
  for (const { fieldId, name } of spec.fields) {
    if (seen.has(fieldId) || seen.has(name)) throw refuse(`field "${name}" (${fieldId}) is there twice.`)
    seen.add(fieldId).add(name)
  }
  try {
    typedPartitionFields(spec, schemas)
  } catch (cause) {
    if (!(cause instanceof SpecError)) throw cause
    throw refuse(cause.message, cause)
  }
}

/**
 * Metadata of a new, empty table of format version 2. Field ids are kept as given.
 * @throws AppError `bad-input` for a schema or partition spec that is not valid
 */
export function newTableMetadata(
  location: string,
  request: CreateTableRequest,
  now: number = Date.now(),
): TableMetadata {
  const { schema, partitionSpec = unpartitioned, sortOrder = unsorted, properties = {} } = request
  validateSchema(schema)
  validatePartitionSpec(partitionSpec, [schema])
  return {
    formatVersion: 2,
    tableUuid: randomUUID(),
    location: location.replace(/\/+$/, ''),
    lastSequenceNumber: 0n,
    lastUpdatedMs: now,
    lastColumnId: highestFieldId(schema),
    schemas: [schema],
    currentSchemaId: schema.schemaId,
    partitionSpecs: [partitionSpec],
    defaultSpecId: partitionSpec.specId,
    lastPartitionId: Math.max(
      firstPartitionFieldId - 1,
      ...partitionSpec.fields.map((field) => field.fieldId),
    ),
    properties,
    snapshots: [],
    snapshotLog: [],
    metadataLog: [],
    sortOrders: sortOrder.orderId === unsorted.orderId ? [unsorted] : [unsorted, sortOrder],
    defaultSortOrderId: sortOrder.orderId,
    refs: {},
  }
}
