import { z } from 'zod'
import { stringifyJson } from './json.ts'
import {
  firstPartitionFieldId,
  type PartitionField,
  type PartitionSpec,
  type UnboundPartitionSpec,
} from './partition-spec.ts'
import type { Schema } from './schema.ts'
import { defaultFromJson, defaultToJson } from './single-value-json.ts'
import type { SortField, SortOrder } from './sort-order.ts'
import { SpecError } from './spec-error.ts'
import { readTransform } from './transform.ts'
import { decimalParameters, type IcebergType, type NestedField, parsePrimitiveType } from './types.ts'

/** Schemas, partition specs and sort orders in JSON (spec, appendix C). Parsers throw ZodError. */

/** A SpecError inside a parser becomes an issue of it, with its path. */
const checked =
  <In, Out>(read: (value: In) => Out) =>
  (value: In, context: z.RefinementCtx): Out => {
    try {
      return read(value)
    } catch (error) {
      if (!(error instanceof SpecError)) throw error
      context.addIssue({ code: 'custom', message: error.message })
      return z.NEVER
    }
  }

const id = z.int()

/** A union would say only that nothing fits; so the kind of JSON decides what is expected. */
const TypeJson: z.ZodType<IcebergType> = z.unknown().transform((json, context): IcebergType => {
  if (typeof json === 'string') return checked(parsePrimitiveType)(json, context)
  const nested = NestedTypeJson.safeParse(json)
  if (nested.success) return nested.data
  for (const { message, path } of nested.error.issues) context.addIssue({ code: 'custom', message, path })
  return z.NEVER
})

const NestedTypeJson = z.lazy(() =>
  z.discriminatedUnion('type', [
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

const FieldJson: z.ZodType<NestedField> = z
  .object({
    id,
    name: z.string(),
    required: z.boolean(),
    type: TypeJson,
    doc: z.string().nullish(),
    'initial-default': z.unknown().optional(),
    'write-default': z.unknown().optional(),
  })
  .transform(
    checked((json): NestedField => {
      const { id, name, required, type } = json
      const field: NestedField = { id, name, required, type }
      if (typeof json.doc === 'string') field.doc = json.doc
      const initial = defaultFromJson(type, json['initial-default'])
      if (initial !== undefined) field.initialDefault = initial
      const write = defaultFromJson(type, json['write-default'])
      if (write !== undefined) field.writeDefault = write
      return field
    }),
  )

/** Parses and turns a schema's JSON into `Schema`. A v1 schema without an id is schema 0. */
export const SchemaJson = z
  .object({
    type: z.literal('struct').optional(),
    'schema-id': id.nullish(),
    fields: z.array(FieldJson),
    'identifier-field-ids': z.array(id).nullish(),
  })
  .transform((json): Schema => {
    const schema: Schema = { schemaId: json['schema-id'] ?? 0, fields: json.fields }
    if (json['identifier-field-ids']?.length) schema.identifierFieldIds = json['identifier-field-ids']
    return schema
  })

const sources = { 'source-id': id.optional(), 'source-ids': z.array(id).min(1).optional() }

/** A transform of one column has `source-id`, one of several `source-ids`. */
function sourcesOf(json: { 'source-id'?: number | undefined; 'source-ids'?: number[] | undefined }): {
  sourceId: number
  sourceIds?: number[]
} {
  const [first, second] = json['source-ids'] ?? []
  const sourceId = first ?? json['source-id']
  if (sourceId === undefined) throw new SpecError('It has neither source-id nor source-ids.')
  return second === undefined ? { sourceId } : { sourceId, sourceIds: json['source-ids'] ?? [] }
}

const sourcesToJson = (field: { sourceId: number; sourceIds?: number[] }): Record<string, unknown> =>
  field.sourceIds ? { 'source-ids': field.sourceIds } : { 'source-id': field.sourceId }

const PartitionFieldJson = z
  .object({
    ...sources,
    'field-id': id.nullish(),
    name: z.string(),
    transform: z.string().transform(readTransform),
  })
  .transform(
    checked((json) => ({
      ...sourcesOf(json),
      ...(typeof json['field-id'] === 'number' ? { fieldId: json['field-id'] } : {}),
      name: json.name,
      transform: json.transform,
    })),
  )

/** The fields of a spec; v1 tables may leave out field ids, which then count from 1000. */
export const PartitionFieldsJson = z.array(PartitionFieldJson).transform((fields) =>
  fields.map(
    (field, index): PartitionField => ({
      ...field,
      fieldId: field.fieldId ?? firstPartitionFieldId + index,
    }),
  ),
)

export const PartitionSpecJson = z
  .object({ 'spec-id': id, fields: PartitionFieldsJson })
  .transform((json): PartitionSpec => ({ specId: json['spec-id'], fields: json.fields }))

/** A spec as clients send it, for the table to give it ids. */
export const UnboundPartitionSpecJson = z
  .object({ 'spec-id': id.nullish(), fields: z.array(PartitionFieldJson) })
  .transform(
    (json): UnboundPartitionSpec => ({
      ...(typeof json['spec-id'] === 'number' ? { specId: json['spec-id'] } : {}),
      fields: json.fields,
    }),
  )

export const SortOrderJson = z
  .object({
    'order-id': id,
    fields: z.array(
      z
        .object({
          ...sources,
          transform: z.string().transform(readTransform),
          direction: z.enum(['asc', 'desc']),
          'null-order': z.enum(['nulls-first', 'nulls-last']),
        })
        .transform(
          checked(
            (json): SortField => ({
              ...sourcesOf(json),
              transform: json.transform,
              direction: json.direction,
              nullOrder: json['null-order'],
            }),
          ),
        ),
    ),
  })
  .transform((json): SortOrder => ({ orderId: json['order-id'], fields: json.fields }))

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
  ...(field.initialDefault === undefined
    ? {}
    : { 'initial-default': defaultToJson(field.type, field.initialDefault) }),
  ...(field.writeDefault === undefined
    ? {}
    : { 'write-default': defaultToJson(field.type, field.writeDefault) }),
})

export const schemaToJson = (schema: Schema): Record<string, unknown> => ({
  type: 'struct',
  'schema-id': schema.schemaId,
  fields: schema.fields.map(fieldToJson),
  ...(schema.identifierFieldIds?.length ? { 'identifier-field-ids': schema.identifierFieldIds } : {}),
})

/** Whether two schemas are equal but for their ids, docs and defaults included. */
export const sameSchema = (one: Schema, other: Schema): boolean => schemaContent(one) === schemaContent(other)

const schemaContent = (schema: Schema): string =>
  stringifyJson({ ...schemaToJson(schema), 'schema-id': undefined })

export const partitionFieldsToJson = (fields: UnboundPartitionSpec['fields']): Record<string, unknown>[] =>
  fields.map((field) => ({
    name: field.name,
    transform: field.transform,
    ...sourcesToJson(field),
    'field-id': field.fieldId,
  }))

export const unboundPartitionSpecToJson = (spec: UnboundPartitionSpec): Record<string, unknown> => ({
  'spec-id': spec.specId,
  fields: partitionFieldsToJson(spec.fields),
})

export const partitionSpecToJson = (spec: PartitionSpec): Record<string, unknown> => ({
  'spec-id': spec.specId,
  fields: partitionFieldsToJson(spec.fields),
})

export const sortOrderToJson = (order: SortOrder): Record<string, unknown> => ({
  'order-id': order.orderId,
  fields: order.fields.map((field) => ({
    transform: field.transform,
    ...sourcesToJson(field),
    direction: field.direction,
    'null-order': field.nullOrder,
  })),
})
