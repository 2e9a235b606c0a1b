import type { PartitionField, PartitionSpec } from './partition-spec.ts'
import type { PartitionValue } from './partition-value.ts'
import { findFieldById, type Schema } from './schema.ts'
import { SpecError } from './spec-error.ts'
import { formatPartitionValue, transformResultType } from './transform.ts'
import { isPrimitive, type PrimitiveType } from './types.ts'

export interface TypedPartitionField extends PartitionField {
  sourceType: PrimitiveType
  /** Type of the partition value. */
  type: PrimitiveType
}

/**
 * A spec's fields with their types. A source column that was dropped since is looked up in the older schemas.
 * @throws SpecError when a source column is in no schema or not primitive.
 */
export function typedPartitionFields(spec: PartitionSpec, schemas: readonly Schema[]): TypedPartitionField[] {
  return spec.fields.map((field) => {
    for (let index = schemas.length - 1; index >= 0; index -= 1) {
      const schema = schemas[index]
      const source = schema && findFieldById(schema, field.sourceId)
      if (!source) continue
      if (!isPrimitive(source.type)) {
        throw new SpecError(
          `Partition field "${field.name}" is made from "${source.name}", which is not of a primitive type.`,
        )
      }
      return { ...field, sourceType: source.type, type: transformResultType(field.transform, source.type) }
    }
    // The spec allows a dropped source column for void fields; their value is null whatever the type.
    if (field.transform === 'void') return { ...field, sourceType: 'int', type: 'int' }
    throw new SpecError(
      `Partition field "${field.name}" is made from column id ${field.sourceId}, which no schema has.`,
    )
  })
}

const escapePath = (text: string): string => encodeURIComponent(text).replaceAll('%20', '+')

/** Folder of a partition below `data/`: `year=2025/month=7`; empty for an unpartitioned spec. */
export const partitionPath = (
  fields: readonly TypedPartitionField[],
  partition: Record<string, PartitionValue>,
): string =>
  fields
    .map((field) => {
      const text = formatPartitionValue(field.transform, field.sourceType, partition[field.name] ?? null)
      return `${escapePath(field.name)}=${escapePath(text)}`
    })
    .join('/')

function keyPart(value: PartitionValue | undefined): string {
  if (value === null || value === undefined) return 'n'
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('base64')}`
  // A long may come as bigint or as number.
  return typeof value === 'string' ? `s${value.length}:${value}` : `v${value}`
}

/** A text that is equal for equal partitions of one spec, for maps and sets. */
export function partitionKey(spec: PartitionSpec, partition: Record<string, PartitionValue>): string {
  let key = String(spec.specId)
  for (const field of spec.fields) key += `|${keyPart(partition[field.name])}`
  return key
}
