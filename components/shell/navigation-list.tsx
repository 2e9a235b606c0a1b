'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { Tooltip } from '#components/ui/tooltip.tsx'
import { cn } from '#lib/client/cn.ts'
import { roleIncludes } from '#lib/client/me.ts'
import { useMe } from '#lib/client/use-me.ts'
import { entryOf, type NavigationEntry, navigation } from './navigation.ts'

/** The groups with the entries this person may see. */
export function useNavigation() {
  const me = useMe()
  return navigation
    .map((group) => ({
      ...group,
      entries: group.entries.filter(({ role }) => !role || (me !== null && roleIncludes(me.role, role))),
    }))
    .filter(({ entries }) => entries.length > 0)
}

/** The list of pages, as icons only when collapsed. */
export function NavigationList({
  collapsed = false,
  large = false,
  onNavigate,
}: {
  collapsed?: boolean
  /** Rows of 44 px for fingers. */
  large?: boolean
  onNavigate?: () => void
}) {
  const t = useTranslations('shell')
  const active = entryOf(usePathname())
  return (
    <div className="flex flex-col gap-4">
      {useNavigation().map(({ key, entries }) => (
        <div key={key ?? 'home'}>
          {key !== null &&
            (collapsed ? (
              <div className="mx-2 mb-2 border-line border-t" aria-hidden />
            ) : (
              <h2 className="px-2 pb-1 font-medium text-faint text-xs">{t(`group.${key}`)}</h2>
            ))}
          <ul className="flex flex-col gap-px">
            {entries.map((entry) => (
              <li key={entry.href}>
                <Entry
                  entry={entry}
                  label={t(`page.${entry.key}`)}
                  active={entry === active}
                  collapsed={collapsed}
                  large={large}
                  {...(onNavigate ? { onNavigate } : {})}
                />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  )
}

function Entry({
  entry,
  label,
  active,
  collapsed,
  large,
  onNavigate,
}: {
  entry: NavigationEntry
  label: string
  active: boolean
  collapsed: boolean
  large: boolean
  onNavigate?: () => void
}) {
  const Icon = entry.icon
  const link = (
    <Link
      href={entry.href}
      {...(onNavigate ? { onClick: onNavigate } : {})}
      {...(active ? { 'aria-current': 'page' as const } : {})}
      {...(collapsed ? { 'aria-label': label } : {})}
      className={cn(
        'flex items-center gap-2.5 rounded-md text-sm transition-colors',
        large ? 'h-11 px-3' : 'h-8 px-2',
        collapsed && 'justify-center px-0',
        active ? 'bg-accent-soft font-medium text-accent' : 'text-soft hover:bg-hover hover:text-ink',
      )}
    >
      <Icon className="size-4 shrink-0" aria-hidden />
      {!collapsed && <span className="truncate">{label}</span>}
    </Link>
  )
  return collapsed ? (
    <Tooltip content={label} side="right">
      {link}
    </Tooltip>
  ) : (
    link
  )
}
