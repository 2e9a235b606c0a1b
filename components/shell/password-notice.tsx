'use client'

import { KeyRound, X } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { useMe } from '#lib/client/use-me.ts'

/** Reminds somebody who came by a one-time link to set a password. */
export function PasswordNotice() {
  const t = useTranslations('shell')
  const me = useMe()
  const pathname = usePathname()
  // Comes back with the next whole load of a page: without a password the next sign-in fails.
  const [later, setLater] = useState(false)
  if (me?.type !== 'user' || me.hasPassword || pathname === '/account' || later) return null
  return (
    <section
      aria-label={t('setPasswordAction')}
      className="flex flex-wrap items-center gap-x-3 gap-y-2 border-line border-b bg-accent-soft px-4 py-2 text-sm sm:px-6"
    >
      <KeyRound className="size-4 shrink-0 text-accent" aria-hidden />
      <p className="min-w-0 flex-1 basis-64">{t('setPassword')}</p>
      <Button asChild size="sm">
        <Link href="/account">{t('setPasswordAction')}</Link>
      </Button>
      <IconButton
        icon={X}
        label={t('setPasswordLater')}
        size="sm"
        className="ml-auto"
        onClick={() => setLater(true)}
      />
    </section>
  )
}
