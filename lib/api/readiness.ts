import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'

export const ReadinessSchema = z
  .object({
    status: z.enum(['ok', 'unavailable']),
    checks: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'What is missing and why, by part; only when something is.' }),
  })
  .meta({ id: 'Readiness' })

export const getReadiness = contract({
  method: 'GET',
  path: '/readiness',
  role: 'public',
  summary: 'Are the database, the store and the workers there?',
  description:
    '200 with `{"status":"ok"}`, else 503 with the reasons. For load balancers and start-up scripts.',
  tags: ['system'],
  response: ReadinessSchema,
})
