import { replaceSortOrder } from '#lib/api/evolution.ts'
import { replaceTableOrder } from '#lib/catalogs/change-order.ts'
import { tableReference } from '#lib/catalogs/table-reference.ts'
import { route } from '#lib/http/route.ts'

export const POST = route(replaceSortOrder, async ({ params, body, actor, audit }) => {
  const changed = await replaceTableOrder(tableReference(params), actor, body)
  const { previousOrderId, orderId } = changed
  audit.details = { previousOrderId, orderId, columns: body.columns }
  return changed
})
