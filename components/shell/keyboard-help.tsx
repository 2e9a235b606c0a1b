'use client'

import { useTranslations } from 'next-intl'
import { Dialog } from '#components/ui/dialog.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { useNavigation } from './navigation-list.tsx'
import { useModifierKey } from './use-modifier-key.ts'

/** All shortcuts, opened with `?`. */
export function KeyboardHelp({
  open,
  onOpenChange,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const t = useTranslations('shell')
  const modifier = useModifierKey()
  const go = useNavigation().flatMap(({ entries }) =>
    entries.flatMap(({ key, shortcut }) =>
      shortcut ? [{ keys: ['g', shortcut], label: t(`page.${key}`), sequence: true }] : [],
    ),
  )
  const groups = [
    {
      title: t('help.everywhere'),
      rows: [
        { keys: [modifier, 'K'], label: t('help.search'), sequence: false },
        { keys: ['?'], label: t('help.help'), sequence: false },
        ...go,
      ],
    },
    {
      title: t('help.lists'),
      rows: [
        { keys: ['j'], label: t('help.next'), sequence: false },
        { keys: ['k'], label: t('help.previous'), sequence: false },
        { keys: ['↵'], label: t('help.open'), sequence: false },
        { keys: ['/'], label: t('help.filter'), sequence: false },
      ],
    },
  ]
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('help.title')}>
      <div className="grid gap-6 sm:grid-cols-2">
        {groups.map(({ title, rows }) => (
          <div key={title}>
            <h3 className="pb-1 font-medium text-faint text-xs">{title}</h3>
            <dl className="divide-y divide-line text-sm">
              {rows.map(({ keys, label, sequence }) => (
                <div key={label} className="flex h-9 items-center gap-2">
                  <dt className="min-w-0 flex-1 truncate">{label}</dt>
                  <dd className="flex items-center gap-1">
                    {keys.map((name, index) => (
                      <span key={name} className="flex items-center gap-1">
                        {index > 0 && sequence && (
                          <span className="text-faint text-xs">{t('help.then')}</span>
                        )}
                        <Kbd>{name}</Kbd>
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </div>
        ))}
      </div>
    </Dialog>
  )
}
