'use client'

import type { ReferenceItem } from '#lib/api/snapshots.ts'
import { type ApiPage, useApi } from '#lib/client/use-api.ts'
import { type TablePath, tableApi } from '../table-path.ts'

/** A table's branches and tags, main first. */
export const useReferences = (path: TablePath, refetchInterval?: number) =>
  useApi<ApiPage<ReferenceItem>>(`${tableApi(path)}/refs`, refetchInterval ? { refetchInterval } : {})
