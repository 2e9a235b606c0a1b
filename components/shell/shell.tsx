'use client'

import { usePathname, useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type ReactNode, useEffect, useState } from 'react'
import type { Me } from '#lib/client/me.ts'
import { MeContext } from '#lib/client/use-me.ts'
import { CommandPalette } from './command-palette.tsx'
import { CrumbProvider } from './crumbs.tsx'
import { KeyboardHelp } from './keyboard-help.tsx'
import { PasswordNotice } from './password-notice.tsx'
import { SideNavigation } from './side-navigation.tsx'
import { signInAddress } from './sign-in-address.ts'
import { TopBar } from './top-bar.tsx'
import { useShortcuts } from './use-shortcuts.ts'

interface ShellProps {
  me: Me | null
  /** The navigation's state at the last visit. */
  collapsed: boolean
  children: ReactNode
}

/** The frame of every page but the sign-in pages: navigation, top bar, content. */
export function Shell({ me, collapsed: initiallyCollapsed, children }: ShellProps) {
  const pathname = usePathname()
  const bare = pathname === '/sign-in' || pathname.startsWith('/sign-in/')
  if (bare) return children
  if (!me) return <ToSignIn />
  return (
    <MeContext value={me}>
      <CrumbProvider>
        <Frame initiallyCollapsed={initiallyCollapsed}>{children}</Frame>
      </CrumbProvider>
    </MeContext>
  )
}

function ToSignIn() {
  const router = useRouter()
  useEffect(() => {
    router.replace(signInAddress(window.location.pathname + window.location.search))
  }, [router])
  return null
}

function Frame({ initiallyCollapsed, children }: { initiallyCollapsed: boolean; children: ReactNode }) {
  const t = useTranslations('shell')
  const [collapsed, setCollapsed] = useState(initiallyCollapsed)
  const [paletteOpen, setPaletteOpen] = useState(false)
  const [helpOpen, setHelpOpen] = useState(false)
  useShortcuts({ openPalette: () => setPaletteOpen(true), openHelp: () => setHelpOpen(true) })

  const toggle = () => {
    const next = !collapsed
    setCollapsed(next)
    // biome-ignore lint/suspicious/noDocumentCookie: the server needs it to draw the right width at once
    document.cookie = `firn-navigation=${next ? 'collapsed' : 'open'}; path=/; max-age=31536000; samesite=lax`
  }

  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t('skip')}
      </a>
      <SideNavigation collapsed={collapsed} onToggle={toggle} />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar openPalette={() => setPaletteOpen(true)} openHelp={() => setHelpOpen(true)} />
        <PasswordNotice />
        <main id="content" tabIndex={-1} className="min-w-0 flex-1 outline-none">
          {children}
        </main>
      </div>
      <CommandPalette open={paletteOpen} onOpenChange={setPaletteOpen} openHelp={() => setHelpOpen(true)} />
      <KeyboardHelp open={helpOpen} onOpenChange={setHelpOpen} />
    </div>
  )
}
