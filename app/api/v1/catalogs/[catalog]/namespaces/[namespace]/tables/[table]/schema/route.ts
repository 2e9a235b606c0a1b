import { evolveSchema } from '#lib/api/evolution.ts'
import { evolveTableSchema } from '#lib/catalogs/change-schema.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const POST = route(evolveSchema, async ({ params, body, actor, audit }) => {
  const changed = await evolveTableSchema(tableReference(params), actor, body)
  const { previousSchemaId, schemaId } = changed
  audit.details = { previousSchemaId, schemaId, changes: body.changes }
  return changed
})
