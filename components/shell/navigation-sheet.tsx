'use client'

import { Menu } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { Logo } from './logo.tsx'
import { NavigationList } from './navigation-list.tsx'

/** The navigation on a phone: a sheet that rises from the bottom, where the thumb is. */
export function NavigationSheet() {
  const t = useTranslations('shell')
  const [open, setOpen] = useState(false)
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger
        aria-label={t('openNavigation')}
        className="-ml-1 flex size-9 shrink-0 items-center justify-center rounded-md text-soft hover:bg-hover md:hidden"
      >
        <Menu className="size-5" aria-hidden />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade-in bg-overlay" />
        <Dialog.Content
          aria-describedby={undefined}
          className="scroll-thin fixed inset-x-0 bottom-0 z-50 max-h-[85dvh] animate-rise-in overflow-y-auto rounded-t-lg border-line border-t bg-surface px-3 pt-3 pb-[calc(1rem+env(safe-area-inset-bottom))] shadow-pop outline-none"
        >
          <div className="mx-auto mb-3 h-1 w-10 rounded-full bg-line-strong/50" aria-hidden />
          <Dialog.Title className="flex items-center px-3 pb-3">
            <Logo />
            <span className="sr-only">{t('navigation')}</span>
          </Dialog.Title>
          <NavigationList large onNavigate={() => setOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
