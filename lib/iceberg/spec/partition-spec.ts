/** A transform's name as the spec writes it in JSON. */
export type Transform =
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
  fieldId: number
  name: string
  transform: Transform
}

export interface PartitionSpec {
  specId: number
  fields: PartitionField[]
}

export const unpartitioned: PartitionSpec = { specId: 0, fields: [] }

/** Partition field ids start here; the last assigned one of a table without any is one less. */
export const firstPartitionFieldId = 1000
