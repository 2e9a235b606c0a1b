import { z } from 'zod'
import { type TableHealth, TableHealthSchema } from '#lib/maintenance/evaluate-health.ts'

/**
 * What the catalog API answers. Ids, sequence numbers and column bounds are text (64 bits); counts and bytes are numbers;
 * times are ISO 8601 in UTC.
 */

const id = z.string().regex(/^-?\d+$/)
const count = z.number().int().min(0)
const time = z.iso.datetime()

export const CatalogSchema = z.object({
  name: z.string(),
  /** `rest`: another server's catalog; what it holds is not counted here */
  kind: z.enum(['built-in', 'rest']),
  warehouse: z.string(),
  /** address of the other server */
  uri: z.string().nullable(),
  namespaces: count.nullable(),
  tables: count.nullable(),
  records: count.nullable(),
  bytes: count.nullable(),
  createdAt: time,
})
export type CatalogItem = z.infer<typeof CatalogSchema>

export const NamespaceSchema = z.object({
  /** the URL segment */
  name: z.string(),
  levels: z.array(z.string()),
  properties: z.record(z.string(), z.string()),
  tables: count,
  /** The totals are null in another server's catalog. */
  records: count.nullable(),
  dataFiles: count.nullable(),
  bytes: count.nullable(),
  lastCommitAt: time.nullable(),
})
export type NamespaceItem = z.infer<typeof NamespaceSchema>

export type { TableHealth }

export const DroppedTableSchema = z.object({
  id: z.uuid(),
  namespace: z.string(),
  name: z.string(),
  droppedAt: time,
  /** until then it can be brought back */
  undropUntil: time,
  /** whoever dropped it asked for its files to go, too, once it can't be brought back any more */
  purgeRequested: z.boolean(),
})
export type DroppedTable = z.infer<typeof DroppedTableSchema>

/** Null until the first commit was evaluated. */
const health = TableHealthSchema.nullable()

export const TableItemSchema = z.object({
  /** Null, as `partitions`, `health` and `createdAt`, for a table of another server's catalog. */
  id: z.uuid().nullable(),
  catalog: z.string(),
  namespace: z.string(),
  name: z.string(),
  tableUuid: z.string().nullable(),
  location: z.string().nullable(),
  formatVersion: z.int().nullable(),
  currentSnapshotId: id.nullable(),
  records: count.nullable(),
  dataFiles: count.nullable(),
  bytes: count.nullable(),
  averageFileBytes: count.nullable(),
  partitions: count.nullable(),
  health,
  lastCommitAt: time.nullable(),
  createdAt: time.nullable(),
  /** Why another catalog's table could not be loaded; then all that is in its metadata is null. */
  problem: z.string().nullable(),
})
export type TableItem = z.infer<typeof TableItemSchema>

type KnownOfOwn =
  | 'id'
  | 'tableUuid'
  | 'location'
  | 'formatVersion'
  | 'records'
  | 'dataFiles'
  | 'bytes'
  | 'averageFileBytes'
  | 'partitions'
  | 'createdAt'

/** A table of the built-in catalog: nothing about it is unknown. */
export type OwnTable = TableItem & { [Key in KnownOfOwn]: NonNullable<TableItem[Key]> }

export const FieldSchema = z.object({
  id: z.int(),
  name: z.string(),
  /** `long`, `list<int>`, `struct<name: string>` */
  type: z.string(),
  required: z.boolean(),
  doc: z.string().nullable(),
})
export type FieldItem = z.infer<typeof FieldSchema>

export const SchemaVersionSchema = z.object({
  schemaId: z.int(),
  current: z.boolean(),
  fields: z.array(FieldSchema),
  identifierFieldIds: z.array(z.int()),
})
export type SchemaVersion = z.infer<typeof SchemaVersionSchema>

export const PartitionSpecSchema = z.object({
  specId: z.int(),
  current: z.boolean(),
  fields: z.array(
    z.object({
      fieldId: z.int(),
      name: z.string(),
      transform: z.string(),
      sourceId: z.int(),
      sourceName: z.string().nullable(),
    }),
  ),
})

export const SortOrderSchema = z.object({
  orderId: z.int(),
  fields: z.array(
    z.object({
      transform: z.string(),
      sourceId: z.int(),
      sourceName: z.string().nullable(),
      direction: z.enum(['asc', 'desc']),
      nullOrder: z.enum(['nulls-first', 'nulls-last']),
    }),
  ),
})

export const SnapshotSchema = z.object({
  snapshotId: id,
  parentSnapshotId: id.nullable(),
  sequenceNumber: id,
  committedAt: time,
  operation: z.string(),
  /** `firn.*` or the engine's name in the summary; null where the writer left neither. */
  committedBy: z.string().nullable(),
  schemaId: z.int().nullable(),
  manifestList: z.string(),
  /** Reachable from the current snapshot by its parents. */
  inHistory: z.boolean(),
  current: z.boolean(),
  refs: z.array(z.string()),
  added: z.object({ dataFiles: count, records: count, bytes: count }),
  removed: z.object({ dataFiles: count, records: count, bytes: count }),
  totals: z.object({ dataFiles: count, records: count, bytes: count }),
  summary: z.record(z.string(), z.string()),
})
export type SnapshotItem = z.infer<typeof SnapshotSchema>

const lane = z.int().min(0)

/** A snapshot's place in the graph of all of them: lanes are columns of lines, 0 is the table's own history. */
export const GraphRowSchema = z.object({
  /** Lanes of the whole graph. */
  lanes: z.int().min(1),
  lane,
  /** The branch or tag that the snapshot's line is called by, outside of the table's history; null: nothing names it. */
  line: z.string().nullable(),
  /** Lanes whose lines come from newer snapshots and end here. */
  from: z.array(lane),
  /** Lanes whose lines pass by. */
  through: z.array(lane),
  /** `gone`: expired, or not below in the list. */
  parent: z.enum(['below', 'gone', 'none']),
})
export type GraphRow = z.infer<typeof GraphRowSchema>

/** `graph` is null in a filtered list, where lines would lead to snapshots that are left out. */
export const ListedSnapshotSchema = SnapshotSchema.extend({ graph: GraphRowSchema.nullable() })
export type ListedSnapshot = z.infer<typeof ListedSnapshotSchema>

const RefSchema = z.object({ name: z.string(), type: z.enum(['branch', 'tag']), snapshotId: id })

export const TableDetailSchema = TableItemSchema.extend({
  tableUuid: z.string(),
  location: z.string(),
  formatVersion: z.int(),
  metadataLocation: z.string(),
  lastUpdatedAt: time,
  lastSequenceNumber: id,
  currentSnapshot: SnapshotSchema.nullable(),
  snapshots: count,
  totals: z.object({
    records: count,
    dataFiles: count,
    bytes: count,
    averageFileBytes: count,
    partitions: count.nullable(),
  }),
  /** Rows that commits added in the last `seconds`; null where nothing was committed then. */
  throughput: z.object({ records: count, seconds: count, recordsPerSecond: z.number() }).nullable(),
  currentSchemaId: z.int(),
  schema: SchemaVersionSchema,
  schemas: z.array(SchemaVersionSchema),
  defaultSpecId: z.int(),
  partitionSpec: PartitionSpecSchema,
  partitionSpecs: z.array(PartitionSpecSchema),
  sortOrder: SortOrderSchema,
  properties: z.record(z.string(), z.string()),
  refs: z.array(RefSchema),
})
export type TableDetail = z.infer<typeof TableDetailSchema>

export const TableDdlSchema = z.object({ sql: z.string(), notes: z.array(z.string()) })
export type TableDdl = z.infer<typeof TableDdlSchema>

/** Partition values by partition field name, as people write them; null is NULL. */
const partition = z.record(z.string(), z.string().nullable())

export const PartitionItemSchema = z.object({
  partition,
  specId: z.int(),
  rows: count,
  files: count,
  bytes: count,
  averageFileBytes: count,
  /** Files below three quarters of the table's target size. */
  smallFiles: count,
  deleteFiles: count,
  lastUpdatedSnapshotId: id.nullable(),
  lastUpdatedAt: time.nullable(),
})
export type PartitionItem = z.infer<typeof PartitionItemSchema>

export const ColumnStatisticsSchema = z.object({
  fieldId: z.int(),
  name: z.string(),
  type: z.string(),
  bytes: count.nullable(),
  values: count.nullable(),
  nulls: count.nullable(),
  nans: count.nullable(),
  /** Not in the current schema any more; the file still has it. */
  dropped: z.boolean(),
  /** Decoded; of long texts the first characters, as the bound was written. */
  lower: z.string().nullable(),
  upper: z.string().nullable(),
})
export type ColumnStatistics = z.infer<typeof ColumnStatisticsSchema>

export const FileItemSchema = z.object({
  path: z.string(),
  /** below the table's location, where it is there */
  relativePath: z.string(),
  content: z.enum(['data', 'position-deletes', 'equality-deletes']),
  format: z.string(),
  partition,
  specId: z.int(),
  rows: count,
  /** of a deletion vector: of its part of the file */
  bytes: count,
  /** Deletion vectors, of which a file holds many: where this one begins. */
  contentOffset: count.nullable(),
  /** The data file whose rows it deletes, where it is one only. */
  target: z.string().nullable(),
  /** Equality deletes: the columns that decide. */
  equalityColumns: z.array(z.string()).nullable(),
  sortOrderId: z.int().nullable(),
  sequenceNumber: id.nullable(),
  /** the snapshot that added the file */
  snapshotId: id.nullable(),
  committedAt: time.nullable(),
  columns: z.array(ColumnStatisticsSchema).optional(),
})
export type FileItem = z.infer<typeof FileItemSchema>

export const TimelinePointSchema = z.object({
  snapshotId: id,
  at: time,
  operation: z.string(),
  rows: count,
  files: count,
  bytes: count,
  averageFileBytes: count,
  addedRows: count,
})
export type TimelinePoint = z.infer<typeof TimelinePointSchema>

const measure = z.object({ files: count, averageFileBytes: count, bytes: count })

export const TimelineSchema = z.object({
  points: z.array(TimelinePointSchema),
  /** Snapshots that the points stand for. */
  snapshots: count,
  compactions: z.array(
    z.object({
      snapshotId: id,
      at: time,
      /** The run that did it, where Firn did. */
      runId: z.uuid().nullable(),
      /** The whole table. */
      before: measure,
      after: measure,
      /** The files that were merged, and what they became. */
      removed: measure,
      added: measure,
    }),
  ),
})
export type Timeline = z.infer<typeof TimelineSchema>

/** A page over one snapshot: `total` counts what passes the filter, `snapshotId` is what all pages of the walk are read from. */
export const snapshotPageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    total: count,
    snapshotId: id.nullable(),
  })
