import { randomUUID } from 'node:crypto'
import { AppError } from '../../errors.ts'
import type { CreateTableRequest } from '../catalog/catalog.ts'
import { assignFreshIds } from '../spec/fresh-ids.ts'
import { firstPartitionFieldId, type PartitionSpec, unpartitioned } from '../spec/partition-spec.ts'
import { highestFieldId } from '../spec/schema.ts'
import { type SortOrder, unsorted } from '../spec/sort-order.ts'
import { type FormatVersion, formatVersions, type TableMetadata } from '../spec/table-metadata.ts'
import { applyUpdates } from './apply-updates.ts'
import type { TableUpdate } from './table-update.ts'
import {
  validatePartitionNames,
  validatePartitionSpec,
  validateSchema,
  validateSortOrder,
} from './validate-structure.ts'

const defaultFormatVersion: FormatVersion = 2

/** Properties that say something to the catalog or repeat what the metadata says: they are not stored. */
export const reservedProperties: ReadonlySet<string> = new Set([
  'format-version',
  'uuid',
  'snapshot-count',
  'current-snapshot-id',
  'current-snapshot-summary',
  'current-snapshot-timestamp-ms',
  'current-schema',
  'default-partition-spec',
  'default-sort-order',
])

function formatVersionOf(text: string | undefined): FormatVersion {
  if (text === undefined) return defaultFormatVersion
  const version = formatVersions.find((known) => String(known) === text.trim())
  if (version !== undefined) return version
  throw new AppError(
    'bad-input',
    `The property format-version is ${JSON.stringify(text)}, expected one of ${formatVersions.join(', ')}.`,
  )
}

/**
 * Metadata of a new, empty table. As in Iceberg's own implementation all ids of the request are only good for telling
 * columns apart: fields are numbered from 1, partition fields from 1000, and the spec and the sort order follow.
 * Property `format-version` chooses the version, 2 unless given.
 * @throws AppError `bad-input` for a schema, partition spec, sort order or format version that is not valid
 */
export function newTableMetadata(
  location: string,
  request: CreateTableRequest,
  now: number = Date.now(),
): TableMetadata {
  const { properties = {} } = request
  const formatVersion = formatVersionOf(properties['format-version'])
  validateSchema(request.schema, formatVersion, 0)
  let lastColumnId = 0
  const fresh = assignFreshIds({ ...request.schema, schemaId: 0 }, () => {
    lastColumnId += 1
    return lastColumnId
  })
  const source = <Field extends { sourceId: number; sourceIds?: number[] }>(field: Field, what: string) => {
    const sourceOf = (id: number): number => {
      const next = fresh.ids.get(id)
      if (next !== undefined) return next
      throw new AppError(
        'bad-input',
        `The ${what} refers to column id ${id}, which the schema does not have.`,
      )
    }
    return {
      ...field,
      sourceId: sourceOf(field.sourceId),
      ...(field.sourceIds ? { sourceIds: field.sourceIds.map(sourceOf) } : {}),
    }
  }
  const spec: PartitionSpec = {
    specId: 0,
    fields: (request.partitionSpec ?? unpartitioned).fields.map((field, index) => ({
      ...source(field, 'partition spec'),
      fieldId: firstPartitionFieldId + index,
    })),
  }
  validatePartitionSpec(spec, fresh.schema)
  validatePartitionNames(spec, fresh.schema)
  const fields = (request.sortOrder ?? unsorted).fields.map((field) => source(field, 'sort order'))
  const order: SortOrder = fields.length === 0 ? unsorted : { orderId: 1, fields }
  validateSortOrder(order, fresh.schema)
  return {
    ...emptyTableMetadata(location, formatVersion, now),
    lastColumnId,
    schemas: [fresh.schema],
    partitionSpecs: [spec],
    lastPartitionId: firstPartitionFieldId - 1 + spec.fields.length,
    sortOrders: [order],
    defaultSortOrderId: order.orderId,
    properties: {
      // What other engines write new tables with; without it they fall back to gzip.
      'write.parquet.compression-codec': 'zstd',
      ...Object.fromEntries(Object.entries(properties).filter(([key]) => !reservedProperties.has(key))),
    },
  }
}

/** A table without schemas: where the updates of a create commit start. */
const emptyTableMetadata = (location: string, formatVersion: FormatVersion, now: number): TableMetadata => ({
  formatVersion,
  tableUuid: randomUUID(),
  location: location.replace(/\/+$/, ''),
  lastSequenceNumber: 0n,
  lastUpdatedMs: now,
  lastColumnId: 0,
  schemas: [],
  currentSchemaId: 0,
  partitionSpecs: [],
  defaultSpecId: 0,
  lastPartitionId: firstPartitionFieldId - 1,
  properties: {},
  snapshots: [],
  snapshotLog: [],
  metadataLog: [],
  sortOrders: [],
  defaultSortOrderId: 0,
  refs: {},
  nextRowId: 0n,
  statistics: [],
  partitionStatistics: [],
  encryptionKeys: [],
})

/**
 * Metadata of a table that a commit makes (requirement `assert-create`): the ids are those of the updates, since the
 * client got them when it staged the table.
 * @param location used unless the updates set one
 * @throws AppError `bad-input` for updates that do not make a table
 */
export function tableMetadataFromUpdates(
  location: string,
  updates: readonly TableUpdate[],
  now: number = Date.now(),
): TableMetadata {
  const upgrade = updates.find((update) => update.action === 'upgrade-format-version')
  const formatVersion = upgrade ? formatVersionOf(String(upgrade.formatVersion)) : defaultFormatVersion
  const uuid = updates.find((update) => update.action === 'assign-uuid')?.uuid
  const empty = emptyTableMetadata(location, formatVersion, now)
  const made = applyUpdates(uuid === undefined ? empty : { ...empty, tableUuid: uuid }, updates, now)
  if (made.schemas.length === 0) {
    throw new AppError('bad-input', 'The updates of a commit that creates a table have to add a schema.')
  }
  return {
    ...made,
    lastColumnId: Math.max(made.lastColumnId, ...made.schemas.map(highestFieldId)),
    partitionSpecs: made.partitionSpecs.length === 0 ? [unpartitioned] : made.partitionSpecs,
    sortOrders: made.sortOrders.length === 0 ? [unsorted] : made.sortOrders,
  }
}
