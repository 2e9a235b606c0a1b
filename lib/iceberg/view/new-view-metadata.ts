import { randomUUID } from 'node:crypto'
import type { Schema } from '../spec/schema.ts'
import { validateViewSchema, validateViewVersion } from './validate-view.ts'
import type { ViewMetadata, ViewVersion } from './view-metadata.ts'

/** The first version of a view; its schema id is the schema's, whatever it says. */
export interface CreateViewRequest {
  schema: Schema
  version: ViewVersion
  properties?: Record<string, string>
  /** Chosen by the catalog when left out. */
  location?: string
}

/**
 * Metadata of a new view. Its schema gets the id 0 and its version the id 1.
 * @throws AppError `bad-input` for a schema or version that is not valid
 */
export function newViewMetadata(location: string, request: CreateViewRequest): ViewMetadata {
  const { schema, version, properties = {} } = request
  validateViewSchema(schema)
  validateViewVersion(version)
  const first: ViewVersion = { ...version, versionId: 1, schemaId: 0 }
  return {
    viewUuid: randomUUID(),
    formatVersion: 1,
    location: location.replace(/\/+$/, ''),
    schemas: [{ ...schema, schemaId: 0 }],
    currentVersionId: first.versionId,
    versions: [first],
    versionLog: [{ timestampMs: first.timestampMs, versionId: first.versionId }],
    properties,
  }
}
