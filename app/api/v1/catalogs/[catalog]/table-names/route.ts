import { listTableNames as contract } from '#lib/api/catalogs.ts'
import { listTableNames } from '#lib/catalogs/list-table-names.ts'
import { formatNamespace, parseNamespace } from '#lib/catalogs/table-reference.ts'
import { database } from '#lib/db.ts'
import { pageOfList } from '#lib/http/page.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(contract, async ({ params, query, actor }) => {
  const namespace = query.namespace === undefined ? undefined : parseNamespace(query.namespace)
  const { filter, wait } = query
  const found = await listTableNames(database(), { ...params, namespace, filter, wait }, actor)
  const page = pageOfList(found, query, (table) => ({
    namespace: formatNamespace(table.namespace),
    name: table.name,
  }))
  return { ...page, total: found.length }
})
