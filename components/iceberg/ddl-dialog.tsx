'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { Segmented } from '#components/ui/segmented.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import type { TableDdl } from '#lib/api/catalog-schemas.ts'
import { useApi } from '#lib/client/use-api.ts'
import { type TablePath, tableApi } from './table-path.ts'

const dialects = ['spark', 'trino'] as const
type Dialect = (typeof dialects)[number]

/** SQL that makes a table like this one, to be copied, with what the dialect cannot say. */
export function DdlDialog({ path, onClose }: { path: TablePath; onClose: () => void }) {
  const t = useTranslations('catalog-changes.ddl')
  const [dialect, setDialect] = useState<Dialect>('spark')
  const { data, error } = useApi<TableDdl>(`${tableApi(path)}/ddl`, { query: { dialect } })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('title', { name: path.table })}
      description={t('text')}
      size="lg"
    >
      <div className="flex flex-col gap-3">
        <div>
          <Segmented
            label={t('dialect')}
            value={dialect}
            onChange={setDialect}
            options={[
              { value: 'spark', label: 'Spark' },
              { value: 'trino', label: 'Trino' },
            ]}
          />
        </div>
        {data && <CodeBlock code={data.sql} />}
        {!data && (error ? <ErrorState error={error} /> : <SkeletonLines lines={8} />)}
        {data && data.notes.length > 0 && (
          <ul className="list-disc pl-4 text-sm text-soft">
            {data.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  )
}
