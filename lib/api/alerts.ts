import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'
import { PageQuerySchema, pageOf } from '#lib/http/page.ts'

const tags = ['alerts']

export const alertEvents = [
  'run-failed',
  'canary-differs',
  'source-stopped',
  'worker-crashed',
  'table-unhealthy',
] as const
export const AlertEventSchema = z.enum(alertEvents)
export type AlertEvent = z.infer<typeof AlertEventSchema>

export const channelKinds = ['slack', 'dooray', 'webhook', 'email'] as const
export type ChannelKind = (typeof channelKinds)[number]

const WebAddressSchema = z
  .url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' })
  .max(2_000)
const name = z.string().trim().min(1).max(80)

const settings = {
  name,
  events: z.array(AlertEventSchema).min(1, 'expected at least one kind of event').max(20),
  language: z.enum(['ko', 'en']).default('ko').meta({ description: 'Of the message’s words.' }),
  enabled: z.boolean().default(true),
}

const address = WebAddressSchema.optional().meta({
  description: 'The incoming webhook’s address. It is a secret: left out, the stored one stays.',
})

/** Where to send, with what must stay secret. */
export const ChannelTargetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('slack'), address }),
  z.object({ kind: z.literal('dooray'), address }),
  z.object({ kind: z.literal('webhook'), address }),
  z.object({ kind: z.literal('email'), receivers: z.array(z.email()).min(1).max(50) }),
])
export type ChannelTarget = z.infer<typeof ChannelTargetSchema>

const ChannelBodySchema = z.object({ ...settings, target: ChannelTargetSchema })
export type ChannelBody = z.infer<typeof ChannelBodySchema>

export const AlertChannelSchema = z
  .object({
    id: z.uuid(),
    ...settings,
    kind: z.enum(channelKinds),
    target: z
      .string()
      .meta({ description: 'Host of the webhook, or the receivers. The whole address never leaves.' }),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    lastSentAt: z.iso.datetime().nullable(),
    lastProblem: z.string().nullable().meta({ description: 'Of the latest delivery, when it failed.' }),
  })
  .meta({ id: 'AlertChannel' })
export type AlertChannel = z.infer<typeof AlertChannelSchema>

export const AlertSchema = z
  .object({
    id: z.uuid(),
    event: AlertEventSchema,
    subject: z.string(),
    message: z.string(),
    href: z.string().meta({ description: 'The page that shows it, below the server’s address.' }),
    at: z.iso.datetime(),
    deliveries: z.array(
      z.object({
        channel: z.string(),
        state: z.enum(['pending', 'sent', 'failed']),
        attempts: z.int(),
        problem: z.string().nullable(),
        sentAt: z.iso.datetime().nullable(),
      }),
    ),
  })
  .meta({ id: 'Alert' })
export type AlertItem = z.infer<typeof AlertSchema>

const path = '/api/v1/alert-channels'
const params = z.object({ id: z.uuid() })

export const listAlerts = contract({
  method: 'GET',
  path: '/api/v1/alerts',
  role: 'engineer',
  summary: 'What was alerted, newest first, and where it was sent',
  tags,
  query: PageQuerySchema.omit({ sort: true }),
  response: pageOf(AlertSchema),
})

export const listChannels = contract({
  method: 'GET',
  path,
  role: 'admin',
  summary: 'Where alerts are sent to',
  tags,
  query: PageQuerySchema.pick({ cursor: true, limit: true, filter: true }),
  response: pageOf(AlertChannelSchema).extend({
    kinds: z
      .array(z.enum(channelKinds))
      .meta({ description: 'Kinds that can be added here: e-mail only where SMTP_URL is set.' }),
  }),
})

export const createChannel = contract({
  method: 'POST',
  path,
  role: 'admin',
  summary: 'Add a channel',
  description: 'It hears of what happens from now on.',
  tags,
  body: ChannelBodySchema,
  response: AlertChannelSchema,
  status: 201,
  audit: 'alert-channel.create',
})

export const updateChannel = contract({
  method: 'PUT',
  path: `${path}/{id}`,
  role: 'admin',
  summary: 'Change a channel',
  tags,
  params,
  body: ChannelBodySchema,
  response: AlertChannelSchema,
  audit: 'alert-channel.update',
})

export const deleteChannel = contract({
  method: 'DELETE',
  path: `${path}/{id}`,
  role: 'admin',
  summary: 'Remove a channel',
  tags,
  params,
  response: z.undefined(),
  status: 204,
  audit: 'alert-channel.delete',
})

export const testChannel = contract({
  method: 'POST',
  path: `${path}/test`,
  role: 'admin',
  summary: 'Send a test message now, without keeping anything',
  tags,
  body: z.object({
    id: z
      .uuid()
      .optional()
      .meta({ description: 'Of a stored channel, whose address is used if none is given.' }),
    language: settings.language,
    target: ChannelTargetSchema,
  }),
  response: z.object({ milliseconds: z.int() }),
  audit: 'alert-channel.test',
})
