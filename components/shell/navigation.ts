import {
  Activity,
  BellRing,
  Blocks,
  BookOpenText,
  Cable,
  CodeXml,
  Database,
  House,
  KeyRound,
  ListChecks,
  type LucideIcon,
  RadioTower,
  ScrollText,
  Server,
  ShieldCheck,
  UsersRound,
  Workflow,
} from 'lucide-react'
import type { Role } from '#lib/client/me.ts'

export interface NavigationEntry {
  /** Key below `shell.page` in the messages. */
  key: string
  href: string
  icon: LucideIcon
  /** The least role that sees it; everybody without. */
  role?: Role
  /** Second key of the `g …` shortcut. */
  shortcut?: string
}

export interface NavigationGroup {
  /** Key below `shell.group`; the first group has no title. */
  key: 'analytics' | 'data' | 'admin' | null
  entries: readonly NavigationEntry[]
}

/** The pages by whose work they are: business, data team, administrators. Only what exists is here. */
export const navigation: readonly NavigationGroup[] = [
  { key: null, entries: [{ key: 'home', href: '/', icon: House, shortcut: 'h' }] },
  {
    key: 'analytics',
    entries: [
      { key: 'visitors', href: '/analytics/visitors', icon: Activity, shortcut: 'v' },
      { key: 'definitions', href: '/analytics/definitions', icon: BookOpenText },
    ],
  },
  {
    key: 'data',
    entries: [
      { key: 'catalogs', href: '/catalogs', icon: Database, shortcut: 'c' },
      { key: 'sources', href: '/sources', icon: RadioTower, shortcut: 's' },
      { key: 'pipelines', href: '/pipelines', icon: Workflow },
      { key: 'runs', href: '/runs', icon: ListChecks, shortcut: 'r' },
      { key: 'maintenance', href: '/maintenance', icon: Blocks },
    ],
  },
  {
    key: 'admin',
    entries: [
      { key: 'users', href: '/admin/users', icon: UsersRound, role: 'admin' },
      { key: 'tokens', href: '/admin/tokens', icon: KeyRound },
      { key: 'grants', href: '/admin/grants', icon: ShieldCheck, role: 'admin' },
      { key: 'connections', href: '/admin/catalogs', icon: Cable, role: 'admin' },
      { key: 'alerts', href: '/admin/alerts', icon: BellRing, role: 'admin' },
      { key: 'audit', href: '/admin/audit', icon: ScrollText, role: 'admin' },
      { key: 'system', href: '/admin/system', icon: Server },
      { key: 'api', href: '/api-docs', icon: CodeXml },
    ],
  },
]

/** The entry a path belongs to: the longest address it starts with. */
export function entryOf(pathname: string): NavigationEntry | undefined {
  return navigation
    .flatMap(({ entries }) => entries)
    .filter(({ href }) => pathname === href || (href !== '/' && pathname.startsWith(`${href}/`)))
    .sort((one, other) => other.href.length - one.href.length)[0]
}
