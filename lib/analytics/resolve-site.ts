import type { Actor } from '#lib/auth/actor.ts'
import type { Database, Transaction } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { closedTables } from '#lib/grants/table-access.ts'
import { parseSiteColumns, type SiteColumns } from './site-columns.ts'

export interface SiteContext {
  id: string
  name: string
  timeZone: string
  columns: SiteColumns
  tableId: string
  /** Catalog, namespace levels and name of the site's table. */
  catalog: string
  namespace: string[]
  table: string
  /** What the marts reflect; null until the first refresh. */
  mart: { snapshotId: bigint; freshAt: Date; latestEvent: Date | null; refreshedAt: Date } | null
}

const include = {
  mart: true,
  table: { include: { namespace: { include: { catalog: { select: { name: true } } } } } },
} as const

/** All sites by name, with what their marts reflect. */
export async function listSites(db: Database | Transaction): Promise<SiteContext[]> {
  const rows = await db.site.findMany({ include, orderBy: { name: 'asc' } })
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    timeZone: row.timeZone,
    columns: parseSiteColumns(row.id, row.columns),
    tableId: row.tableId,
    catalog: row.table.namespace.catalog.name,
    namespace: row.table.namespace.levels,
    table: row.table.name,
    mart: row.mart,
  }))
}

/** Dashboards ask several times a second, each time for the same few sites; a refresh shows at most this much later. */
const recentMs = 300
const recent = new WeakMap<Database, { at: number; sites: Promise<SiteContext[]> }>()

/** `listSites` as of at most 0.3 s ago, whoever asks. */
function listRecentSites(db: Database): Promise<SiteContext[]> {
  const held = recent.get(db)
  if (held && Date.now() - held.at < recentMs) return held.sites
  const sites = listSites(db)
  recent.set(db, { at: Date.now(), sites })
  sites.catch(() => recent.delete(db))
  return sites
}

/** Sites over tables that somebody may see, with their marts as of at most 0.3 s ago. */
export async function listVisibleSites(db: Database, actor: Actor): Promise<SiteContext[]> {
  const [sites, closed] = await Promise.all([listRecentSites(db), closedTables(db, actor)])
  return closed.length === 0 ? sites : sites.filter(({ tableId }) => !closed.includes(tableId))
}

/**
 * The site with this id, or the only one when no id is given.
 * @throws AppError `not-found` when there is no such site (or none at all), `bad-input` when several make the id necessary.
 */
export function chooseSite(sites: readonly SiteContext[], siteId?: string): SiteContext {
  const [only] = sites
  if (siteId === undefined && sites.length === 1 && only) return only
  const known = sites.map((site) => site.id).join(', ')
  if (siteId === undefined && sites.length > 1) {
    throw new AppError('bad-input', `Several sites exist; name one with site=. Known sites: ${known}.`)
  }
  const found = sites.find((site) => site.id === siteId)
  if (found) return found
  throw new AppError(
    'not-found',
    sites.length === 0
      ? 'There is no site yet: visitor numbers appear once a pipeline with a site exists.'
      : `There is no site "${siteId}". Known sites: ${known}.`,
    { context: { siteId } },
  )
}

/** `chooseSite` among the sites as they are now. */
export const resolveSite = async (db: Database | Transaction, siteId?: string): Promise<SiteContext> =>
  chooseSite(await listSites(db), siteId)
