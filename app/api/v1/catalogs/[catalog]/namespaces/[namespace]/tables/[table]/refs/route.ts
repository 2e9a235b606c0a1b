import { createReference as createContract, listReferences } from '#lib/api/snapshots.ts'
import { createReference } from '#lib/catalogs/change-snapshots.ts'
import { loadTable } from '#lib/catalogs/load-table.ts'
import { referenceItems } from '#lib/catalogs/reference-item.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(listReferences, async ({ params, actor }) => {
  const { table } = await loadTable(tableReference(params), actor)
  return { items: referenceItems(table.metadata), nextCursor: null }
})

export const POST = route(createContract, async ({ params, body, actor, audit }) => {
  audit.details = body
  return createReference(tableReference(params), actor, body)
})
