import { z } from 'zod'
import type { PartitionField, PartitionSpec } from './partition-spec.ts'
import type { Schema } from './schema.ts'
import type { SortOrder } from './sort-order.ts'
import { parseTransform } from './transform.ts'
import { decimalParameters, type IcebergType, type NestedField, parsePrimitiveType } from './types.ts'

/** Schemas, partition specs and sort orders in JSON (spec, appendix C). Parsers throw ZodError or SpecError. */

const id = z.int()

const TypeJson: z.ZodType<IcebergType> = z.lazy(() =>
  z.union([
    z.string().transform(parsePrimitiveType),
    z
      .object({
        type: z.literal('list'),
        'element-id': id,
        element: TypeJson,
        'element-required': z.boolean(),
      })
      .transform((json) => ({
        type: 'list' as const,
        elementId: json['element-id'],
        element: json.element,
        elementRequired: json['element-required'],
      })),
    z
      .object({
        type: z.literal('map'),
        'key-id': id,
        key: TypeJson,
        'value-id': id,
        value: TypeJson,
        'value-required': z.boolean(),
      })
      .transform((json) => ({
        type: 'map' as const,
        keyId: json['key-id'],
        key: json.key,
        valueId: json['value-id'],
        value: json.value,
        valueRequired: json['value-required'],
      })),
    z.object({ type: z.literal('struct'), fields: z.array(FieldJson) }),
  ]),
)

const FieldJson: z.ZodType<NestedField> = z.object({
  id,
  name: z.string(),
  required: z.boolean(),
  type: TypeJson,
  doc: z.string().optional(),
})

/** Parses and turns a schema's JSON into `Schema`. A v1 schema without an id is schema 0. */
export const SchemaJson = z
  .object({
    type: z.literal('struct').optional(),
    'schema-id': id.default(0),
    fields: z.array(FieldJson),
    'identifier-field-ids': z.array(id).optional(),
  })
  .transform((json): Schema => {
    const schema: Schema = { schemaId: json['schema-id'], fields: json.fields }
    if (json['identifier-field-ids']?.length) schema.identifierFieldIds = json['identifier-field-ids']
    return schema
  })

const PartitionFieldJson = z.object({
  'source-id': id,
  'field-id': id.optional(),
  name: z.string(),
  transform: z.string().transform(parseTransform),
})

/** The fields of a spec; v1 tables may leave out field ids, which then count from 1000. */
export const PartitionFieldsJson = z.array(PartitionFieldJson).transform((fields) =>
  fields.map(
    (field, index): PartitionField => ({
      sourceId: field['source-id'],
      fieldId: field['field-id'] ?? 1000 + index,
      name: field.name,
      transform: field.transform,
    }),
  ),
)

export const PartitionSpecJson = z
  .object({ 'spec-id': id, fields: PartitionFieldsJson })
  .transform((json): PartitionSpec => ({ specId: json['spec-id'], fields: json.fields }))

export const SortOrderJson = z
  .object({
    'order-id': id,
    fields: z.array(
      z.object({
        'source-id': id,
        transform: z.string().transform(parseTransform),
        direction: z.enum(['asc', 'desc']),
        'null-order': z.enum(['nulls-first', 'nulls-last']),
      }),
    ),
  })
  .transform(
    (json): SortOrder => ({
      orderId: json['order-id'],
      fields: json.fields.map((field) => ({
        sourceId: field['source-id'],
        transform: field.transform,
        direction: field.direction,
        nullOrder: field['null-order'],
      })),
    }),
  )

function typeToJson(type: IcebergType): unknown {
  if (typeof type === 'string') {
    // Other readers expect the blank.
    const decimal = decimalParameters(type)
    return decimal ? `decimal(${decimal.precision}, ${decimal.scale})` : type
  }
  if (type.type === 'struct') return { type: 'struct', fields: type.fields.map(fieldToJson) }
  if (type.type === 'list') {
    return {
      type: 'list',
      'element-id': type.elementId,
      element: typeToJson(type.element),
      'element-required': type.elementRequired,
    }
  }
  return {
    type: 'map',
    'key-id': type.keyId,
    key: typeToJson(type.key),
    'value-id': type.valueId,
    value: typeToJson(type.value),
    'value-required': type.valueRequired,
  }
}

const fieldToJson = (field: NestedField): unknown => ({
  id: field.id,
  name: field.name,
  required: field.required,
  type: typeToJson(field.type),
  ...(field.doc === undefined ? {} : { doc: field.doc }),
})

export const schemaToJson = (schema: Schema): Record<string, unknown> => ({
  type: 'struct',
  'schema-id': schema.schemaId,
  fields: schema.fields.map(fieldToJson),
  ...(schema.identifierFieldIds?.length ? { 'identifier-field-ids': schema.identifierFieldIds } : {}),
})

export const partitionFieldsToJson = (fields: readonly PartitionField[]): Record<string, unknown>[] =>
  fields.map((field) => ({
    name: field.name,
    transform: field.transform,
    'source-id': field.sourceId,
    'field-id': field.fieldId,
  }))

export const partitionSpecToJson = (spec: PartitionSpec): Record<string, unknown> => ({
  'spec-id': spec.specId,
  fields: partitionFieldsToJson(spec.fields),
})

export const sortOrderToJson = (order: SortOrder): Record<string, unknown> => ({
  'order-id': order.orderId,
  fields: order.fields.map((field) => ({
    transform: field.transform,
    'source-id': field.sourceId,
    direction: field.direction,
    'null-order': field.nullOrder,
  })),
})
