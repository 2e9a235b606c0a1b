import type { Schema } from '../spec/schema.ts'
import { SpecError } from '../spec/spec-error.ts'

/** One way to write a view's query. The only kind the view specification has today is SQL in a dialect. */
export interface SqlRepresentation {
  type: 'sql'
  sql: string
  /** The engine's name: `spark`, `trino`. Compared without case. */
  dialect: string
}

/** A representation of a kind this version does not know, kept as it was read. */
export interface OtherRepresentation {
  type: string
  json: Record<string, unknown>
}

export type ViewRepresentation = SqlRepresentation | OtherRepresentation

/** A view's definition at one time (view spec: "Versions"). Never changes once it was added. */
export interface ViewVersion {
  versionId: number
  schemaId: number
  /** Milliseconds since the epoch. */
  timestampMs: number
  summary: Record<string, string>
  representations: ViewRepresentation[]
  /** Absent: the catalog the view is in. */
  defaultCatalog?: string
  defaultNamespace: string[]
}

/** A change of the current version (view spec: "Version log"). */
export interface ViewLogEntry {
  timestampMs: number
  versionId: number
}

/** View metadata (view spec, format version 1). Treat as immutable. */
export interface ViewMetadata {
  viewUuid: string
  formatVersion: 1
  location: string
  schemas: Schema[]
  currentVersionId: number
  versions: ViewVersion[]
  versionLog: ViewLogEntry[]
  properties: Record<string, string>
}

export const findVersion = (metadata: ViewMetadata, id: number): ViewVersion | undefined =>
  metadata.versions.find((version) => version.versionId === id)

/** @throws SpecError when the metadata does not contain its current version */
export function currentVersion(metadata: ViewMetadata): ViewVersion {
  const version = findVersion(metadata, metadata.currentVersionId)
  if (version) return version
  throw new SpecError(`The view metadata refers to version ${metadata.currentVersionId}, which it lacks.`)
}

export const isSql = (representation: ViewRepresentation): representation is SqlRepresentation =>
  representation.type === 'sql' && 'sql' in representation

/** The SQL dialects of a version, in lower case. */
export const dialectsOf = (version: ViewVersion): string[] =>
  version.representations.filter(isSql).map(({ dialect }) => dialect.toLowerCase())
