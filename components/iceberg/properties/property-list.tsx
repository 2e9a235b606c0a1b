'use client'

import { Pencil, Plus, SlidersHorizontal, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { IconButton } from '#components/ui/icon-button.tsx'
import { useFormat } from '#lib/client/use-format.ts'
import { describedBy, type PropertyOwner, useKnownProperties } from './known-properties.ts'
import { PropertyDialog } from './property-dialog.tsx'
import { RemovePropertyDialog } from './remove-property-dialog.tsx'

type Question = { kind: 'add' } | { kind: 'change' | 'remove'; key: string; value: string }

/** Properties of a table or a namespace with what each does; who may change it sets, changes and removes them here. */
export function PropertyList({
  owner,
  properties,
  mayChange,
}: {
  owner: PropertyOwner
  properties: Record<string, string>
  mayChange: boolean
}) {
  const t = useTranslations('table-properties')
  const { locale } = useFormat()
  const known = useKnownProperties(owner)?.items ?? []
  const isTable = owner.kind === 'table'
  const [question, setQuestion] = useState<Question | null>(null)
  const close = () => setQuestion(null)
  const entries = Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1))
  const add = mayChange && (
    <Button size="sm" icon={Plus} onClick={() => setQuestion({ kind: 'add' })}>
      {t('add')}
    </Button>
  )
  return (
    <Card title={t(isTable ? 'title' : 'namespace.title')} {...(add ? { actions: add } : {})}>
      {entries.length === 0 ? (
        <EmptyState icon={SlidersHorizontal} title={t('none')} className="py-4">
          {t(isTable ? 'noneHint' : 'namespace.noneHint')}
        </EmptyState>
      ) : (
        <ul className="-my-1 divide-y divide-line">
          {entries.map(([key, value]) => {
            const about = describedBy(known, key)
            return (
              <li key={key} className="flex items-start gap-2 py-2">
                <div className="min-w-0 flex-1">
                  <p className="flex flex-wrap items-center gap-x-2 text-sm">
                    <span className="break-all font-mono text-soft text-xs">{key}</span>
                    <span className="min-w-0 break-all font-medium font-mono text-xs">{value}</span>
                    <CopyButton text={value} />
                  </p>
                  {about && (
                    <p className="text-faint text-xs">
                      {about.text[locale]}
                      {about.default !== null && ` ${t('default', { value: about.default })}`}
                    </p>
                  )}
                </div>
                {mayChange && (
                  <span className="flex shrink-0">
                    <IconButton
                      icon={Pencil}
                      size="sm"
                      label={t('changeKey', { key })}
                      onClick={() => setQuestion({ kind: 'change', key, value })}
                    />
                    <IconButton
                      icon={Trash2}
                      size="sm"
                      label={t('removeKey', { key })}
                      onClick={() => setQuestion({ kind: 'remove', key, value })}
                    />
                  </span>
                )}
              </li>
            )
          })}
        </ul>
      )}
      {question?.kind === 'add' && (
        <PropertyDialog owner={owner} properties={properties} property={null} onClose={close} />
      )}
      {question?.kind === 'change' && (
        <PropertyDialog owner={owner} properties={properties} property={question} onClose={close} />
      )}
      {question?.kind === 'remove' && (
        <RemovePropertyDialog owner={owner} property={question} onClose={close} />
      )}
    </Card>
  )
}
