import { z } from 'zod'
import type { TableIdentifier } from '#lib/iceberg/catalog/catalog.ts'
import { parseRequirements } from '#lib/iceberg/commit/requirement-json.ts'
import { parseTableUpdates } from '#lib/iceberg/commit/update-json.ts'
import { TextMapJson } from '#lib/iceberg/spec/json.ts'
import { SchemaJson, SortOrderJson, UnboundPartitionSpecJson } from '#lib/iceberg/spec/schema-json.ts'

/** Bodies of the table endpoints, as the protocol names their fields. */

export const IdentifierJson = z
  .looseObject({ namespace: z.array(z.string()).min(1), name: z.string() })
  .transform(({ namespace, name }): TableIdentifier => ({ namespace, name }))

export const CreateTableJson = z.looseObject({
  name: z.string(),
  location: z.string().min(1).max(4_000).nullish(),
  schema: SchemaJson,
  'partition-spec': UnboundPartitionSpecJson.nullish(),
  'write-order': SortOrderJson.nullish(),
  'stage-create': z.boolean().nullish(),
  properties: TextMapJson.nullish(),
})

export const RegisterTableJson = z.looseObject({
  name: z.string(),
  'metadata-location': z.string().min(1).max(4_000),
  overwrite: z.boolean().nullish(),
})

export const RenameJson = z.looseObject({ source: IdentifierJson, destination: IdentifierJson })

/** The identifier may be missing where the address names the table. */
export const CommitTableJson = z
  .looseObject({ identifier: IdentifierJson.nullish(), requirements: z.unknown(), updates: z.unknown() })
  .transform(({ identifier, requirements, updates }) => ({
    identifier: identifier ?? undefined,
    request: { requirements: parseRequirements(requirements), updates: parseTableUpdates(updates) },
  }))

/** As many tables as anybody changes at once. */
const maxTransactionTables = 1_000

export const CommitTransactionJson = z.looseObject({
  'table-changes': z.array(CommitTableJson).max(maxTransactionTables),
})
