/** A transform's name as the spec writes it in JSON. */
export type Transform = KnownTransform | UnknownTransform

/** One of a later version of the specification: kept, never applied and never used to prune. */
export type UnknownTransform = string & { readonly unknownTransform: true }

export type KnownTransform =
  | 'identity'
  | 'year'
  | 'month'
  | 'day'
  | 'hour'
  | 'void'
  | `bucket[${number}]`
  | `truncate[${number}]`

export interface PartitionField {
  sourceId: number
  /** Of a transform of several columns (format version 3): all of them; `sourceId` is the first. */
  sourceIds?: number[]
  fieldId: number
  name: string
  transform: Transform
}

export interface PartitionSpec {
  specId: number
  fields: PartitionField[]
}

/** A spec as clients send it: field ids may be missing, then the table assigns them. */
export interface UnboundPartitionSpec {
  specId?: number
  fields: (Omit<PartitionField, 'fieldId'> & { fieldId?: number })[]
}

export const unpartitioned: PartitionSpec = { specId: 0, fields: [] }

/** Partition field ids start here; the last assigned one of a table without any is one less. */
export const firstPartitionFieldId = 1000
