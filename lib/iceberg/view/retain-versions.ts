import { invalidView } from './validate-view.ts'
import type { ViewLogEntry, ViewMetadata, ViewVersion } from './view-metadata.ts'

const historyProperty = 'version.history.num-entries'
const defaultHistory = 10

/** How many versions a view keeps. @throws AppError `bad-input` for a property that is not a positive integer */
function historySize(properties: Record<string, string>): number {
  const value = properties[historyProperty]
  if (value === undefined) return defaultHistory
  if (/^\d+$/.test(value) && Number(value) > 0) return Number(value)
  throw invalidView(`${historyProperty} must be a positive integer but was "${value}"`)
}

/**
 * Forgets the oldest versions beyond `version.history.num-entries`, but never the current one nor those added just now.
 * The log starts after its last entry of a forgotten version: with a hole it would claim that another version was current
 * at that time.
 */
export function retainVersions(metadata: ViewMetadata, added: ReadonlySet<number>): ViewMetadata {
  const protectedIds = new Set([...added, metadata.currentVersionId])
  const keep = Math.max(protectedIds.size, historySize(metadata.properties))
  if (metadata.versions.length <= keep) return metadata
  const rank = (version: ViewVersion) => (protectedIds.has(version.versionId) ? 1 : 0)
  const kept = new Set(
    [...metadata.versions]
      .sort((one, other) => rank(other) - rank(one) || other.versionId - one.versionId)
      .slice(0, keep)
      .map((version) => version.versionId),
  )
  const isForgotten = (entry: ViewLogEntry) => !kept.has(entry.versionId)
  return {
    ...metadata,
    versions: metadata.versions.filter((version) => kept.has(version.versionId)),
    versionLog: metadata.versionLog.slice(metadata.versionLog.findLastIndex(isForgotten) + 1),
  }
}
