'use client'

import { Languages } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { DropdownMenu } from '#components/ui/dropdown-menu.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { useLanguage } from './use-language.ts'

/** 한국어 or English. */
export function LanguageMenu() {
  const t = useTranslations('shell.language')
  const [language, setLanguage] = useLanguage()
  return (
    <DropdownMenu
      trigger={<IconButton icon={Languages} label={t('label')} tooltip={false} />}
      groups={[
        (['ko', 'en'] as const).map((value) => ({
          label: <span lang={value}>{t(value)}</span>,
          checked: language === value,
          onSelect: () => setLanguage(value),
        })),
      ]}
    />
  )
}
