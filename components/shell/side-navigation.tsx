'use client'

import { PanelLeftClose, PanelLeftOpen } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { IconButton } from '#components/ui/icon-button.tsx'
import { cn } from '#lib/client/cn.ts'
import { Logo, LogoMark } from './logo.tsx'
import { NavigationList } from './navigation-list.tsx'

/** The navigation at the left on anything wider than a phone. */
export function SideNavigation({ collapsed, onToggle }: { collapsed: boolean; onToggle: () => void }) {
  const t = useTranslations('shell')
  return (
    <nav
      aria-label={t('navigation')}
      className={cn(
        'sticky top-0 hidden h-dvh shrink-0 flex-col border-line border-r bg-surface md:flex',
        collapsed ? 'w-14' : 'w-56',
      )}
    >
      <Link
        href="/"
        aria-label="Firn"
        className={cn('flex h-12 shrink-0 items-center text-ink', collapsed ? 'justify-center' : 'px-4')}
      >
        {collapsed ? <LogoMark className="size-6" /> : <Logo />}
      </Link>
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto px-2 pt-2 pb-4">
        <NavigationList collapsed={collapsed} />
      </div>
      <div className={cn('flex shrink-0 p-2', collapsed ? 'justify-center' : 'justify-end')}>
        <IconButton
          icon={collapsed ? PanelLeftOpen : PanelLeftClose}
          label={collapsed ? t('expand') : t('collapse')}
          aria-expanded={!collapsed}
          onClick={onToggle}
        />
      </div>
    </nav>
  )
}
