import { expect, it } from 'vitest'
import type { DataFile } from './data-file.ts'
import { dataFileFromJson, dataFileToJson } from './data-file-json.ts'

const file: DataFile = {
  content: 'data',
  filePath: 's3://warehouse/t/data/x.parquet',
  fileFormat: 'PARQUET',
  specId: 3,
  partition: { year: 2025, id: 9007199254740993n, name: '눈', none: null, raw: Buffer.from([0, 255]) },
  recordCount: 9007199254740993n,
  fileSizeInBytes: 5n,
  columnSizes: new Map([[1, 2n]]),
  valueCounts: new Map([[1, 3n]]),
  nullValueCounts: new Map([[1, 0n]]),
  nanValueCounts: new Map([[1, 0n]]),
  lowerBounds: new Map([[1, Buffer.from([1, 2])]]),
  upperBounds: new Map([[1, Buffer.from([255])]]),
  splitOffsets: [4n],
  equalityIds: [1],
  sortOrderId: 0,
}

it('survives JSON text with 64-bit integers and bytes', () => {
  const text = JSON.stringify(dataFileToJson(file))
  expect(dataFileFromJson(JSON.parse(text))).toEqual(file)
})

it('refuses what is no data file', () => {
  expect(() => dataFileFromJson({ filePath: 'x' })).toThrow(/does not describe a data file/)
})
