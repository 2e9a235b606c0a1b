import { AppError } from '../../errors.ts'
import type { MakeChange } from '../commit/commit-change.ts'
import type { TableUpdate } from '../commit/table-update.ts'
import { validateDefaults, validateSchema } from '../commit/validate-structure.ts'
import {
  nameMappingProperty,
  nameMappingToText,
  parseNameMapping,
  updateNameMapping,
} from '../spec/name-mapping.ts'
import type { Schema } from '../spec/schema.ts'
import { sameSchema } from '../spec/schema-json.ts'
import { SpecError } from '../spec/spec-error.ts'
import { currentSchema, defaultSpec, type TableMetadata } from '../spec/table-metadata.ts'
import { columnRenames, evolveSchema, type SchemaChange } from './evolve-schema.ts'
import { columnProperties } from './property-rules.ts'

/**
 * Evolves a table's schema. The properties that name columns, the name mapping above all, follow.
 * @throws AppError `bad-input` with the reason for an incompatible change
 */
export const updateSchema =
  (changes: readonly SchemaChange[]): MakeChange =>
  ({ metadata }) => {
    const before = currentSchema(metadata)
    const evolved = evolveSchema(
      { schema: before, lastColumnId: metadata.lastColumnId },
      changes,
      metadata.formatVersion,
    )
    const after = evolved.schema
    if (sameSchema(before, after)) return { requirements: [], updates: [] }
    validateSchema(after, metadata.formatVersion)
    refuseDroppedSources(metadata, after)
    const known = metadata.schemas.find((schema) => sameSchema(schema, after))
    return {
      requirements: [
        { type: 'assert-table-uuid', uuid: metadata.tableUuid },
        { type: 'assert-current-schema-id', currentSchemaId: metadata.currentSchemaId },
        { type: 'assert-last-assigned-field-id', lastAssignedFieldId: metadata.lastColumnId },
      ],
      updates: [
        // A schema that comes back is not added again.
        ...(known
          ? [{ action: 'set-current-schema', schemaId: known.schemaId } as const]
          : [
              { action: 'add-schema', schema: after } as const,
              { action: 'set-current-schema', schemaId: -1 } as const,
            ]),
        ...followingProperties(metadata, before, after),
      ],
    }
  }

/** Partitions and order are made from columns by id: those columns have to stay. */
function refuseDroppedSources(metadata: TableMetadata, after: Schema): void {
  try {
    const next = { ...after, schemaId: -1 }
    validateDefaults({ ...metadata, schemas: [...metadata.schemas, next], currentSchemaId: -1 })
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    const names = defaultSpec(metadata).fields.map((field) => field.name)
    throw new AppError(
      'bad-input',
      `The schema cannot change so: the table's partitions (${names.join(', ') || 'none'}) or sort order are made from a column of it. Change those first. ${cause.message}`,
      { cause },
    )
  }
}

function followingProperties(metadata: TableMetadata, before: Schema, after: Schema): TableUpdate[] {
  const updates: Record<string, string> = {}
  const removals: string[] = []
  for (const { from, to } of columnRenames(before, after)) {
    for (const prefix of columnProperties) {
      const value = metadata.properties[prefix + from]
      if (value === undefined) continue
      removals.push(prefix + from)
      if (to !== null) updates[prefix + to] = value
    }
  }
  const mapping = metadata.properties[nameMappingProperty]
  if (mapping !== undefined) {
    const updated = nameMappingToText(updateNameMapping(readMapping(mapping), before, after))
    if (updated !== mapping) updates[nameMappingProperty] = updated
  }
  const stale = removals.filter((key) => updates[key] === undefined)
  return [
    ...(stale.length > 0 ? [{ action: 'remove-properties', removals: stale } as const] : []),
    ...(Object.keys(updates).length > 0 ? [{ action: 'set-properties', updates } as const] : []),
  ]
}

function readMapping(text: string) {
  try {
    return parseNameMapping(text)
  } catch (cause) {
    if (!(cause instanceof SpecError)) throw cause
    throw new AppError(
      'bad-input',
      `The table's name mapping cannot follow the change: ${cause.message} Correct or remove the property first.`,
      { cause },
    )
  }
}
