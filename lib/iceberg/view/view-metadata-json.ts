import { z } from 'zod'
import { TextMapJson } from '../spec/json.ts'
import { SchemaJson, schemaToJson } from '../spec/schema-json.ts'
import { SpecError } from '../spec/spec-error.ts'
import type { ViewMetadata, ViewRepresentation, ViewVersion } from './view-metadata.ts'
import { isSql } from './view-metadata.ts'

/** View metadata in JSON (view spec, appendix A). */

const RepresentationJson = z
  .looseObject({ type: z.string() })
  .transform((json, context): ViewRepresentation => {
    if (json.type.toLowerCase() !== 'sql') return { type: json.type, json }
    const sql = z.object({ sql: z.string(), dialect: z.string().min(1) }).safeParse(json)
    if (sql.success) return { type: 'sql', ...sql.data }
    for (const issue of sql.error.issues) context.addIssue({ ...issue, code: 'custom' })
    return z.NEVER
  })

/** Parses a view version. In a request `schema-id` may be -1: the schema that was added last. */
export const ViewVersionJson = z
  .object({
    'version-id': z.int(),
    'schema-id': z.int(),
    'timestamp-ms': z.int(),
    summary: TextMapJson.default({}),
    representations: z.array(RepresentationJson),
    'default-catalog': z.string().nullish(),
    'default-namespace': z.array(z.string()),
  })
  .transform((json): ViewVersion => {
    const version: ViewVersion = {
      versionId: json['version-id'],
      schemaId: json['schema-id'],
      timestampMs: json['timestamp-ms'],
      summary: json.summary,
      representations: json.representations,
      defaultNamespace: json['default-namespace'],
    }
    if (typeof json['default-catalog'] === 'string') version.defaultCatalog = json['default-catalog']
    return version
  })

const MetadataJson = z.object({
  'view-uuid': z.string().min(1),
  'format-version': z.literal(1, {
    error: 'is not supported: this version of Firn reads views of format version 1',
  }),
  location: z.string().min(1),
  schemas: z.array(SchemaJson).min(1),
  'current-version-id': z.int(),
  versions: z.array(ViewVersionJson).min(1),
  'version-log': z.array(z.object({ 'timestamp-ms': z.int(), 'version-id': z.int() })),
  properties: TextMapJson.nullish(),
})

/**
 * Reads view metadata from parsed JSON.
 * @throws SpecError naming the field that is wrong, or the version or schema that is missing
 */
export function viewMetadataFromJson(value: unknown): ViewMetadata {
  const parsed = MetadataJson.safeParse(value)
  if (!parsed.success) {
    throw new SpecError(`The view metadata is not valid: ${z.prettifyError(parsed.error)}`, {
      cause: parsed.error,
    })
  }
  const json = parsed.data
  const schemaIds = new Set(json.schemas.map((schema) => schema.schemaId))
  const orphan = json.versions.find((version) => !schemaIds.has(version.schemaId))
  if (orphan) {
    throw new SpecError(
      `Version ${orphan.versionId} of the view refers to schema ${orphan.schemaId}, which the metadata lacks.`,
    )
  }
  if (!json.versions.some((version) => version.versionId === json['current-version-id'])) {
    throw new SpecError(`The view metadata refers to version ${json['current-version-id']}, which it lacks.`)
  }
  return {
    viewUuid: json['view-uuid'],
    formatVersion: 1,
    location: json.location.replace(/\/+$/, ''),
    schemas: json.schemas,
    currentVersionId: json['current-version-id'],
    versions: json.versions,
    versionLog: json['version-log'].map((entry) => ({
      timestampMs: entry['timestamp-ms'],
      versionId: entry['version-id'],
    })),
    properties: json.properties ?? {},
  }
}

const versionToJson = (version: ViewVersion): Record<string, unknown> => ({
  'version-id': version.versionId,
  'timestamp-ms': version.timestampMs,
  'schema-id': version.schemaId,
  summary: version.summary,
  ...(version.defaultCatalog === undefined ? {} : { 'default-catalog': version.defaultCatalog }),
  'default-namespace': version.defaultNamespace,
  representations: version.representations.map((representation) =>
    isSql(representation) ? representation : (representation as { json: unknown }).json,
  ),
})

/** View metadata as JSON for `stringifyJson`. */
export const viewMetadataToJson = (metadata: ViewMetadata): Record<string, unknown> => ({
  'view-uuid': metadata.viewUuid,
  'format-version': metadata.formatVersion,
  location: metadata.location,
  schemas: metadata.schemas.map(schemaToJson),
  'current-version-id': metadata.currentVersionId,
  versions: metadata.versions.map(versionToJson),
  'version-log': metadata.versionLog.map((entry) => ({
    'timestamp-ms': entry.timestampMs,
    'version-id': entry.versionId,
  })),
  properties: metadata.properties,
})
