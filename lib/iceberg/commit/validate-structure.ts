import { AppError } from '../../errors.ts'
import { firstPartitionFieldId, type PartitionSpec } from '../spec/partition-spec.ts'
import { typedPartitionFields } from '../spec/partition-type.ts'
import { allFields, findFieldById, findFieldByName, type Schema } from '../spec/schema.ts'
import type { SortOrder } from '../spec/sort-order.ts'
import { SpecError } from '../spec/spec-error.ts'
import { currentSchema, type FormatVersion, type TableMetadata } from '../spec/table-metadata.ts'
import { transformResultType } from '../spec/transform.ts'
import { type IcebergType, isPrimitive, type NestedField, typeFormatVersion } from '../spec/types.ts'

/** What schemas, partition specs and sort orders have to fulfil before a table gets them. All throw AppError `bad-input`. */

/**
 * Ids and names are unique, types and defaults are of the format version.
 * @param leastId 0 for the ids of a request that are replaced: Spark counts from there
 */
export function validateSchema(schema: Schema, formatVersion: FormatVersion, leastId: 0 | 1 = 1): void {
  const refuse = (reason: string) => new AppError('bad-input', `The table's schema is not valid: ${reason}.`)
  const ids = new Set<number>()
  const checkId = (id: number, name: string): void => {
    if (!Number.isInteger(id) || id < leastId) {
      throw refuse(`"${name}" has the id ${id}, expected ${leastId} or more`)
    }
    if (ids.has(id)) throw refuse(`the id ${id} is used twice`)
    ids.add(id)
  }
  const checkType = (type: IcebergType, name: string): void => {
    if (formatVersion < typeFormatVersion(type)) {
      throw refuse(
        `"${name}" is of type ${type}, which needs format version 3, the table has ${formatVersion}`,
      )
    }
    // The schema's index keeps one field per id, so duplicates are sought in the tree itself.
    walk(type, `${name}.`)
  }
  const checkField = (field: NestedField, prefix: string): void => {
    const name = prefix + field.name
    checkId(field.id, name)
    if (formatVersion < 3 && field.initialDefault !== undefined) {
      throw refuse(
        `"${name}" has a default value, which needs format version 3, the table has ${formatVersion}`,
      )
    }
    if (field.type === 'unknown' && field.required) throw refuse(`"${name}" is of type unknown and required`)
    checkType(field.type, name)
  }
  const walk = (type: IcebergType, prefix: string): void => {
    if (typeof type === 'string') return
    if (type.type === 'struct') {
      checkNames(type.fields, prefix)
      for (const field of type.fields) checkField(field, prefix)
    } else if (type.type === 'list') {
      checkId(type.elementId, `${prefix}element`)
      checkType(type.element, `${prefix}element`)
    } else {
      checkId(type.keyId, `${prefix}key`)
      checkId(type.valueId, `${prefix}value`)
      checkType(type.key, `${prefix}key`)
      checkType(type.value, `${prefix}value`)
    }
  }
  const checkNames = (fields: readonly NestedField[], prefix: string): void => {
    const names = new Set<string>()
    for (const { id, name } of fields) {
      if (name === '') throw refuse(`column ${id} has an empty name`)
      if (names.has(name)) throw refuse(`there are two columns named "${prefix}${name}"`)
      names.add(name)
    }
  }
  walk({ type: 'struct', fields: schema.fields }, '')
  const known = new Set(allFields(schema).map((field) => field.id))
  for (const id of schema.identifierFieldIds ?? []) {
    if (!known.has(id)) throw refuse(`the identifier field ${id} does not exist`)
  }
}

/** Ids of the columns that are inside structs at most: those in lists and maps have no one value per row. */
function idsOutsideLists(fields: readonly NestedField[], ids = new Set<number>()): ReadonlySet<number> {
  for (const { id, type } of fields) {
    ids.add(id)
    if (typeof type === 'object' && type.type === 'struct') idsOutsideLists(type.fields, ids)
  }
  return ids
}

/** Source columns exist in the schema and fit their transforms; ids and names do not repeat. */
export function validatePartitionSpec(spec: PartitionSpec, schema: Schema): void {
  const refuse = (reason: string, cause?: unknown) =>
    new AppError('bad-input', `The partition spec is not valid: ${reason}`, { cause })
  const seen = new Set<string | number>()
  for (const { fieldId, name } of spec.fields) {
    if (name === '') throw refuse(`field ${fieldId} has an empty name.`)
    if (seen.has(fieldId) || seen.has(name)) throw refuse(`field "${name}" (${fieldId}) is there twice.`)
    seen.add(fieldId).add(name)
  }
  const usable = idsOutsideLists(schema.fields)
  for (const { name, sourceId, transform } of spec.fields) {
    if (transform === 'void' || usable.has(sourceId) || !findFieldById(schema, sourceId)) continue
    throw refuse(`the source of "${name}" is inside a list or a map.`)
  }
  try {
    typedPartitionFields(spec, [schema])
  } catch (cause) {
    if (!(cause instanceof SpecError)) throw cause
    throw refuse(cause.message, cause)
  }
}

/** A field named as a column has to be made from that column: else the name would mean two things. */
export function validatePartitionNames(spec: PartitionSpec, schema: Schema): void {
  for (const { name, sourceId } of spec.fields) {
    const column = findFieldByName(schema, name)
    if (!column || column.id === sourceId) continue
    throw new AppError(
      'bad-input',
      `The partition spec is not valid: field "${name}" has the name of another column. Choose another name for it.`,
    )
  }
}

/** Format version 1 has no field ids in manifests, so that they must count from 1000. */
export function validateSequentialIds(spec: PartitionSpec): void {
  spec.fields.forEach((field, index) => {
    if (field.fieldId === firstPartitionFieldId + index) return
    throw new AppError(
      'bad-input',
      `The partition spec is not valid: in format version 1 field ids count from 1000, but "${field.name}" has ${field.fieldId}. Keep removed fields as void, or upgrade the table to version 2.`,
    )
  })
}

export function validateSortOrder(order: SortOrder, schema: Schema): void {
  const refuse = (reason: string) => new AppError('bad-input', `The sort order is not valid: ${reason}`)
  for (const { sourceId, transform } of order.fields) {
    const source = findFieldById(schema, sourceId)
    if (!source) throw refuse(`the column id ${sourceId} is not in the current schema.`)
    if (!isPrimitive(source.type)) throw refuse(`"${source.name}" is not of a primitive type.`)
    try {
      transformResultType(transform, source.type)
    } catch (cause) {
      if (!(cause instanceof SpecError)) throw cause
      throw refuse(cause.message)
    }
  }
}

/** The default spec and sort order fit the current schema: nothing may be dropped that they are made from. */
export function validateDefaults(metadata: TableMetadata): void {
  const schema = currentSchema(metadata)
  // A table that is just being made may have no spec yet.
  const spec = metadata.partitionSpecs.find(({ specId }) => specId === metadata.defaultSpecId)
  if (spec) validatePartitionSpec(spec, schema)
  const order = metadata.sortOrders.find(({ orderId }) => orderId === metadata.defaultSortOrderId)
  if (order) validateSortOrder(order, schema)
}
