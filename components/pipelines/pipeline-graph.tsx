'use client'

import { CircleAlert, RadioTower, Table2, Users } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { tableHref } from '#components/iceberg/table-path.ts'
import { RelativeTime } from '#components/ui/time.tsx'
import type { PipelineItem } from '#lib/api/pipelines.ts'
import type { SourceItem } from '#lib/api/sources.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { FlowGraph, type FlowStep } from './flow-graph.tsx'
import { Lag, SourceState, sourceIcon } from './source-names.tsx'

/** A commit this recent counts as flowing. */
const flowingMs = 60_000

const isRecent = (at: string | null): boolean => at !== null && Date.now() - Date.parse(at) < flowingMs

/** A pipeline as a graph: sources → table and error table → marts, with what goes through each now. */
export function PipelineGraph({
  pipeline,
  sources,
}: {
  pipeline: PipelineItem
  sources: readonly SourceItem[] | undefined
}) {
  const t = useTranslations('streams')
  const format = useFormat()
  const { table, errorTable } = pipeline
  const flows = new Map((sources ?? []).map((source) => [source.id, source]))
  const noSource = {
    id: 'no-source',
    icon: RadioTower,
    title: t('pipeline.noSource'),
    kind: t('pipeline.noSourceHint'),
    href: '/sources',
    flowing: false,
    lines: [],
  }
  const sourceNodes = pipeline.sources.map((source) => {
    const flow = flows.get(source.id)?.flow
    return {
      id: source.id,
      icon: sourceIcon(source.kind),
      title: source.name,
      kind: t(source.kind === 'kafka' ? 'sourceForm.kafka' : 'sourceForm.landing'),
      href: `/sources/${source.id}`,
      ...(source.state === 'stopped'
        ? { tone: 'bad' as const }
        : source.problem
          ? { tone: 'warn' as const }
          : {}),
      flowing: (flow?.rowsPerSecond ?? 0) > 0,
      lines: [
        <SourceState key="state" source={source} />,
        flow && (
          <span key="flow">
            {t('perSecond', { rows: format.rate(flow.rowsPerSecond) })}
            {' · '}
            {t('sources.lag')} <Lag flow={flow} />
          </span>
        ),
      ],
    }
  })
  const steps: FlowStep[] = [
    { nodes: sourceNodes.length > 0 ? sourceNodes : [noSource] },
    {
      nodes: [
        {
          id: table.id,
          icon: Table2,
          title: table.name,
          kind: t('pipeline.table'),
          href: tableHref({ catalog: table.catalog, namespace: table.namespace, table: table.name }),
          flowing: isRecent(table.lastCommitAt),
          lines: [
            t('rowsAndFiles', {
              rows: format.compact(table.records),
              files: format.number(table.dataFiles),
            }),
            <span key="commit">
              {t('pipeline.committed')} <RelativeTime value={table.lastCommitAt} />
            </span>,
            pipeline.uncommittedFiles > 0 &&
              t('pipeline.uncommitted', { files: format.number(pipeline.uncommittedFiles) }),
          ].filter(Boolean),
        },
        {
          id: errorTable.id,
          icon: CircleAlert,
          title: errorTable.name,
          kind: t('pipeline.errorTable'),
          href: tableHref({
            catalog: errorTable.catalog,
            namespace: errorTable.namespace,
            table: errorTable.name,
          }),
          ...(errorTable.records > 0 ? { tone: 'warn' as const } : {}),
          flowing: isRecent(errorTable.lastCommitAt),
          lines: [t('rowsCount', { rows: format.number(errorTable.records) })],
        },
      ],
    },
  ]
  if (pipeline.sites.length > 0) {
    steps.push({
      nodes: pipeline.sites.map((site) => ({
        id: site.id,
        from: [table.id],
        icon: Users,
        title: site.name,
        kind: t('pipeline.mart'),
        href: `/analytics/visitors?site=${encodeURIComponent(site.id)}`,
        flowing: true,
        lines: [t('pipeline.martHint')],
      })),
    })
  }
  return <FlowGraph label={t('pipeline.graph', { name: pipeline.name })} steps={steps} />
}
