'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useTheme } from 'next-themes'
import { useSyncExternalStore } from 'react'
import { DropdownMenu } from '#components/ui/dropdown-menu.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'

const themes = [
  { value: 'light', icon: Sun },
  { value: 'dark', icon: Moon },
  { value: 'system', icon: Monitor },
] as const

/** The chosen theme; undefined while the server draws, which can't know it. */
export function useChosenTheme() {
  const { theme, setTheme } = useTheme()
  const mounted = useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  )
  return [mounted ? (theme ?? 'system') : undefined, setTheme] as const
}

/** The choices of a theme, as menu items. */
export function useThemeItems() {
  const t = useTranslations('shell.theme')
  const [theme, setTheme] = useChosenTheme()
  return themes.map(({ value, icon }) => ({
    label: t(value),
    icon,
    checked: theme === value,
    onSelect: () => setTheme(value),
  }))
}

/** Light, dark, or as the system. */
export function ThemeMenu() {
  const t = useTranslations('shell.theme')
  const [theme] = useChosenTheme()
  const icon = themes.find(({ value }) => value === theme)?.icon ?? Monitor
  return (
    <DropdownMenu
      trigger={<IconButton icon={icon} label={t('label')} tooltip={false} />}
      groups={[useThemeItems()]}
    />
  )
}
