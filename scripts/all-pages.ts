import { z } from 'zod'

/** One of each kind of thing that has a page; null where there is none yet. */
export interface Things {
  source: string | null
  pipeline: string | null
  run: string | null
  plan: string | null
  catalog: string | null
  namespace: string | null
  table: string | null
  /** Two snapshots of the table: `123..456`. */
  compared: string | null
}

export interface AppPage {
  name: string
  signedIn: boolean
  /** The page's address; null when what it shows does not exist. */
  address: (things: Things) => string | null
}

const at = (name: string, address: string, signedIn = true): AppPage => ({
  name,
  signedIn,
  address: () => address,
})

const thing = (noun: 'source' | 'pipeline' | 'run'): AppPage => ({
  name: noun,
  signedIn: true,
  address: (things) => things[noun] && `/${noun}s/${things[noun]}`,
})

const namespaceAddress = ({ catalog, namespace }: Things): string | null =>
  catalog && namespace && `/catalogs/${catalog}/${encodeURIComponent(namespace)}`

const tableTab = (tab?: string): AppPage => ({
  name: tab ? `table-${tab}` : 'table',
  signedIn: true,
  address: (things) => {
    const namespace = namespaceAddress(things)
    return namespace && things.table && `${namespace}/${things.table}${tab ? `?tab=${tab}` : ''}`
  },
})

/** Every page of the product, for the screenshots and for the tests that walk all pages. */
export const allPages: readonly AppPage[] = [
  at('sign-in', '/sign-in', false),
  at('sign-in-link-used', '/sign-in/link-used', false),
  at('overview', '/'),
  at('visitors-hour', '/analytics/visitors/hour'),
  at('visitors-day', '/analytics/visitors/day'),
  at('visitors-month', '/analytics/visitors/month'),
  at('visitors-top', '/analytics/visitors/top'),
  at('definitions', '/analytics/definitions'),
  at('catalogs', '/catalogs'),
  { name: 'catalog', signedIn: true, address: ({ catalog }) => catalog && `/catalogs/${catalog}` },
  { name: 'namespace', signedIn: true, address: namespaceAddress },
  tableTab(),
  tableTab('schema'),
  tableTab('partitions'),
  tableTab('snapshots'),
  {
    name: 'table-compare',
    signedIn: true,
    address: (things) => {
      const namespace = namespaceAddress(things)
      const { table, compared } = things
      return namespace && table && compared && `${namespace}/${table}?tab=snapshots&compare=${compared}`
    },
  },
  tableTab('files'),
  tableTab('maintenance'),
  tableTab('preview'),
  tableTab('properties'),
  tableTab('explore'),
  at('sources', '/sources'),
  thing('source'),
  at('pipelines', '/pipelines'),
  thing('pipeline'),
  at('runs', '/runs'),
  thing('run'),
  at('maintenance', '/maintenance'),
  at('policies', '/maintenance/policies'),
  at('quarantine', '/maintenance/quarantine'),
  { name: 'plan', signedIn: true, address: ({ plan }) => plan && `/maintenance/plans/${plan}` },
  at('users', '/admin/users'),
  at('tokens', '/admin/tokens'),
  at('grants', '/admin/grants'),
  at('catalog-connections', '/admin/catalogs'),
  at('alerts', '/admin/alerts'),
  at('audit', '/admin/audit'),
  at('system', '/admin/system'),
  at('api', '/api-docs'),
  at('account', '/account'),
  at('not-found', '/nowhere'),
]

const SnapshotsSchema = z.object({ items: z.array(z.looseObject({ snapshotId: z.string() })) })

const ItemsSchema = z.object({
  items: z.array(
    z.looseObject({ id: z.string().nullish(), name: z.string().optional(), kind: z.string().optional() }),
  ),
})

/** Looks for one thing of each kind. `get` reads an address of the API and returns its parsed JSON. */
export async function findThings(get: (address: string) => Promise<unknown>): Promise<Things> {
  const first = async (address: string) => ItemsSchema.parse(await get(address)).items[0]
  const catalogs = ItemsSchema.parse(await get('/api/v1/catalogs')).items
  const catalog = catalogs.find(({ kind }) => kind === 'built-in')?.name ?? null
  const namespaces = `/api/v1/catalogs/${catalog}/namespaces`
  const namespace = (catalog && (await first(namespaces))?.name) || null
  const tables = namespace && `${namespaces}/${encodeURIComponent(namespace)}/tables?sort=-records`
  const table = (tables && (await first(tables))?.name) || null
  const address = namespace && table && `${namespaces}/${encodeURIComponent(namespace)}/tables/${table}`
  const snapshots = address ? SnapshotsSchema.parse(await get(`${address}/snapshots?limit=20`)).items : []
  const [newest, oldest] = [snapshots[0], snapshots.at(-1)]
  return {
    source: (await first('/api/v1/sources?limit=1'))?.id ?? null,
    pipeline: (await first('/api/v1/pipelines?limit=1'))?.id ?? null,
    run: (await first('/api/v1/runs?limit=1'))?.id ?? null,
    plan: (await first('/api/v1/maintenance/plans?limit=1'))?.id ?? null,
    catalog,
    namespace,
    table,
    compared: newest && oldest ? `${oldest.snapshotId}..${newest.snapshotId}` : null,
  }
}
