import { z } from 'zod'
import { AppError } from '../../../errors.ts'
import { parseJson, TextMapJson } from '../../spec/json.ts'
import { SpecError } from '../../spec/spec-error.ts'
import type { TableMetadata } from '../../spec/table-metadata.ts'
import { tableMetadataFromJson } from '../../spec/table-metadata-json.ts'

/** Answers of the REST protocol, as far as they are used. Servers write null where others leave a field out. */

const optionalText = TextMapJson.nullish().transform((value) => value ?? {})
const nextPageToken = z
  .string()
  .nullish()
  .transform((token) => token || undefined)

export const ConfigAnswer = z.object({
  defaults: optionalText,
  overrides: optionalText,
  endpoints: z.array(z.string()).nullish(),
  'idempotency-key-lifetime': z.string().nullish(),
})

export const NamespacesAnswer = z.object({
  namespaces: z.array(z.array(z.string()).min(1)),
  'next-page-token': nextPageToken,
})

export const NamespaceAnswer = z.object({ namespace: z.array(z.string()), properties: optionalText })

const keys = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? [])

export const NamespaceChangedAnswer = z.object({ updated: keys, removed: keys, missing: keys })

export const TablesAnswer = z.object({
  identifiers: z.array(z.object({ namespace: z.array(z.string()), name: z.string() })),
  'next-page-token': nextPageToken,
})

const metadata = z.unknown().transform((value, issues): TableMetadata => {
  try {
    return tableMetadataFromJson(value)
  } catch (error) {
    if (!(error instanceof SpecError)) throw error
    issues.addIssue({ code: 'custom', message: error.message })
    return z.NEVER
  }
})

export const TableAnswer = z.object({
  'metadata-location': z.string(),
  metadata,
  config: optionalText,
  'storage-credentials': z
    .array(z.object({ prefix: z.string(), config: TextMapJson }))
    .nullish()
    .transform((credentials) => credentials ?? []),
})
export type TableAnswer = z.output<typeof TableAnswer>

/** @throws AppError `corrupt` when a successful answer is not what the protocol says */
export function parseAnswer<S extends z.ZodType>(
  schema: S,
  catalog: string,
  what: string,
  body: string,
): z.output<S> {
  const refuse = (reason: string, cause?: unknown) =>
    new AppError(
      'corrupt',
      `The catalog "${catalog}" was asked to ${what}; its answer does not follow the Iceberg REST protocol: ${reason}`,
      { context: { catalog }, cause },
    )
  let json: unknown
  try {
    json = parseJson(body)
  } catch (cause) {
    throw refuse('it is not JSON. Check that the address is the base address of a REST catalog.', cause)
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  throw refuse(z.prettifyError(parsed.error).slice(0, 500))
}
