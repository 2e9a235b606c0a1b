import { AppError } from '../../errors.ts'
import type { MakeChange } from '../commit/commit-change.ts'
import { reservedProperties } from '../commit/new-table-metadata.ts'
import { nameMappingProperty, parseNameMapping } from '../spec/name-mapping.ts'
import { SpecError } from '../spec/spec-error.ts'
import { formatVersions } from '../spec/table-metadata.ts'

export interface PropertyChanges {
  set?: Record<string, string>
  remove?: readonly string[]
}

const refuse = (message: string): AppError => new AppError('bad-input', message)

const oneOf =
  (...values: string[]) =>
  (value: string): string | null =>
    values.includes(value) ? null : `one of ${values.join(', ')}`
const trueOrFalse = oneOf('true', 'false')
const wholeNumber = (value: string): string | null =>
  /^\d{1,15}$/.test(value) && Number(value) > 0 ? null : 'a whole number above 0'
const changeMode = oneOf('copy-on-write', 'merge-on-read')
const isolation = oneOf('serializable', 'snapshot')

/** What the properties that writers act on have to be; a mistyped value would be passed over in silence. */
const expectations: Record<string, (value: string) => string | null> = {
  'commit.manifest-merge.enabled': trueOrFalse,
  'commit.manifest.min-count-to-merge': wholeNumber,
  'commit.manifest.target-size-bytes': wholeNumber,
  'write.metadata.previous-versions-max': wholeNumber,
  'write.metadata.delete-after-commit.enabled': trueOrFalse,
  'write.target-file-size-bytes': wholeNumber,
  'write.format.default': oneOf('parquet', 'avro', 'orc'),
  'write.parquet.compression-codec': oneOf('zstd', 'brotli', 'lz4', 'gzip', 'snappy', 'uncompressed'),
  'write.delete.mode': changeMode,
  'write.update.mode': changeMode,
  'write.merge.mode': changeMode,
  'write.delete.isolation-level': isolation,
  'write.update.isolation-level': isolation,
  'write.merge.isolation-level': isolation,
  'history.expire.max-snapshot-age-ms': wholeNumber,
  'history.expire.min-snapshots-to-keep': wholeNumber,
  'history.expire.max-ref-age-ms': wholeNumber,
}

function validate(key: string, value: string): void {
  if (key.trim() === '') throw refuse('A property needs a name.')
  if (reservedProperties.has(key)) {
    throw refuse(
      `The property ${key} is the catalog's own and cannot be set. A format version is upgraded instead.`,
    )
  }
  const expected = Object.hasOwn(expectations, key) ? expectations[key]?.(value) : null
  if (expected)
    throw refuse(`The property ${key} has to be ${expected}, found ${JSON.stringify(value.slice(0, 80))}.`)
  if (key !== nameMappingProperty) return
  try {
    parseNameMapping(value)
  } catch (cause) {
    if (!(cause instanceof SpecError)) throw cause
    throw new AppError('bad-input', cause.message, { cause })
  }
}

/**
 * Sets and removes table properties. Those that are there already, or gone, are passed over.
 * @throws AppError `bad-input` for a value that no writer could act on
 */
export const updateProperties =
  ({ set = {}, remove = [] }: PropertyChanges): MakeChange =>
  ({ metadata }) => {
    const both = remove.find((key) => Object.hasOwn(set, key))
    if (both !== undefined) throw refuse(`The property ${both} cannot be set and removed at the same time.`)
    const has = (key: string) => Object.hasOwn(metadata.properties, key)
    const changed = Object.entries(set).filter(
      ([key, value]) => !has(key) || metadata.properties[key] !== value,
    )
    for (const [key, value] of changed) validate(key, value)
    const removals = [...new Set(remove)].filter(has)
    return {
      requirements: [{ type: 'assert-table-uuid', uuid: metadata.tableUuid }],
      updates: [
        ...(removals.length > 0 ? [{ action: 'remove-properties', removals } as const] : []),
        ...(changed.length > 0
          ? [{ action: 'set-properties', updates: Object.fromEntries(changed) } as const]
          : []),
      ],
    }
  }

/**
 * Raises a table's format version; there is no way back, and older engines may not read the new one.
 * @throws AppError `bad-input` for a version that is lower or not known
 */
export const upgradeFormatVersion =
  (formatVersion: number): MakeChange =>
  ({ metadata }) => {
    if (!formatVersions.some((known) => known === formatVersion)) {
      throw refuse(`There is no format version ${formatVersion}; known are ${formatVersions.join(', ')}.`)
    }
    if (formatVersion < metadata.formatVersion) {
      throw refuse(
        `The table has format version ${metadata.formatVersion} and cannot go back to ${formatVersion}.`,
      )
    }
    return {
      requirements: [{ type: 'assert-table-uuid', uuid: metadata.tableUuid }],
      updates:
        formatVersion === metadata.formatVersion ? [] : [{ action: 'upgrade-format-version', formatVersion }],
    }
  }
