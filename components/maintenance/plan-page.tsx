'use client'

import { ClipboardList } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { tableHref } from '#components/iceberg/table-path.ts'
import { BeforeAfter } from '#components/pipelines/before-after.tsx'
import { CpuTime } from '#components/pipelines/cpu-time.tsx'
import { ProblemCard } from '#components/pipelines/problem-card.tsx'
import { useCrumb } from '#components/shell/crumbs.tsx'
import { Card, Section } from '#components/ui/card.tsx'
import { ErrorState } from '#components/ui/error-state.tsx'
import { KeyValueList } from '#components/ui/key-value-list.tsx'
import { Page, PageHeader } from '#components/ui/page-header.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { AbsoluteTime, RelativeTime } from '#components/ui/time.tsx'
import type { PlanView } from '#lib/api/maintenance.ts'
import { cn } from '#lib/client/cn.ts'
import { useApi } from '#lib/client/use-api.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { CanaryCard } from './canary-card.tsx'
import { PlanActions } from './plan-actions.tsx'
import { PlanGroups } from './plan-groups.tsx'
import { PlanItems } from './plan-items.tsx'
import { goesToQuarantine, PlanState, plansApi } from './plan-names.tsx'
import { PlanNumbers } from './plan-numbers.tsx'
import { PlanPartitions } from './plan-partitions.tsx'
import { PlanTags } from './plan-tags.tsx'

const [busyRefresh, restRefresh] = [1_000, 10_000]

const isBusy = ({ state }: PlanView): boolean => state === 'planning' || state === 'applying'

/** A plan: what will happen, in numbers and file by file, and who decides. */
export function PlanPage({ id }: { id: string }) {
  const t = useTranslations('maintenance')
  const path = `${plansApi}/${encodeURIComponent(id)}`
  const [busy, setBusy] = useState(true)
  const found = useApi<PlanView>(path, { refetchInterval: busy ? busyRefresh : restRefresh })
  const plan = found.data
  if (plan && isBusy(plan) !== busy) setBusy(isBusy(plan))
  useCrumb(id, plan ? `${t(`action.${plan.action}`)} ${plan.table.name}` : undefined)
  if (plan) return <LoadedPlan plan={plan} />
  return (
    <Page>
      <PageHeader icon={ClipboardList} title={t('plan')} />
      {found.error ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <SkeletonLines lines={8} />
      )}
    </Page>
  )
}

const link = 'text-accent hover:underline'

function LoadedPlan({ plan }: { plan: PlanView }) {
  const t = useTranslations('maintenance')
  const { table } = plan
  const path = { catalog: table.catalog, namespace: table.namespace, table: table.name }
  const holds = !['planning', 'failed', 'nothing-to-do'].includes(plan.state)
  const nothing = useNothingToDo(plan)
  return (
    <Page>
      <PageHeader
        icon={ClipboardList}
        title={`${t(`action.${plan.action}`)} · ${table.name}`}
        badge={<PlanState state={plan.state} />}
        description={t(`about.${plan.summary.compaction?.allFiles ? 'allFiles' : plan.action}`)}
        facts={
          <>
            <Link className={link} href={tableHref(path)}>
              {table.namespace}.{table.name}
            </Link>
            <span>{plan.requestedBy}</span>
            <RelativeTime value={plan.createdAt} />
          </>
        }
        action={<PlanActions plan={plan} path={path} />}
      />
      {plan.problem && <ProblemCard problem={plan.problem} requestId={null} />}
      {plan.state === 'nothing-to-do' && (
        <Card title={t('planState.nothing-to-do')}>
          <p className="text-sm">{nothing}</p>
        </Card>
      )}
      {plan.state === 'planning' && (
        <Card>
          <p className="text-soft text-sm">{t('planningHint')}</p>
        </Card>
      )}
      {holds && plan.run?.before ? (
        <>
          <Section title={t('asPlanned')}>
            <PlanNumbers plan={plan} />
          </Section>
          <Section title={t('outcome')}>
            <BeforeAfter before={plan.run.before} after={plan.run.after} />
          </Section>
        </>
      ) : (
        holds && <PlanNumbers plan={plan} />
      )}
      {plan.run?.canary && <CanaryCard canary={plan.run.canary} />}
      <div className={cn('grid gap-4', holds && 'lg:grid-cols-[minmax(0,1fr)_24rem]')}>
        {holds && <Contents plan={plan} />}
        <Card title={t('facts')}>
          <Facts plan={plan} />
        </Card>
      </div>
    </Page>
  )
}

/** What a plan is about, one by one. */
function Contents({ plan }: { plan: PlanView }) {
  const t = useTranslations('maintenance')
  switch (plan.action) {
    case 'tag-snapshots':
      return (
        <Card title={t('itemsTags')} flush>
          <PlanTags plan={plan} />
        </Card>
      )
    case 'compaction':
      return (
        <div className="flex min-w-0 flex-col gap-4">
          <Card title={t('groups')} description={t('groupsHint')} flush>
            <PlanGroups plan={plan} />
          </Card>
          <Card title={t('itemsCompaction')} flush>
            <PlanItems plan={plan} />
          </Card>
        </div>
      )
    case 'delete-old-rows':
      return (
        <div className="flex min-w-0 flex-col gap-4">
          {plan.summary.partitions && plan.summary.partitions.length > 0 && (
            <Card title={t('itemsPartitions')} flush>
              <PlanPartitions plan={plan} />
            </Card>
          )}
          <Card title={t('itemsRows')} flush>
            <PlanItems plan={plan} />
          </Card>
        </div>
      )
    default:
      return (
        <Card title={t(plan.action === 'rewrite-manifests' ? 'itemsManifests' : 'items')} flush>
          <PlanItems plan={plan} />
        </Card>
      )
  }
}

/** The rules of the policy that a plan was made by. */
function useRules({ policy: { expiry, tags, orphans, manifests, retention }, action, summary }: PlanView) {
  const t = useTranslations('maintenance.rule')
  const format = useFormat()
  switch (action) {
    case 'expire-snapshots': {
      const { maxSnapshotAgeMs, minSnapshotsToKeep, maxSnapshotsToKeep, maxRefAgeMs } = expiry
      return [
        { key: t('age'), value: format.duration(maxSnapshotAgeMs) },
        { key: t('keep'), value: format.number(minSnapshotsToKeep) },
        {
          key: t('keepAtMost'),
          value: maxSnapshotsToKeep === null ? t('noLimit') : format.number(maxSnapshotsToKeep),
        },
        { key: t('refs'), value: maxRefAgeMs === null ? t('forever') : format.duration(maxRefAgeMs) },
      ]
    }
    case 'remove-orphan-files':
      return [{ key: t('orphanAge'), value: format.duration(orphans.minAgeMs) }]
    case 'rewrite-manifests':
      return [{ key: t('target'), value: format.chosenBytes(manifests.targetBytes) }]
    case 'delete-old-rows': {
      const { column, maxAgeMs } = retention
      return [
        { key: t('column'), value: column ?? '–', mono: true },
        { key: t('rowAge'), value: maxAgeMs === null ? t('forever') : format.duration(maxAgeMs) },
      ]
    }
    case 'tag-snapshots':
      return [
        ...(['daily', 'weekly', 'monthly'] as const).flatMap((period) => {
          const kept = tags[period]
          return kept === null ? [] : [{ key: t(period), value: format.number(kept) }]
        }),
        { key: t('timeZone'), value: tags.timeZone },
      ]
    case 'compaction': {
      const { compaction } = summary
      if (!compaction) return []
      return [
        { key: t('fileTarget'), value: format.chosenBytes(compaction.targetBytes) },
        compaction.allFiles
          ? { key: t('merged'), value: t('allSizes') }
          : { key: t('small'), value: format.chosenBytes(compaction.smallFileBytes) },
        { key: t('strategy'), value: compaction.strategy },
      ]
    }
    case 'purge-dropped-table':
      return []
  }
}

/** Why a plan found nothing: what lies in the table's way, else the rule that keeps what is there. */
function useNothingToDo({ action, summary, policy }: PlanView): string {
  const t = useTranslations('maintenance.nothing')
  const format = useFormat()
  if (summary.reason) return summary.reason
  switch (action) {
    case 'expire-snapshots':
      return t(action, {
        kept: format.number(summary.snapshotsKept),
        keep: format.number(policy.expiry.minSnapshotsToKeep),
        age: format.duration(policy.expiry.maxSnapshotAgeMs),
      })
    case 'remove-orphan-files':
      return t(action, {
        listed: format.number(summary.listed?.files ?? 0),
        young: format.number(summary.young ?? 0),
        age: format.duration(policy.orphans.minAgeMs),
      })
    case 'rewrite-manifests':
      return t(action, { manifests: format.number(summary.manifestsBefore ?? 0) })
    case 'compaction':
    case 'tag-snapshots':
    case 'delete-old-rows':
    case 'purge-dropped-table':
      return t(action)
  }
}

function Facts({ plan }: { plan: PlanView }) {
  const t = useTranslations('maintenance')
  const format = useFormat()
  const rules = useRules(plan)
  const { policy, action, run } = plan
  return (
    <KeyValueList
      items={[
        ...rules,
        ...(goesToQuarantine(action) ? [{ key: t('rule.hold'), value: format.duration(policy.holdMs) }] : []),
        ...(plan.plannedAt
          ? [{ key: t('fact.planned'), value: <AbsoluteTime value={plan.plannedAt} seconds /> }]
          : []),
        ...(plan.decidedBy ? [{ key: t('fact.decided'), value: plan.decidedBy }] : []),
        ...(plan.appliedAt
          ? [{ key: t('fact.applied'), value: <AbsoluteTime value={plan.appliedAt} seconds /> }]
          : []),
        ...(plan.runId
          ? [
              {
                key: t('fact.run'),
                value: (
                  <Link className={link} href={`/runs/${plan.runId}`}>
                    {t('fact.openRun')}
                  </Link>
                ),
              },
            ]
          : []),
        ...(run?.cpu ? [{ key: t('fact.cpu'), value: <CpuTime cpu={run.cpu} /> }] : []),
        ...(plan.snapshotId
          ? [{ key: t('fact.snapshot'), value: plan.snapshotId, copy: plan.snapshotId, mono: true }]
          : []),
        ...(plan.hash ? [{ key: t('fact.hash'), value: plan.hash, copy: plan.hash, mono: true }] : []),
      ]}
    />
  )
}
