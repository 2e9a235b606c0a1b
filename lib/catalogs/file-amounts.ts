import type { Amounts } from '#lib/api/snapshots.ts'
import type { DataFile } from '#lib/iceberg/spec/data-file.ts'

/** Bytes of a file; deletion vectors share a puffin file, and each has its own part of it. */
export const bytesOf = (file: DataFile): number => Number(file.contentSizeInBytes ?? file.fileSizeInBytes)

/** Adds a file to amounts. */
export function addFile(amounts: Amounts, file: DataFile): void {
  amounts.bytes += bytesOf(file)
  if (file.content === 'data') {
    amounts.dataFiles += 1
    amounts.records += Number(file.recordCount)
  } else amounts.deleteFiles += 1
}

export const noAmounts = (): Amounts => ({ dataFiles: 0, deleteFiles: 0, records: 0, bytes: 0 })

/** Files, rows of data files, and bytes of all. */
export function amountsOf(entries: readonly { file: DataFile }[]): Amounts {
  const amounts = noAmounts()
  for (const { file } of entries) addFile(amounts, file)
  return amounts
}
