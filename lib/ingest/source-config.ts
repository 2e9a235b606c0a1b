import { z } from 'zod'

/** Files of JSON Lines below a folder; `.gz` ones are read too. Names that begin with a dot or end in .partial are left alone. */
export const LandingConfigSchema = z.object({
  kind: z.literal('landing'),
  location: z
    .string()
    .regex(/^(file:\/\/\/|s3:\/\/[^/]+)/, 'expected a folder as file:///… or s3://bucket/…')
    .transform((value) => value.replace(/\/+$/, '')),
  /** `*` and `?` within a name, `**` across folders; matched against the path below the folder. */
  pattern: z.string().min(1).max(200).optional(),
})
export type LandingConfig = z.infer<typeof LandingConfigSchema>

export const KafkaConfigSchema = z.object({
  kind: z.literal('kafka'),
  topic: z
    .string()
    .min(1)
    .max(249)
    .regex(/^[A-Za-z0-9._-]+$/, 'a topic name has letters, digits, dots, underscores and hyphens only'),
  /** Keep the raw records in the landing zone: topics forget. */
  archive: z.boolean().default(true),
  /** Where a partition without a recorded position begins. */
  start: z.enum(['earliest', 'latest']).default('earliest'),
})
export type KafkaConfig = z.infer<typeof KafkaConfigSchema>

export const SourceConfigSchema = z.discriminatedUnion('kind', [LandingConfigSchema, KafkaConfigSchema])
export type SourceConfig = z.infer<typeof SourceConfigSchema>

export const sourceStates = ['active', 'paused', 'stopped'] as const
export type SourceState = (typeof sourceStates)[number]
