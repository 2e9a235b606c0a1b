import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'

const name = z.string().min(1).max(256)

export const compactTable = contract({
  method: 'POST',
  path: '/api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/compact',
  role: 'engineer',
  summary: 'Merge the small files of a table now',
  description:
    'Queues a run that merges any two or more small files of a partition. A table has one compaction at a time: while one waits or runs, its run is returned with `started` false.',
  tags: ['maintenance'],
  params: z.object({ catalog: name, namespace: name, table: name }),
  response: z.object({ runId: z.uuid(), started: z.boolean() }),
  status: 202,
  audit: 'table.compact',
})
