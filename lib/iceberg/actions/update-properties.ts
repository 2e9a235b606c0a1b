import { AppError } from '../../errors.ts'
import type { MakeChange } from '../commit/commit-change.ts'
import { reservedProperties } from '../commit/new-table-metadata.ts'
import { nameMappingProperty, parseNameMapping } from '../spec/name-mapping.ts'
import { findFieldByName } from '../spec/schema.ts'
import { SpecError } from '../spec/spec-error.ts'
import { currentSchema, formatVersions, type TableMetadata } from '../spec/table-metadata.ts'
import { columnOfProperty, propertyRule, unmetExpectation } from './property-rules.ts'

export interface PropertyChanges {
  set?: Record<string, string>
  remove?: readonly string[]
}

const refuse = (message: string): AppError => new AppError('bad-input', message)

function validate(key: string, value: string, metadata: TableMetadata): void {
  if (key.trim() === '') throw refuse('A property needs a name.')
  if (reservedProperties.has(key)) {
    const reason =
      key === 'format-version'
        ? 'a format version is upgraded instead'
        : "it would repeat what the table's metadata says itself"
    throw refuse(`The property ${key} is the catalog's own and cannot be set: ${reason}.`)
  }
  const rule = propertyRule(key)
  const expected = rule ? unmetExpectation(rule, value) : null
  if (expected)
    throw refuse(`The property ${key} has to be ${expected}, found ${JSON.stringify(value.slice(0, 80))}.`)
  const column = columnOfProperty(key)?.column
  if (column !== undefined && !findFieldByName(currentSchema(metadata), column)) {
    throw refuse(`The property ${key} is about the column "${column}", which the table does not have.`)
  }
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
    for (const [key, value] of changed) validate(key, value, metadata)
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
