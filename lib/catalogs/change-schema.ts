import type { z } from 'zod'
import {
  type FieldDifferenceItem,
  type PlacedFieldItem,
  SchemaChangesSchema,
  type SchemaPreview,
} from '#lib/api/evolution.ts'
import type { Actor } from '#lib/auth/actor.ts'
import { AppError } from '#lib/errors.ts'
import { evolveSchema, type SchemaChange } from '#lib/iceberg/actions/evolve-schema.ts'
import { updateSchema } from '#lib/iceberg/actions/update-schema.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import type { TableChange } from '#lib/iceberg/commit/commit-change.ts'
import {
  compareSchemas,
  type FieldDifference,
  type PlacedField,
  placedFields,
} from '#lib/iceberg/inspect/compare-schemas.ts'
import { stringifyJson } from '#lib/iceberg/spec/json.ts'
import { findFieldByName, type Schema } from '#lib/iceberg/spec/schema.ts'
import { defaultToJson, valueFromJson } from '#lib/iceberg/spec/single-value-json.ts'
import { SpecError } from '#lib/iceberg/spec/spec-error.ts'
import { currentSchema, schemaById, type TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { type DefaultValue, type IcebergType, isPrimitive } from '#lib/iceberg/spec/types.ts'
import { changeTable } from './change-table.ts'
import { parseSteps } from './parse-steps.ts'
import { parseTypeText } from './parse-type.ts'
import type { TableReference } from './table-reference.ts'
import { typeText } from './type-text.ts'

/** Schemas of a table compared, and changed step by step as people describe it. */

type Step = z.output<typeof SchemaChangesSchema>[number]

/** A column's default as people write it. @throws AppError `bad-input` */
function defaultFromText(name: string, type: IcebergType, text: string): DefaultValue {
  if (!isPrimitive(type)) {
    throw new AppError(
      'bad-input',
      `"${name}" is a ${type.type}: a default can be given to single values only.`,
    )
  }
  try {
    if (/^-?\d+$/.test(text) && (type === 'int' || type === 'long')) return valueFromJson(type, BigInt(text))
    if ((type === 'float' || type === 'double') && text.trim() !== '')
      return valueFromJson(type, Number(text))
    if (type === 'boolean') return valueFromJson(type, text === 'true' || (text === 'false' ? false : text))
    return valueFromJson(type, text)
  } catch (cause) {
    if (!(cause instanceof SpecError)) throw cause
    throw new AppError('bad-input', `The default of "${name}" does not fit: ${cause.message}`, { cause })
  }
}

function toChange(schema: Schema, step: Step): SchemaChange {
  switch (step.change) {
    case 'add-column': {
      let lastId = 0
      const type = parseTypeText(step.type, () => {
        lastId += 1
        return lastId
      })
      return {
        change: 'add-column',
        name: step.name,
        type,
        required: step.required,
        ...(step.parent === undefined ? {} : { parent: step.parent }),
        ...(step.doc ? { doc: step.doc } : {}),
        ...(step.default === undefined ? {} : { default: defaultFromText(step.name, type, step.default) }),
        ...(step.position === undefined ? {} : { position: step.position }),
      }
    }
    case 'widen-column': {
      const type = parseTypeText(step.type, () => 0)
      if (isPrimitive(type)) return { ...step, type }
      throw new AppError(
        'bad-input',
        `"${step.column}" cannot become a ${type.type}: only single values can be widened.`,
      )
    }
    case 'set-default': {
      const { column, value } = step
      // Of a column that is not there the library says so.
      const type = findFieldByName(schema, column)?.type ?? 'string'
      return { ...step, value: value === null ? null : defaultFromText(column, type, value) }
    }
    default:
      return step
  }
}

/** Each step is read against the schema that those before it leave. */
function toChanges({ metadata }: Table, steps: readonly Step[]): SchemaChange[] {
  let evolved = { schema: currentSchema(metadata), lastColumnId: metadata.lastColumnId }
  return steps.map((step) => {
    const change = toChange(evolved.schema, step)
    evolved = evolveSchema(evolved, [change], metadata.formatVersion)
    return change
  })
}

function defaultText({ type, writeDefault }: PlacedField['field']): string | null {
  if (writeDefault === undefined) return null
  const json = defaultToJson(type, writeDefault)
  return typeof json === 'string' ? json : stringifyJson(json)
}

const placedItem = ({ name, parentId, field }: PlacedField): PlacedFieldItem => ({
  id: field.id,
  name,
  type: typeText(field.type),
  required: field.required,
  doc: field.doc ?? null,
  parentId,
  default: defaultText(field),
})

const differenceItem = ({ fieldId, change, kinds, before, after }: FieldDifference): FieldDifferenceItem => ({
  fieldId,
  change,
  kinds,
  before: before && placedItem(before),
  after: after && placedItem(after),
})

const differences = (before: Schema, after: Schema) => compareSchemas(before, after).map(differenceItem)
const fieldItems = (schema: Schema) => placedFields(schema.fields).map(placedItem)

function knownSchema(metadata: TableMetadata, id: number): Schema {
  const schema = metadata.schemas.find((one) => one.schemaId === id)
  if (schema) return schema
  throw new AppError(
    'not-found',
    `The table has no schema ${id}. It has: ${metadata.schemas.map((one) => one.schemaId).join(', ')}.`,
  )
}

/** Two of a table's schemas, by id. @throws AppError `not-found` */
export function compareVersions({ metadata }: Table, { from, to }: { from: number; to: number }) {
  const [before, after] = [knownSchema(metadata, from), knownSchema(metadata, to)]
  return { from, to, differences: differences(before, after), fields: fieldItems(after) }
}

/** The schema that a change leaves current. */
function schemaAfter(metadata: TableMetadata, { updates }: TableChange): Schema {
  for (const update of updates) {
    if (update.action === 'add-schema') return update.schema
    if (update.action === 'set-current-schema') return schemaById(metadata, update.schemaId)
  }
  return currentSchema(metadata)
}

/**
 * What steps would make of a table's schema.
 * @throws AppError `bad-input` with the reason why it is refused
 */
export async function previewSchemaChange(table: Table, text: string): Promise<SchemaPreview> {
  const { metadata } = table
  const before = currentSchema(metadata)
  const steps = parseSteps(text, SchemaChangesSchema)
  const after = schemaAfter(metadata, await updateSchema(toChanges(table, steps))(table))
  return {
    schemaId: metadata.currentSchemaId,
    formatVersion: metadata.formatVersion,
    differences: differences(before, after),
    fields: fieldItems(after),
  }
}

/**
 * Evolves a table's schema, if it still is the expected one.
 * @throws AppError `conflict`, `bad-input` with the reason; as `changeTable`
 */
export async function evolveTableSchema(
  reference: TableReference,
  actor: Actor,
  { expectedSchemaId, changes }: { expectedSchemaId: number; changes: readonly Step[] },
) {
  const { metadata } = await changeTable(reference, actor, (table) => {
    const found = table.metadata.currentSchemaId
    if (found !== expectedSchemaId) {
      throw new AppError(
        'conflict',
        `The schema of ${table.identifier.name} is version ${found} by now, not ${expectedSchemaId} as when it was looked at. Look again, then decide.`,
        { context: { expected: expectedSchemaId, found } },
      )
    }
    return updateSchema(toChanges(table, changes))(table)
  })
  return {
    previousSchemaId: expectedSchemaId,
    schemaId: metadata.currentSchemaId,
    differences: differences(schemaById(metadata, expectedSchemaId), currentSchema(metadata)),
  }
}
