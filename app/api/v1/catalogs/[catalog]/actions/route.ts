import { getCatalogActions } from '#lib/api/catalog-changes.ts'
import { catalogActions } from '#lib/catalogs/catalog-actions.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(getCatalogActions, ({ params, actor }) => catalogActions(params.catalog, actor))
