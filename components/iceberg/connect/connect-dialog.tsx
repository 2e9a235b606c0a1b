'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Segmented } from '#components/ui/segmented.tsx'
import { namespaceLevels, type TablePath } from '../table-path.ts'
import { type Engine, engines, snippetsOf } from './snippets.ts'

/** How another engine connects to this catalog, to be copied; with a table it reads that. */
export function ConnectDialog({
  catalog,
  table,
  onClose,
}: {
  catalog: string
  table?: TablePath | undefined
  onClose: () => void
}) {
  const t = useTranslations('catalog.connect')
  const [engine, setEngine] = useState<Engine>('pyiceberg')
  const snippets = snippetsOf(engine, {
    uri: `${window.location.origin}/iceberg`,
    catalog,
    table: table && { levels: namespaceLevels(table.namespace), name: table.table },
  })
  return (
    <Dialog open onOpenChange={onClose} title={t('title', { catalog })} description={t('text')} size="lg">
      <div className="flex flex-col gap-3">
        <div className="scroll-thin -mx-1 overflow-x-auto px-1 pb-1">
          <Segmented
            label={t('engine')}
            value={engine}
            onChange={setEngine}
            options={engines.map((value) => ({ value, label: t(`engines.${value}`) }))}
          />
        </div>
        {snippets.map(({ code, label }) => (
          <CodeBlock key={code} code={code} {...(label === undefined ? {} : { label })} />
        ))}
        <p className="text-faint text-sm">
          {t.rich('token', {
            link: (chunks) => (
              <Link className="text-accent hover:underline" href="/admin/tokens">
                {chunks}
              </Link>
            ),
          })}
        </p>
      </div>
    </Dialog>
  )
}
