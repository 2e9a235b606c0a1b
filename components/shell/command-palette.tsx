'use client'

import { Command } from 'cmdk'
import {
  Keyboard,
  Languages,
  type LucideIcon,
  Monitor,
  Moon,
  RadioTower,
  Search,
  Sun,
  Table2,
} from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useTheme } from 'next-themes'
import { Dialog } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { fullName, tableHref } from '#components/iceberg/table-path.ts'
import { Kbd } from '#components/ui/kbd.tsx'
import { useNavigation } from './navigation-list.tsx'
import { type ForeignSearch, useForeignTables } from './use-foreign-tables.ts'
import { useLanguage } from './use-language.ts'
import { useThings } from './use-things.ts'

interface CommandPaletteProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  openHelp: () => void
}

const groupStyle =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-faint'

/** ⌘K: any page, table (also of other servers) or source by name, and the actions of the shell. */
export function CommandPalette({ open, onOpenChange, openHelp }: CommandPaletteProps) {
  const t = useTranslations('shell')
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade-in bg-overlay" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-3 top-[10dvh] z-50 mx-auto max-w-xl animate-rise-in overflow-hidden rounded-lg border border-line bg-surface shadow-pop outline-none"
        >
          <Dialog.Title className="sr-only">{t('palette.label')}</Dialog.Title>
          <Palette close={() => onOpenChange(false)} openHelp={openHelp} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Palette({ close, openHelp }: { close: () => void; openHelp: () => void }) {
  const t = useTranslations('shell')
  const router = useRouter()
  const groups = useNavigation()
  const { tables, sources, loading } = useThings()
  const { setTheme } = useTheme()
  const [language, setLanguage] = useLanguage()
  const [query, setQuery] = useState('')
  const foreign = useForeignTables(query)
  const otherLanguage = language === 'ko' ? 'en' : 'ko'

  const run = (action: () => void) => () => {
    close()
    action()
  }
  const go = (href: string) => run(() => router.push(href))

  return (
    <Command label={t('palette.label')} loop>
      <div className="flex items-center gap-2 border-line border-b px-3">
        <Search className="size-4 shrink-0 text-faint" aria-hidden />
        <Command.Input
          value={query}
          onValueChange={setQuery}
          placeholder={t('palette.placeholder')}
          className="h-11 min-w-0 flex-1 bg-transparent text-base outline-none"
        />
        <Kbd>Esc</Kbd>
      </div>
      <Command.List className="scroll-thin max-h-[60dvh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-8 text-center text-faint text-sm">
          {loading || foreign.some(({ searching }) => searching)
            ? t('palette.loading')
            : t('palette.empty', { query })}
        </Command.Empty>
        <Command.Group heading={t('palette.pages')} className={groupStyle}>
          {groups.flatMap(({ key, entries }) =>
            entries.map((entry) => (
              <Item
                key={entry.href}
                value={`page ${entry.href}`}
                icon={entry.icon}
                label={t(`page.${entry.key}`)}
                words={[t(`page.${entry.key}`), entry.href, key ? t(`group.${key}`) : '']}
                onSelect={go(entry.href)}
                hint={
                  entry.shortcut && (
                    <span className="flex gap-1">
                      <Kbd>g</Kbd>
                      <Kbd>{entry.shortcut}</Kbd>
                    </span>
                  )
                }
              />
            )),
          )}
        </Command.Group>
        {tables.length > 0 && (
          <Command.Group heading={t('palette.tables')} className={groupStyle}>
            {tables.map(({ href, name, fullName }) => (
              <Item
                key={href}
                value={`table ${href}`}
                icon={Table2}
                label={<span className="font-mono text-xs">{fullName}</span>}
                words={[name, fullName]}
                onSelect={go(href)}
              />
            ))}
          </Command.Group>
        )}
        {foreign.map((search) => (
          <ForeignResults key={search.catalog} search={search} go={go} />
        ))}
        {sources.length > 0 && (
          <Command.Group heading={t('palette.sources')} className={groupStyle}>
            {sources.map(({ href, name }) => (
              <Item
                key={href}
                value={`source ${href}`}
                icon={RadioTower}
                label={name}
                words={[name]}
                onSelect={go(href)}
              />
            ))}
          </Command.Group>
        )}
        <Command.Group heading={t('palette.actions')} className={groupStyle}>
          {(
            [
              ['light', Sun],
              ['dark', Moon],
              ['system', Monitor],
            ] as const
          ).map(([theme, icon]) => (
            <Item
              key={theme}
              value={`theme ${theme}`}
              icon={icon}
              label={`${t('theme.label')}: ${t(`theme.${theme}`)}`}
              words={[t('theme.label'), t(`theme.${theme}`), 'theme', theme]}
              onSelect={run(() => setTheme(theme))}
            />
          ))}
          <Item
            value={`language ${otherLanguage}`}
            icon={Languages}
            label={`${t('language.label')}: ${t(`language.${otherLanguage}`)}`}
            words={[t('language.label'), 'language 언어 한국어 English']}
            onSelect={run(() => setLanguage(otherLanguage))}
          />
          <Item
            value="help"
            icon={Keyboard}
            label={t('help.title')}
            words={[t('help.title'), 'keyboard shortcuts help']}
            onSelect={run(openHelp)}
            hint={<Kbd>?</Kbd>}
          />
        </Command.Group>
      </Command.List>
    </Command>
  )
}

/** What another server's catalog has: its answer may come late, or not at all, which is said here. */
function ForeignResults({
  search: { catalog, tables, more, searching, problem },
  go,
}: {
  search: ForeignSearch
  go: (href: string) => () => void
}) {
  const t = useTranslations('shell.palette')
  const note = searching
    ? t('asking', { catalog })
    : problem
      ? problem.code === 'unavailable'
        ? t('silent', { catalog })
        : t('notAsked', { catalog, problem: problem.message })
      : more > 0
        ? t('more', { catalog, count: more })
        : null
  if (note === null && tables.length === 0) return null
  return (
    <Command.Group heading={t('tablesOf', { catalog })} className={groupStyle} forceMount>
      {tables.map(({ namespace, name }) => {
        const href = tableHref({ catalog, namespace, table: name })
        const full = fullName({ catalog, namespace, table: name })
        return (
          <Item
            key={href}
            value={`table ${href}`}
            icon={Table2}
            label={<span className="font-mono text-xs">{full}</span>}
            words={[name, full]}
            onSelect={go(href)}
          />
        )
      })}
      {note !== null && (
        <p role="status" className="px-2 py-1.5 text-faint text-xs">
          {note}
        </p>
      )}
    </Command.Group>
  )
}

function Item({
  value,
  icon: Icon,
  label,
  words,
  hint,
  onSelect,
}: {
  value: string
  icon: LucideIcon
  label: ReactNode
  words: string[]
  hint?: ReactNode
  onSelect: () => void
}) {
  return (
    <Command.Item
      value={value}
      keywords={words}
      onSelect={onSelect}
      className="flex h-9 cursor-default items-center gap-2.5 rounded-md px-2 text-sm data-[selected=true]:bg-hover"
    >
      <Icon className="size-4 shrink-0 text-faint" aria-hidden />
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {hint}
    </Command.Item>
  )
}
