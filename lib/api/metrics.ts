import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'

export const getMetrics = contract({
  method: 'GET',
  path: '/metrics',
  role: 'viewer',
  summary: 'Workers, runs, queues, sources and tables for Prometheus',
  description:
    'In Prometheus’ text format. Give Prometheus an API token of a viewer (`authorization: {credentials: …}`); tables that its grants close are left out.',
  tags: ['system'],
  response: z.string(),
  alsoProduces: ['text/plain'],
})
