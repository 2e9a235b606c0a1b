'use client'

import { ChevronRight, Ellipsis, type LucideIcon } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { DropdownMenu, type MenuItem } from '#components/ui/dropdown-menu.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { cn } from '#lib/client/cn.ts'
import { hasItems } from '../changes/use-changes.tsx'

interface TreeRowProps {
  icon: LucideIcon
  label: string
  href: string
  depth: number
  /** Tables inside. */
  count?: number
  open?: boolean
  /** Left out for what has nothing inside, or cannot be closed now. */
  onToggle?: () => void
  menu: readonly (readonly MenuItem[])[]
}

const indent = (depth: number) => ({ paddingLeft: `${depth * 0.875}rem` })

/** One line of the tree: a toggle, the thing's link, and what can be done with it. */
export function TreeRow({ icon: Icon, label, href, depth, count, open, onToggle, menu }: TreeRowProps) {
  const t = useTranslations('catalog-changes.tree')
  const current = usePathname() === href
  return (
    <div
      style={indent(depth)}
      className={cn(
        'group flex h-8 items-center rounded-md pr-1',
        current ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      {onToggle ? (
        <button
          type="button"
          aria-expanded={open}
          aria-label={t('toggle', { name: label })}
          onClick={onToggle}
          className="flex size-6 shrink-0 items-center justify-center rounded-sm text-faint hover:text-ink"
        >
          <ChevronRight
            className={cn('size-3.5 transition-transform motion-reduce:transition-none', open && 'rotate-90')}
            aria-hidden
          />
        </button>
      ) : (
        <span className="w-6 shrink-0" />
      )}
      <Link
        href={href}
        title={label}
        {...(current ? { 'aria-current': 'page' as const } : {})}
        className={cn(
          'flex h-full min-w-0 flex-1 items-center gap-1.5 text-sm',
          current ? 'font-medium text-accent' : 'text-ink',
        )}
      >
        <Icon className={cn('size-3.5 shrink-0', current ? 'text-accent' : 'text-faint')} aria-hidden />
        <span className="min-w-0 truncate font-mono text-xs">{label}</span>
      </Link>
      {count !== undefined && count > 0 && <span className="px-1 text-faint text-xs">{count}</span>}
      {hasItems(menu) && (
        <DropdownMenu
          trigger={
            <IconButton
              icon={Ellipsis}
              label={t('menu', { name: label })}
              size="sm"
              tooltip={false}
              className="lg:opacity-0 lg:focus-visible:opacity-100 lg:group-hover:opacity-100 lg:data-[state=open]:opacity-100"
            />
          }
          groups={menu}
        />
      )}
    </div>
  )
}

/** A quiet line among the rows: nothing here, something went wrong. */
export function TreeNote({ depth, children }: { depth: number; children: ReactNode }) {
  return (
    <li style={indent(depth)} className="py-1 pr-1 text-faint text-xs">
      <span className="block pl-6">{children}</span>
    </li>
  )
}
