'use client'

import { useTranslations } from 'next-intl'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { useCan } from '#lib/client/use-me.ts'
import { Attention } from './attention.tsx'
import { JobsCard } from './jobs-card.tsx'
import { KeyNumbers } from './key-numbers.tsx'
import { SourcesCard } from './sources-card.tsx'
import { TablesCard } from './tables-card.tsx'
import { TopPagesCard, VisitorsCard } from './visitors-card.tsx'

/** What needs a person now, and whether everything flows; business people see their numbers first. */
export function OverviewPage() {
  const t = useTranslations('overview')
  const engineer = useCan('engineer')
  const visitors = (
    <div className="grid items-start gap-5 xl:grid-cols-[3fr_2fr]">
      <VisitorsCard />
      <TopPagesCard />
    </div>
  )
  return (
    <Page>
      <PageHeader title={t('title')} description={t(engineer ? 'text.engineer' : 'text.viewer')} />
      {engineer && <Attention />}
      <KeyNumbers />
      {!engineer && visitors}
      <div className="grid items-start gap-5 xl:grid-cols-[3fr_2fr]">
        <div className="flex min-w-0 flex-col gap-5">
          {engineer && <VisitorsCard />}
          <TablesCard />
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <JobsCard />
          <SourcesCard />
        </div>
      </div>
    </Page>
  )
}
