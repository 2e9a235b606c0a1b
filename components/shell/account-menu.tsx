'use client'

import { Keyboard, LogOut, UserRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import { DropdownMenu } from '#components/ui/dropdown-menu.tsx'
import { problemOf } from '#lib/client/api.ts'
import { signOut } from '#lib/client/sign-in.ts'
import { useMe } from '#lib/client/use-me.ts'
import { useThemeItems } from './theme-menu.tsx'
import { useLanguage } from './use-language.ts'

/** Who is signed in, with their settings and the way out; on a phone also language and theme. */
export function AccountMenu({ openHelp }: { openHelp: () => void }) {
  const t = useTranslations('shell')
  const me = useMe()
  const [language, setLanguage] = useLanguage()
  const themeItems = useThemeItems()
  if (!me) return null
  const initial = [...me.name.trim()][0]?.toUpperCase() ?? '?'
  const leave = () => {
    signOut().then(
      () => window.location.assign('/sign-in'),
      (error: unknown) => toast.error(problemOf(error).message),
    )
  }
  return (
    <DropdownMenu
      trigger={
        <button
          type="button"
          aria-label={t('account.label')}
          className="ml-1 flex size-8 shrink-0 items-center justify-center rounded-full border border-line bg-accent-soft font-semibold text-accent text-xs hover:border-accent"
        >
          {initial}
        </button>
      }
      header={
        <div className="min-w-0">
          <div className="truncate font-medium text-sm">{me.name}</div>
          <div className="truncate text-faint text-xs">
            {[me.email, t(`role.${me.role}`)].filter(Boolean).join(' · ')}
          </div>
        </div>
      }
      groups={[
        [
          { label: t('account.settings'), icon: UserRound, href: '/account' },
          { label: t('account.shortcuts'), icon: Keyboard, onSelect: openHelp, hint: '?' },
        ],
        (['ko', 'en'] as const).map((value) => ({
          label: <span lang={value}>{t(`language.${value}`)}</span>,
          checked: language === value,
          onSelect: () => setLanguage(value),
        })),
        themeItems,
        [{ label: t('account.signOut'), icon: LogOut, onSelect: leave }],
      ]}
    />
  )
}
