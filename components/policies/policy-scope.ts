/** A catalog, a namespace or a table, as the API names it. */
export interface PolicyScopeName {
  catalog: string
  namespace: string | null
  table: string | null
}

export const policiesApi = '/api/v1/maintenance/policies'

export const scopeQuery = ({ catalog, namespace, table }: PolicyScopeName) => ({ catalog, namespace, table })
