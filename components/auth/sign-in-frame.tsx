import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { LanguageMenu } from '#components/shell/language-menu.tsx'
import { Logo } from '#components/shell/logo.tsx'
import { ThemeMenu } from '#components/shell/theme-menu.tsx'
import { FirnPattern } from './firn-pattern.tsx'

/** The two halves of the sign-in pages: what to do at the left, what this is at the right. */
export function SignInFrame({ children }: { children: ReactNode }) {
  const t = useTranslations('auth.brand')
  return (
    <div className="flex min-h-dvh bg-surface">
      <div className="flex min-w-0 flex-1 flex-col px-6 py-5 sm:px-10">
        <header className="flex items-center justify-between">
          <Logo />
          <div className="flex">
            <LanguageMenu />
            <ThemeMenu />
          </div>
        </header>
        <main className="flex flex-1 items-center justify-center py-10">
          <div className="w-full max-w-sm">{children}</div>
        </main>
      </div>
      <aside className="hidden w-[46%] max-w-3xl overflow-hidden border-line border-l bg-canvas lg:flex lg:flex-col">
        <div className="p-12 pb-6">
          <p className="text-balance font-semibold text-2xl text-ink tracking-tight">{t('title')}</p>
          <p className="mt-3 max-w-md text-lg text-soft">{t('text')}</p>
        </div>
        <FirnPattern className="min-h-0 w-full flex-1" />
      </aside>
    </div>
  )
}
