import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'
import { PageQuerySchema, pageOf } from '#lib/http/page.ts'

export const AuditEventSchema = z
  .object({
    id: z.uuid(),
    at: z.iso.datetime(),
    actorType: z.string().meta({ description: 'user, token, worker or anonymous' }),
    actorId: z.string().nullable(),
    actorName: z.string(),
    action: z.string(),
    subject: z.string(),
    requestId: z.string().nullable(),
    address: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEvent' })

export const listAudit = contract({
  method: 'GET',
  path: '/api/v1/audit',
  role: 'admin',
  summary: 'Who changed what, newest first',
  tags: ['audit'],
  query: PageQuerySchema.omit({ sort: true }).extend({
    action: z
      .string()
      .max(100)
      .optional()
      .meta({ description: '`user.create`; `user.` for all that starts so' }),
    actor: z.string().max(100).optional().meta({ description: 'Id of a user or a token.' }),
    subject: z.string().max(200).optional(),
    from: z.iso.datetime({ offset: true }).optional(),
    to: z.iso.datetime({ offset: true }).optional(),
    format: z.enum(['json', 'csv']).default('json'),
  }),
  response: pageOf(AuditEventSchema),
  alsoProduces: ['text/csv'],
})
