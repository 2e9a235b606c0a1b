'use client'

import { ListChecks } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsString, useQueryStates } from 'nuqs'
import { Card } from '#components/ui/card.tsx'
import { DataTable } from '#components/ui/data-table/data-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { Select } from '#components/ui/select.tsx'
import type { RunItem } from '#lib/api/runs.ts'
import { useRunColumns } from './run-columns.tsx'
import { RunList } from './run-list.tsx'
import { shownKinds } from './run-names.ts'

const states = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'skipped'] as const

/** What is going on and what has been done. */
export function RunsPage() {
  const t = useTranslations('streams')
  const columns = useRunColumns()
  const [chosen, setChosen] = useQueryStates({
    kind: parseAsString.withDefault('all'),
    state: parseAsString.withDefault('all'),
  })
  const only = (value: string) => (value === 'all' ? undefined : value)
  return (
    <Page>
      <PageHeader icon={ListChecks} title={t('runs.title')} description={t('runs.description')} />
      <Card title={t('runs.open')} flush>
        <RunList query={{ state: 'queued,running', limit: 20 }} empty={t('runs.nothingOpen')} />
      </Card>
      <DataTable<RunItem>
        name="runs"
        source={{
          path: '/api/v1/runs',
          query: { kind: only(chosen.kind), state: only(chosen.state) },
          refetchInterval: 4_000,
        }}
        columns={columns}
        filterFields={[]}
        filterPlaceholder={t('runs.filter')}
        rowId={(run) => run.id}
        href={(run) => `/runs/${run.id}`}
        toolbar={
          <>
            <Select
              aria-label={t('runs.kind')}
              className="w-28 sm:w-36"
              value={chosen.kind}
              onChange={(kind) => void setChosen({ kind: kind === 'all' ? null : kind })}
              options={[
                { value: 'all', label: t('runs.allKinds') },
                ...shownKinds.map((kind) => ({ value: kind, label: t(`runKind.${kind}`) })),
              ]}
            />
            <Select
              aria-label={t('runs.state')}
              className="w-28 sm:w-32"
              value={chosen.state}
              onChange={(state) => void setChosen({ state: state === 'all' ? null : state })}
              options={[
                { value: 'all', label: t('runs.allStates') },
                ...states.map((state) => ({ value: state, label: t(`runState.${state}`) })),
              ]}
            />
          </>
        }
        empty={
          <EmptyState icon={ListChecks} title={t('runs.empty')}>
            {t('runs.emptyHint')}
          </EmptyState>
        }
      />
    </Page>
  )
}
