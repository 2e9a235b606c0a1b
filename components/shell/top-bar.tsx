'use client'

import { Search } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Kbd } from '#components/ui/kbd.tsx'
import { AccountMenu } from './account-menu.tsx'
import { Breadcrumb } from './breadcrumb.tsx'
import { LanguageMenu } from './language-menu.tsx'
import { LiveIndicator } from './live-indicator.tsx'
import { NavigationSheet } from './navigation-sheet.tsx'
import { ThemeMenu } from './theme-menu.tsx'
import { useModifierKey } from './use-modifier-key.ts'

/** Where one is, search, and what belongs to the person. */
export function TopBar({ openPalette, openHelp }: { openPalette: () => void; openHelp: () => void }) {
  const t = useTranslations('shell')
  const modifier = useModifierKey()
  return (
    <header className="sticky top-0 z-30 flex h-12 shrink-0 items-center gap-2 border-line border-b bg-surface px-3 sm:px-4">
      <NavigationSheet />
      <Breadcrumb />
      <LiveIndicator />
      <button
        type="button"
        onClick={openPalette}
        className="flex h-8 items-center gap-2 rounded-md border border-line px-2 text-faint text-sm transition-colors hover:bg-hover hover:text-ink lg:w-52"
      >
        <Search className="size-4 shrink-0" aria-hidden />
        <span className="hidden flex-1 text-left lg:inline">{t('search')}</span>
        <span className="sr-only lg:hidden">{t('search')}</span>
        <span className="hidden lg:inline-flex" aria-hidden>
          <Kbd>{modifier}K</Kbd>
        </span>
      </button>
      <div className="flex items-center">
        <span className="hidden sm:flex">
          <LanguageMenu />
          <ThemeMenu />
        </span>
        <AccountMenu openHelp={openHelp} />
      </div>
    </header>
  )
}
