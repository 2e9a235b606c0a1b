import type { DataFile, DataFileContent, FileFormat } from './data-file.ts'
import type { PartitionValue } from './partition-value.ts'
import { SpecError } from './spec-error.ts'

/**
 * DataFile as plain JSON, for places that keep files before they are committed (a database column, a job's payload).
 * 64-bit integers become `{"long": "…"}` in partitions and text elsewhere, bytes become base64.
 */

export type PartitionValueJson = null | boolean | number | string | { long: string } | { bytes: string }

export interface DataFileJson {
  content: DataFileContent
  filePath: string
  fileFormat: FileFormat
  specId: number
  partition: Record<string, PartitionValueJson>
  recordCount: string
  fileSizeInBytes: string
  columnSizes?: [number, string][]
  valueCounts?: [number, string][]
  nullValueCounts?: [number, string][]
  nanValueCounts?: [number, string][]
  lowerBounds?: [number, string][]
  upperBounds?: [number, string][]
  splitOffsets?: string[]
  equalityIds?: number[]
  sortOrderId?: number
  keyMetadata?: string
  referencedDataFile?: string
  contentOffset?: string
  contentSizeInBytes?: string
  firstRowId?: string
}

const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
const fromBase64 = (text: string): Buffer => Buffer.from(text, 'base64')

function partitionValueToJson(value: PartitionValue): PartitionValueJson {
  if (typeof value === 'bigint') return { long: value.toString() }
  if (value instanceof Uint8Array) return { bytes: toBase64(value) }
  return value
}

function partitionValueFromJson(value: PartitionValueJson): PartitionValue {
  if (value === null || typeof value !== 'object') return value
  return 'long' in value ? BigInt(value.long) : fromBase64(value.bytes)
}

/** A partition by field name as plain JSON, see `DataFileJson`. */
const partitionToJson = (partition: Record<string, PartitionValue>): Record<string, PartitionValueJson> =>
  Object.fromEntries(Object.entries(partition).map(([name, value]) => [name, partitionValueToJson(value)]))

/** The reverse of `partitionToJson`. */
const partitionFromJson = (json: Record<string, PartitionValueJson>): Record<string, PartitionValue> =>
  Object.fromEntries(Object.entries(json).map(([name, value]) => [name, partitionValueFromJson(value)]))

const mapToJson = <V, J>(
  map: Map<number, V> | undefined,
  convert: (value: V) => J,
): [number, J][] | undefined => map && Array.from(map, ([id, value]): [number, J] => [id, convert(value)])

const mapFromJson = <V, J>(
  entries: [number, J][] | undefined,
  convert: (json: J) => V,
): Map<number, V> | undefined =>
  entries && new Map(entries.map(([id, json]): [number, V] => [id, convert(json)]))

const optionalBigint = (text: string | undefined): bigint | undefined =>
  text === undefined ? undefined : BigInt(text)

const text = (value: bigint): string => value.toString()

/** Keys without a value are left out, so that the JSON is equal to itself after a round trip through a store. */
function compact<T extends object>(value: T): T {
  for (const key of Object.keys(value) as (keyof T)[]) if (value[key] === undefined) delete value[key]
  return value
}

export const dataFileToJson = (file: DataFile): DataFileJson =>
  compact({
    content: file.content,
    filePath: file.filePath,
    fileFormat: file.fileFormat,
    specId: file.specId,
    partition: partitionToJson(file.partition),
    recordCount: text(file.recordCount),
    fileSizeInBytes: text(file.fileSizeInBytes),
    columnSizes: mapToJson(file.columnSizes, text),
    valueCounts: mapToJson(file.valueCounts, text),
    nullValueCounts: mapToJson(file.nullValueCounts, text),
    nanValueCounts: mapToJson(file.nanValueCounts, text),
    lowerBounds: mapToJson(file.lowerBounds, toBase64),
    upperBounds: mapToJson(file.upperBounds, toBase64),
    splitOffsets: file.splitOffsets?.map(text),
    equalityIds: file.equalityIds,
    sortOrderId: file.sortOrderId,
    keyMetadata: file.keyMetadata && toBase64(file.keyMetadata),
    referencedDataFile: file.referencedDataFile,
    contentOffset: file.contentOffset?.toString(),
    contentSizeInBytes: file.contentSizeInBytes?.toString(),
    firstRowId: file.firstRowId?.toString(),
  })

/**
 * The reverse of `dataFileToJson`.
 * @throws SpecError when the value was not made by it.
 */
export function dataFileFromJson(value: unknown): DataFile {
  const json = value as DataFileJson
  try {
    return compact({
      content: json.content,
      filePath: json.filePath,
      fileFormat: json.fileFormat,
      specId: json.specId,
      partition: partitionFromJson(json.partition),
      recordCount: BigInt(json.recordCount),
      fileSizeInBytes: BigInt(json.fileSizeInBytes),
      columnSizes: mapFromJson(json.columnSizes, BigInt),
      valueCounts: mapFromJson(json.valueCounts, BigInt),
      nullValueCounts: mapFromJson(json.nullValueCounts, BigInt),
      nanValueCounts: mapFromJson(json.nanValueCounts, BigInt),
      lowerBounds: mapFromJson(json.lowerBounds, fromBase64),
      upperBounds: mapFromJson(json.upperBounds, fromBase64),
      splitOffsets: json.splitOffsets?.map(BigInt),
      equalityIds: json.equalityIds,
      sortOrderId: json.sortOrderId,
      keyMetadata: json.keyMetadata === undefined ? undefined : fromBase64(json.keyMetadata),
      referencedDataFile: json.referencedDataFile,
      contentOffset: optionalBigint(json.contentOffset),
      contentSizeInBytes: optionalBigint(json.contentSizeInBytes),
      firstRowId: optionalBigint(json.firstRowId),
    })
  } catch (cause) {
    throw new SpecError('The JSON does not describe a data file.', { cause })
  }
}
