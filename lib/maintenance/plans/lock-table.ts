import type { Transaction } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'

/**
 * Holds a table's pointer still until the transaction ends.
 * @throws AppError `conflict`, retryable, when it is no longer where it was
 */
export async function lockTable(tx: Transaction, tableId: string, metadataLocation: string): Promise<void> {
  const [row] = await tx.$queryRaw<{ metadataLocation: string }[]>`
    SELECT "metadataLocation" FROM "IcebergTable" WHERE id = ${tableId}::uuid FOR UPDATE`
  if (row?.metadataLocation === metadataLocation) return
  throw new AppError('conflict', 'The table was changed meanwhile.', { retryable: true })
}
