import { AppError } from '#lib/errors.ts'
import { formatIdentifier, type Table } from '#lib/iceberg/catalog/catalog.ts'
import type { MaintenancePolicy } from '../maintenance-policy.ts'

/** @throws AppError `conflict` for a table whose files must not be deleted */
export function assertMayDelete(table: Table, { gcEnabled }: MaintenancePolicy): void {
  if (gcEnabled) return
  throw new AppError(
    'conflict',
    `The table ${formatIdentifier(table.identifier)} says gc.enabled=false: its files may be used by others, so nothing of it is deleted. Change the property first.`,
  )
}
