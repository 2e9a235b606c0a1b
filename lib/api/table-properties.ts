import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'
import { PropertyChangeSchema } from './catalog-changes.ts'
import { TableParams, tablePath } from './catalogs.ts'

const tags = ['catalogs']
const Sentence = z.object({ ko: z.string(), en: z.string() })

export const KnownPropertySchema = z
  .object({
    key: z.string().meta({ description: 'One that ends in a dot wants the name of a column after it.' }),
    default: z.string().nullable(),
    rule: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('choice'), values: z.array(z.string()) }),
        z.object({ kind: z.literal('number'), least: z.int() }),
        z.object({ kind: z.literal('metrics-mode') }),
      ])
      .nullable()
      .meta({ description: 'null: any text' }),
    text: Sentence,
  })
  .meta({ id: 'KnownProperty' })
export type KnownPropertyItem = z.infer<typeof KnownPropertySchema>

export const KnownPropertiesSchema = z.object({
  items: z.array(KnownPropertySchema),
  refused: z
    .array(z.object({ key: z.string(), text: Sentence }))
    .meta({ description: 'Properties that nobody can set, with the reason.' }),
  nextCursor: z.null(),
})
export type KnownProperties = z.infer<typeof KnownPropertiesSchema>

export const listKnownProperties = contract({
  method: 'GET',
  path: '/api/v1/table-properties',
  role: 'viewer',
  summary: 'Table properties that Iceberg and Firn act on: what each does, its default, what it may be',
  tags,
  response: KnownPropertiesSchema,
})

export const changeTableProperties = contract({
  method: 'PATCH',
  path: `${tablePath}/properties`,
  role: 'engineer',
  summary: 'Set and remove properties of a table in one commit',
  tags,
  params: TableParams,
  body: PropertyChangeSchema,
  response: z.object({ properties: z.record(z.string(), z.string()) }),
  audit: 'table.set-properties',
})
