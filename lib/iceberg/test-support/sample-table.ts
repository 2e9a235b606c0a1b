import type { CreateTableRequest, TableIdentifier } from '../catalog/catalog.ts'
import type { DataFile } from '../spec/data-file.ts'
import type { PartitionSpec } from '../spec/partition-spec.ts'
import type { Schema } from '../spec/schema.ts'
import { encodeBound } from '../spec/single-value.ts'

/** A small table of tests: visits by day and bucket. */

export const visits: TableIdentifier = { namespace: ['test'], name: 'visits' }

export const visitsSchema: Schema = {
  schemaId: 0,
  fields: [
    { id: 1, name: 'id', required: true, type: 'long' },
    { id: 2, name: 'page', required: false, type: 'string' },
    { id: 3, name: 'day', required: false, type: 'date' },
    { id: 4, name: 'score', required: false, type: 'double' },
  ],
}

const visitsSpec: PartitionSpec = {
  specId: 0,
  fields: [{ sourceId: 3, fieldId: 1000, name: 'day', transform: 'identity' }],
}

export const visitsRequest: CreateTableRequest = { schema: visitsSchema, partitionSpec: visitsSpec }

let nextFile = 0

export interface VisitsFile {
  day: number | null
  ids: [from: bigint, to: bigint]
  rows?: bigint
  path?: string
}

/** A data file of `visits` with ids in a closed range. */
export function visitsFile({ day, ids, rows = ids[1] - ids[0] + 1n, path }: VisitsFile): DataFile {
  nextFile += 1
  const bound = (id: bigint, side: 'lower' | 'upper') => encodeBound('long', id, side) ?? Buffer.alloc(0)
  return {
    content: 'data',
    filePath: path ?? `memory://warehouse/visits/data/${nextFile}.parquet`,
    fileFormat: 'PARQUET',
    specId: 0,
    partition: { day },
    recordCount: rows,
    fileSizeInBytes: 1000n,
    columnSizes: new Map([[1, 500n]]),
    valueCounts: new Map([[1, rows]]),
    nullValueCounts: new Map([[1, 0n]]),
    lowerBounds: new Map([[1, bound(ids[0], 'lower')]]),
    upperBounds: new Map([[1, bound(ids[1], 'upper')]]),
    splitOffsets: [4n],
  }
}
