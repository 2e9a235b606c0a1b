'use client'

import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { cn } from '#lib/client/cn.ts'
import { useCrumbNames } from './crumbs.tsx'
import { navigation } from './navigation.ts'

const known = new Map(
  navigation.flatMap(({ entries }) => entries.map(({ href, key }) => [href, key] as const)),
)
/** Parts of addresses that are no page of their own, by key below `shell.page`. */
const rooms = new Map([
  ['/analytics', 'analytics'],
  ['/admin', 'admin'],
  ['/maintenance/plans', 'plans'],
])
const extra = new Map([
  ['/account', 'account'],
  ['/maintenance/policies', 'policies'],
  ['/maintenance/quarantine', 'quarantine'],
])

interface Crumb {
  label: string
  href: string | null
  isName: boolean
}

/** Where the page is: the path of the thing, each part a link. */
export function Breadcrumb() {
  const t = useTranslations('shell')
  const names = useCrumbNames()
  const segments = usePathname().split('/').filter(Boolean)
  const crumbs = segments.map((segment, index): Crumb => {
    const href = `/${segments.slice(0, index + 1).join('/')}`
    const page = known.get(href) ?? extra.get(href)
    if (page) return { label: t(`page.${page}`), href, isName: false }
    const room = rooms.get(href)
    if (room) return { label: t(`page.${room}`), href: null, isName: false }
    const text = decodeURIComponent(segment)
    const given = names[segment] ?? names[text]
    return { label: given ?? text, href, isName: given === undefined }
  })
  const all = crumbs.length === 0 ? [{ label: t('page.home'), href: '/', isName: false }] : crumbs
  return (
    <nav aria-label={t('breadcrumb')} className="min-w-0 flex-1">
      <ol className="flex min-w-0 items-center gap-1 text-sm">
        {all.map((crumb, index) => {
          const last = index === all.length - 1
          const classes = cn('block truncate', crumb.isName && 'font-mono text-xs')
          return (
            <li
              key={crumb.href ?? crumb.label}
              className={cn('flex min-w-0 items-center gap-1', !last && 'hidden shrink-[2] sm:flex')}
            >
              {index > 0 && (
                <ChevronRight className="hidden size-3.5 shrink-0 text-line-strong sm:block" aria-hidden />
              )}
              {last || crumb.href === null ? (
                <span
                  className={cn(classes, last ? 'font-medium text-ink' : 'text-faint')}
                  {...(last ? { 'aria-current': 'page' as const } : {})}
                >
                  {crumb.label}
                </span>
              ) : (
                <Link href={crumb.href} className={cn(classes, 'text-faint hover:text-ink')}>
                  {crumb.label}
                </Link>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
